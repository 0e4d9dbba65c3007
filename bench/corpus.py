"""Generate a large fictional record: districts, a file of pledges, and follow-ups. Equal seeds give equal data."""

import json
import random
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_DOWN, Decimal
from pathlib import Path
from typing import Any, NamedTuple

from pledges.models import District, Metric
from pledges.models.choices import DistrictKind, Measure, Status

# The numbers of districts and officials grow with that of pledges, so that a district always has about 33 pledges a
# year. A million pledges have 3,000 districts and 9,000 officials.
PLEDGES_PER_CITY = 5_000
DISTRICTS_PER_CITY, OFFICIALS_PER_CITY = 15, 45  # the city itself is one of the districts
YEARS = range(2016, 2026)

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红玲建国志文斌辉鹏飞"
NAME_PARTS = ((SURNAMES, 1), (GIVEN, len(SURNAMES)), (GIVEN, len(SURNAMES) * len(GIVEN)))
PLACES = "云岭山水河湖川原石松柏竹梅兰菊荷东西南北上下新古长平安宁和顺永丰泰康"
FIELDS = ["特色农业", "现代物流", "装备制造", "生物医药", "数字经济", "文化旅游", "新能源", "老城更新", "教育", "供热"]
PROMISES = [
    ("key-projects", "total", "个", "全年计划实施{field}重点项目{value}个", 400),
    ("annual-investment", "total", "亿元", "{field}年度计划投资{value}亿元", 900),
    ("total-investment", "total", "万元", "{field}项目总投资{value}万元", 90_000),
    ("high-standard-farmland", "total", "万亩", "建设高标准农田{value}万亩，带动{field}", 90),
    ("high-tech-enterprises", "level", "家", "{field}高新技术企业达到{value}家", 500),
    ("gdp", "growth", "%", "地区生产总值增长{value}%左右，{field}领先", 12),
    ("new-energy-share", "share", "%", "新能源装机占比提高到{value}%，推动{field}", 90),
    ("heat-pipes-built", "total", "公里", "新建供热管网{value}公里，服务{field}", 300),
    ("old-estates-renovated", "total", "个", "改造老旧小区{value}个，同步发展{field}", 120),
    ("high-level-talents", "increase", "名", "为{field}引育高层次人才{value}名", 300),
]
# Each word occurs in about 100 of a million quotes, and in no other text.
RARE_WORDS = ["氢能", "算力", "硅料", "陨石", "鸬鹚", "琥珀", "蜂胶", "柚木", "钴矿", "鲟鱼"]
RARITY = 1 / 10_000

# Weights. Nearly half of the pledges have no follow-up.
STATUSES = {
    Status.UNCHECKED: 45,
    Status.NOT_STARTED: 2,
    Status.IN_PROGRESS: 8,
    Status.STALLED: 2,
    Status.MET: 24,
    Status.PARTLY_MET: 9,
    Status.MISSED: 5,
    Status.UNVERIFIABLE: 4,
    Status.WITHDRAWN: 1,
}
ACTUAL_PERCENT = {  # the minimum and maximum of the actual figure, in percent of the target
    Status.IN_PROGRESS: (20, 80),
    Status.STALLED: (10, 50),
    Status.MET: (100, 120),
    Status.PARTLY_MET: (70, 99),
    Status.MISSED: (10, 60),
}
UNDERWAY = {Status.NOT_STARTED, Status.IN_PROGRESS, Status.STALLED}


class Outcome(NamedTuple):
    """The content of a follow-up."""

    ref: str
    status: Status
    actual: Decimal | None
    unit: str | None
    as_of: date
    link: str


