"""Searches ignore differences of spelling, and find English names and pinyin."""

import pytest

from pledges.models import Official, Pledge
from tests.factories import make_district, make_metric, make_official, make_pledge

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("投资385亿元", ["億元", "投資", "亿 元"]),
        ("完成億元項目", ["亿元", "项目"]),
        ("Café de l’Été, Xi'an", ["cafe", "CAFÉ", "l'ete", "xi’an", "XIAN", "cafe\u0301"]),
        ("we shall plant 500 trees", ["plant", "500", "trees", "500trees", "TREES"]),
        ("葛\U000e0100城區", ["葛城", "葛城区"]),
        ("Größe ΟΔΟΣ Москва Łódź", ["grosse", "οδος", "МОСКВА", "lodz"]),
        ("阿依努尔・买买提", ["阿依努尔·买买提", "阿依努尔买买提", "努尔•买"]),
        ("ＧＤＰ增长５％", ["gdp", "5%"]),
    ],
)
def test_search_folds_characters(text: str, words: list[str]) -> None:
    make_pledge(quote=text)
    for word in words:
        assert Pledge.objects.search(word).exists(), word


@pytest.mark.parametrize("word", ["shallplant", "lplant", "3040", "040", "mialou", "'", "·", "’s"])
def test_search_runs_from_no_latin_word_or_number_into_the_next(word: str) -> None:
    make_pledge(quote="we shall plant trees, 30 40; Mia·Lou")
    assert not Pledge.objects.search(word).exists()


@pytest.mark.parametrize(
    "word", ["Hohhot", "huhehaote", "HUHEHAOTESHI", "呼和", "青城", "qingcheng", "annual", "niandutouzie"]
)
def test_search_finds_english_names_and_pinyin(word: str) -> None:
    city = make_district("huhehaote", name="呼和浩特市", name_en="Hohhot", aliases=["青城"])
    metric = make_metric("annual", name="年度投资额", name_en="Annual investment")
    make_pledge(district=city, metric=metric, quote="甲", label="乙")
    assert Pledge.objects.search(word).exists()


@pytest.mark.parametrize(
    ("name", "typed"), [("单田芳", "shantianfang"), ("吕布", "lvbu"), ("重庆市", "chongqing"), ("長樂區", "changle")]
)
def test_name_with_characters_of_several_readings_is_found(name: str, typed: str) -> None:
    official = make_official(name)
    assert Official.objects.get(search_text__has_folded=typed) == official
    assert Official.objects.get(search_text__has_name=name) == official
