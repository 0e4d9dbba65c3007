"""A large fictional record, the same for the same seed: its places, and a file of pledges to load."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pledges.models import District, Metric
from pledges.models.choices import DistrictKind

CITIES, COUNTIES_OF_A_CITY = 200, 14  # 3,000 districts with the cities themselves
OFFICIALS = 9_000
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


def make_districts(seed: int = 1) -> list[str]:
    """Create the districts; their slugs."""
    chance = random.Random(seed)
    names = iter(sorted({a + b + c for a in PLACES for b in PLACES[:20] for c in PLACES[:6]}))
    cities = District.objects.bulk_create(
        District(slug=f"city-{n}", name=f"{next(names)}市", kind=DistrictKind.CITY) for n in range(CITIES)
    )
    counties = District.objects.bulk_create(
        District(slug=f"{city.slug}-{n}", name=f"{next(names)}县", kind=DistrictKind.COUNTY, parent=city)
        for city in cities
        for n in range(COUNTIES_OF_A_CITY)
    )
    slugs = [district.slug for district in [*cities, *counties]]
    chance.shuffle(slugs)
    return slugs


def lines(rows: int, districts: list[str], seed: int = 1) -> Iterator[dict[str, Any]]:
    """The pledges, an official's of a year together, as on the pages that they are from."""
    chance = random.Random(seed)
    titles = dict(Metric.objects.values_list("slug", "name"))
    statements = OFFICIALS * len(YEARS)
    for number in range(rows):
        statement = number * statements // rows
        official, year = statement // len(YEARS), YEARS[statement % len(YEARS)]
        district = districts[official % len(districts)]
        metric, measure, unit, quote, largest = chance.choice(PROMISES)
        value = str(chance.randint(1, largest)) if chance.random() < 0.7 else f"{chance.uniform(1, largest):.2f}"
        yield {
            "ref": f"b{number:08d}",
            "document": f"page-{year}-{official // 10:04d}",
            "document_date": str(year),
            "official": "".join(part[official // step % len(part)] for part, step in NAME_PARTS),
            "official_slug": f"official-{official}",
            "post": "区委副书记、区长" if official % 3 else "市委书记",
            "headline": "真抓实干谋发展",
            "district": district,
            "quote": quote.format(field=chance.choice(FIELDS), value=value),
            "label": titles[metric],
            "metric": metric,
            "measure": measure,
            "bound": chance.choice(["exact", "at_least", "about"]),
            "value": value,
            "unit": unit,
            "year": year,
            "deadline": f"{year}-12-31" if chance.random() < 0.8 else None,
            "strength": chance.choice(["firm", "planned", "aspired", "expected"]),
            "tier": "core" if chance.random() < 0.9 else "optional",
        }


def write(path: Path, rows: int, districts: list[str]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for line in lines(rows, districts):
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