def cities(rows: int) -> int:
    return max(1, rows // PLEDGES_PER_CITY)


def officials(rows: int) -> int:
    return cities(rows) * OFFICIALS_PER_CITY


def ref(number: int) -> str:
    return f"b{number:08d}"


def slugs(rows: int) -> list[str]:
    """Return the slugs of the districts. Each city precedes its counties."""
    return [
        f"city-{city}" + (f"-{county}" if county else "")
        for city in range(cities(rows))
        for county in range(DISTRICTS_PER_CITY)
    ]


def make_districts(rows: int, seed: int = 1) -> list[str]:
    """Create the districts for this number of pledges. Return their slugs in random order."""
    rng = random.Random(seed)
    names = iter(sorted({a + b + c for a in PLACES for b in PLACES[:20] for c in PLACES[:6]}))
    city_by_slug = {
        city.slug: city
        for city in District.objects.bulk_create(
            District(slug=f"city-{n}", name=f"{next(names)}市", kind=DistrictKind.PREFECTURE_LEVEL_CITY)
            for n in range(cities(rows))
        )
    }
    District.objects.bulk_create(
        District(
            slug=slug, name=f"{next(names)}县", kind=DistrictKind.COUNTY, parent=city_by_slug[slug.rpartition("-")[0]]
        )
        for slug in slugs(rows)
        if slug not in city_by_slug
    )
    shuffled = slugs(rows)
    rng.shuffle(shuffled)
    return shuffled


def lines(rows: int, districts: list[str], seed: int = 1) -> Iterator[dict[str, Any]]:
    """Yield pledges as entries of an input file. Those of one official and year are adjacent, as on a page."""
    rng = random.Random(seed)
    titles = dict(Metric.objects.values_list("slug", "name"))
    statements = officials(rows) * len(YEARS)
    for number in range(rows):
        statement = number * statements // rows
        official, year = statement // len(YEARS), YEARS[statement % len(YEARS)]
        district = districts[official % len(districts)]
        metric, measure, unit, quote, largest = rng.choice(PROMISES)
        value = str(rng.randint(1, largest)) if rng.random() < 0.7 else f"{rng.uniform(1, largest):.2f}"
        rare = f"，发展{rng.choice(RARE_WORDS)}产业" if rng.random() < RARITY * len(RARE_WORDS) else ""
        yield {
            "ref": ref(number),
            "document": f"page-{year}-{official // 10:04d}",
            "document_date": str(year),
            "official": "".join(part[official // step % len(part)] for part, step in NAME_PARTS),
            "official_slug": f"official-{official}",
            "post": "区委副书记、区长" if official % 3 else "市委书记",
            "headline": "真抓实干谋发展",
            "district": district,
            "quote": quote.format(field=rng.choice(FIELDS), value=value) + rare,
            "label": titles[metric],
            "metric": metric,
            "measure": measure,
            "bound": rng.choice(["exact", "at_least", "about"]),
            "value": value,
            "unit": unit,
            "year": year,
            "deadline": f"{year}-12-31" if rng.random() < 0.8 else None,
            "strength": rng.choice(["firm", "planned", "aspired", "expected"]),
            "tier": "core" if rng.random() < 0.9 else "optional",
        }


def write(path: Path, rows: int, districts: list[str]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for line in lines(rows, districts):
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def outcomes(path: Path, seed: int = 1) -> Iterator[Outcome]:
    """Yield follow-ups for about half of the pledges in a file made by `write`."""
    rng = random.Random(seed)
    statuses, weights = list(STATUSES), list(STATUSES.values())
    with path.open(encoding="utf-8") as file:
        for text in file:
            (status,) = rng.choices(statuses, weights)
            percent = rng.randint(*ACTUAL_PERCENT.get(status, (0, 0)))
            if status != Status.UNCHECKED:
                yield outcome(json.loads(text), status, percent)


def outcome(line: dict[str, Any], status: Status, percent: int) -> Outcome:
    actual = unit = None
    if status in ACTUAL_PERCENT:
        largest = Decimal(100 if line["measure"] == Measure.SHARE else "1e9")
        actual = min(largest, (Decimal(line["value"]) * percent / 100).quantize(Decimal("0.01"), ROUND_DOWN))
        unit = line["unit"]
    month_and_day = (9, 30) if status in UNDERWAY else (12, 31)
    link = f"https://news.example/{line['year']}/{line['ref']}"
    return Outcome(line["ref"], status, actual, unit, date(line["year"], *month_and_day), link)
