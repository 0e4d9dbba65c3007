"""Names that several districts have, and the gazetteer from which most of them come."""

import csv
from collections import Counter

import pytest
from django.conf import settings

from pledges.lookups.names import UnknownNameError
from pledges.lookups.places import PlaceLookup
from pledges.models.choices import DistrictKind

SLUGS_OF_FIRST_RECORD = {
    *("hohhot", "xincheng", "huimin", "yuquan", "saihan"),
    *("tumed-left", "togtoh", "horinger", "qingshuihe", "wuchuan"),
}


@pytest.fixture(scope="module")
def gazetteer() -> list[dict[str, str]]:
    with (settings.BASE_DIR / "fixtures" / "places.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def lookup(gazetteer: list[dict[str, str]]) -> PlaceLookup:
    found = PlaceLookup()
    for row in gazetteer:
        found.add(row["slug"], row["name"], row["slug"], row["code"], filter(None, row["aliases"].split("|")))
        if row["parent"]:
            found.parents[row["slug"]] = row["parent"]
        if row["valid_to"] or row["successor"]:
            found.former.add(row["slug"])
    return found


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("北京市朝阳区", "110105"),
        ("北京朝阳区", "110105"),
        ("朝阳区（北京）", "110105"),
        ("朝阳区(北京市)", "110105"),
        ("吉林省长春市朝阳区", "220104"),
        ("长春市朝阳区", "220104"),
        ("江苏省鼓楼区（南京）", None),
        ("南京市鼓楼区", "320106"),
        ("呼和浩特市新城区", "150102"),
        ("呼市", "150100"),
        ("土左旗", "150121"),
        ("全国", "CN"),
        ("内蒙古", "150000"),
        ("恩施州", "422800"),
        ("襄樊市", "420600"),
        ("宁乡县", "430124"),
        ("吉林", "220000"),
    ],
)
def test_name_is_resolved_by_parent(lookup: PlaceLookup, name: str, code: str | None) -> None:
    assert {lookup.codes[key] for key in lookup.candidates(name)} == ({code} if code else set())


def test_name_is_resolved_by_nearest_place(lookup: PlaceLookup) -> None:
    assert lookup.find("朝阳区", near="beijing") == lookup.find("110105")
    assert lookup.find("朝阳区", near=lookup.find("海淀区")) == lookup.find("110105")
    assert lookup.find("朝阳区", near="jilin") == lookup.find("220104")
    assert lookup.find("鼓楼区", near=lookup.find("玄武区")) == lookup.find("320106")


def test_ambiguous_name_is_an_error_with_codes(lookup: PlaceLookup) -> None:
    expected = r"“朝阳区” .*北京市朝阳区 \(110105\), 吉林省长春市朝阳区 \(220104\)"
    for near in (None, "hohhot"):
        with pytest.raises(UnknownNameError, match=expected):
            lookup.find("朝阳区", near=near)


def test_gazetteer_is_consistent(gazetteer: list[dict[str, str]]) -> None:
    by_slug = {row["slug"]: row for row in gazetteer}
    assert len(by_slug) == len(gazetteer) > 3200
    assert by_slug.keys() >= SLUGS_OF_FIRST_RECORD
    assert {row[link] for row in gazetteer for link in ("parent", "successor")} <= {"", *by_slug}
    assert max(Counter((row["parent"], row["name"]) for row in gazetteer).values()) == 1
    assert max(Counter(row["code"] for row in gazetteer).values()) == 1
    kinds = Counter(row["kind"] for row in gazetteer if not (row["valid_to"] or row["successor"]))
    assert kinds.keys() <= {*DistrictKind}
    assert [kinds[kind] for kind in ("province", "autonomous_region", "municipality", "special_region")] == [
        23,
        5,
        4,
        2,
    ]
    assert (kinds["prefecture_level_city"], kinds["autonomous_prefecture"], kinds["league"]) == (293, 30, 3)


@pytest.mark.parametrize(
    ("code", "pinyin", "name_en"),
    [
        ("500000", "chong qing shi", "Chongqing"),
        ("610116", "chang an qu", "Chang'an District"),
        ("350200", "xia men shi", "Xiamen"),
        ("610000", "shan xi sheng", "Shaanxi"),
        ("140428", "zhang zi xian", "Zhangzi County"),
        ("341500", "lu an shi", "Lu'an"),
        ("210200", "da lian shi", "Dalian"),
        ("222400", "yan bian chao xian zu zi zhi zhou", "Yanbian Korean Autonomous Prefecture"),
        ("150121", "tu mo te zuo qi", "Tumed Left Banner"),
        ("810000", "xiang gang te bie xing zheng qu", "Hong Kong"),
    ],
)
def test_place_has_pinyin_and_english_name(
    gazetteer: list[dict[str, str]], code: str, pinyin: str, name_en: str
) -> None:
    (row,) = [row for row in gazetteer if row["code"] == code]
    assert (row["pinyin"], row["name_en"]) == (pinyin, name_en)
