from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledges.domain.amounts import UnitNames, amount_in_words
from pledges.domain.assessment import Target, assess
from pledges.domain.comparison_wording import Names, Reference
from pledges.domain.numbers import plain
from pledges.domain.wording import Terms, criterion_in_words, target_in_words

from .targets import make_target

ENGLISH_NAMES = {
    "亿元": "100 million yuan",
    "万元": "10,000 yuan",
    "公里": "kilometre",
    "个": "item",
    "家": "organisation",
    "所": "school",
    "天": "day",
    "P": "petaflops",
    "位": "rank position",
    "%": "per cent",
}
DEADLINE = date(2025, 12, 31)


def terms(unit: str, deadline: date | None = DEADLINE, year: int = 2025) -> Terms:
    return Terms(UnitNames(unit, ENGLISH_NAMES.get(unit, "")), year, deadline)


@pytest.mark.parametrize(
    ("target", "unit", "chinese", "english"),
    [
        (make_target("385.000000", "at_least"), "亿元", "至少 385 亿元", "at least 38.5 billion yuan"),
        (make_target("385"), "亿元", "385 亿元", "38.5 billion yuan"),
        (make_target("385", "about", value_max="400"), "亿元", "约 385～400 亿元", "about 38.5–40 billion yuan"),
        (make_target("2680000", "at_least"), "万元", "至少 2,680,000 万元", "at least 26.8 billion yuan"),
        (make_target("1584.5", "at_least"), "公里", "至少 1584.5 公里", "at least 1584.5 kilometres"),
        (make_target("355"), "个", "355 个", "355"),
        (make_target("3"), "批", "3 批", "3 批"),
        (make_target("6.5", "about", "growth"), "%", "增长约 6.5%", "growth of about 6.5%"),
        (make_target("-3", "at_most", "growth"), "%", "下降至少 3%", "a decline of at least 3%"),
        (make_target("-5", measure="growth", value_max="-3"), "%", "下降 3%～5%", "a decline of 3–5%"),
        (make_target("-3", measure="growth", value_max="1"), "%", "增长 -3%～1%", "growth of -3% to 1%"),
        (make_target("13", "at_most", "rank"), "位", "排名前 13 位", "among the top 13"),
        (make_target("13", "about", "rank"), "位", "排名约第 13 位", "about rank 13"),
        (make_target("50", "at_least", "share"), "%", "占比至少 50%", "a share of at least 50%"),
        (make_target("200", measure="increase"), "个", "增加 200 个", "an increase of 200"),
        (
            make_target("200", measure="increase", baseline="1000"),
            "所",
            "在 1000 所的基础上增加 200 所",
            "an increase of 200 schools from 1000 schools",
        ),
        (
            make_target("20", "at_most", "increase", baseline="100"),
            "P",
            "在 100 P 的基础上增加至多 20 P",
            "an increase of at most 20 petaflops from 100 petaflops",
        ),
        (make_target("50", measure="level", baseline="44"), "家", "50 家", "50 organisations"),
        (make_target("-1.5", measure="level"), "%", "-1.5%", "-1.5%"),
        (
            make_target("5", "at_least", "average_growth"),
            "%",
            "年均增长至少 5%",
            "average annual growth of at least 5%",
        ),
        (
            make_target("-3", measure="average_growth"),
            "%",
            "年均下降 3%",
            "an average annual decline of 3%",
        ),
        (make_target("0", "more_than", "growth"), "%", "正增长", "positive growth"),
        (make_target("0", "less_than", "growth"), "%", "负增长", "negative growth"),
    ],
)
def test_target_text(target: Target, unit: str, chinese: str, english: str) -> None:
    assert target_in_words(target, terms(unit), "zh-hans") == f"{chinese}，不晚于 2025-12-31"
    assert target_in_words(target, terms(unit), "en") == f"{english} by 2025-12-31"


@pytest.mark.parametrize(
    ("deadline", "chinese", "english"),
    [
        (date(2025, 5, 31), "385 亿元，不晚于 2025-05-31", "38.5 billion yuan by 2025-05-31"),
        (None, "385 亿元（2025 年度计划）", "38.5 billion yuan (plan for 2025)"),
        (
            date(2027, 12, 31),
            "385 亿元（2025 年度计划），不晚于 2027-12-31",
            "38.5 billion yuan by 2027-12-31 (plan for 2025)",
        ),
    ],
)
def test_target_text_has_plan_year_unless_deadline_is_in_it(deadline: date | None, chinese: str, english: str) -> None:
    assert target_in_words(make_target("385"), terms("亿元", deadline), "zh-hans") == chinese
    assert target_in_words(make_target("385"), terms("亿元", deadline), "en") == english


@pytest.mark.parametrize(
    ("target", "unit", "chinese", "english", "kept", "broken"),
    [
        (make_target("385"), "亿元", "达到或超过 385 亿元", "reaches 38.5 billion yuan or more", "385", "384.99"),
        (
            make_target("50", "at_least", "share"),
            "%",
            "占比达到或超过 50%",
            "reaches a share of 50% or more",
            "50",
            "49.99",
        ),
        (
            make_target("385.000000", "about"),
            "亿元",
            "达到或超过 365.75 亿元（约 385 亿元，容差为目标值的 5%）",
            "reaches 36.575 billion yuan or more (about 38.5 billion yuan, with a tolerance of 5% of the target)",
            "365.75",
            "365.74",
        ),
        (
            make_target("2", "about", "growth", direction="less"),
            "%",
            "增长不超过 2.3%（增长约 2%，容差为 0.3 个百分点）",
            "shows growth of 2.3% or less (growth of about 2%, with a tolerance of 0.3 percentage points)",
            "2.3",
            "2.31",
        ),
        (make_target("13", "at_most", "rank"), "位", "进入前 13 位", "ranks 13th or better", "13", "14"),
        (make_target("13", "about", "rank"), "位", "进入前 13 位", "ranks 13th or better", "13", "13.1"),
        (make_target("10", measure="rank", value_max="13"), "位", "进入前 13 位", "ranks 13th or better", "13", "14"),
        (make_target("0"), "天", "为 0 天", "is 0 days", "0", "1"),
        (make_target("0", "at_least"), "天", "达到或超过 0 天", "reaches 0 days or more", "0", "-1"),
        (make_target("0", "at_most", "growth"), "%", "增长不超过 0%", "shows growth of 0% or less", "-1", "0.01"),
        (make_target("50", "at_most"), "个", "不超过 50 个", "is 50 or less", "50", "51"),
        (make_target("80", baseline="100"), "P", "不超过 80 P", "is 80 petaflops or less", "80", "81"),
        (make_target("6", value_max="7"), "亿元", "达到或超过 6 亿元", "reaches 600 million yuan or more", "8", "5.99"),
        (
            make_target("6", value_max="7", direction="near"),
            "亿元",
            "在 6～7 亿元之间",
            "is 600–700 million yuan",
            "7",
            "7.01",
        ),
        (
            make_target("2", "about", "growth", direction="near"),
            "%",
            "增长 1.7%～2.3%（增长约 2%，容差为 0.3 个百分点）",
            "shows growth of 1.7–2.3% (growth of about 2%, with a tolerance of 0.3 percentage points)",
            "2.3",
            "2.31",
        ),
        (
            make_target("2", measure="growth", direction="near"),
            "%",
            "增长 2%",
            "shows growth of 2%",
            "2",
            "2.1",
        ),
        (make_target("2", direction="near"), "亿元", "为 2 亿元", "is 200 million yuan", "2", "2.1"),
        (
            make_target("385", "about", tolerance="10"),
            "亿元",
            "达到或超过 375 亿元（约 385 亿元，容差为 10 亿元）",
            "reaches 37.5 billion yuan or more (about 38.5 billion yuan, with a tolerance of 1 billion yuan)",
            "375",
            "374.99",
        ),
        (
            make_target("6", "about", value_max="7"),
            "亿元",
            "达到或超过 5.7 亿元（约 6～7 亿元，容差为目标值的 5%）",
            "reaches 570 million yuan or more (about 600–700 million yuan, with a tolerance of 5% of the target)",
            "7.36",
            "5.69",
        ),
        (
            make_target("6", "at_most", value_max="7"),
            "亿元",
            "不超过 7 亿元",
            "is 700 million yuan or less",
            "7",
            "7.01",
        ),
        (
            make_target("-3", "at_most", "growth"),
            "%",
            "下降 3% 或更多",
            "shows a decline of 3% or more",
            "-3",
            "-2.99",
        ),
        (
            make_target("-3", "at_least", "growth"),
            "%",
            "下降不超过 3%",
            "shows a decline of 3% or less",
            "-3",
            "-3.01",
        ),
        (
            make_target("-60", "about", "increase"),
            "家",
            "减少 57 家或更多（减少约 60 家，容差为目标值的 5%）",
            "shows a decrease of 57 organisations or more"
            " (a decrease of about 60 organisations, with a tolerance of 5% of the target)",
            "-57",
            "-56",
        ),
        (
            make_target("-6", measure="growth", value_max="-3"),
            "%",
            "下降 3% 或更多",
            "shows a decline of 3% or more",
            "-7",
            "-2.99",
        ),
        (
            make_target("-3", measure="growth", value_max="0"),
            "%",
            "下降 0% 或更多",
            "shows a decline of 0% or more",
            "-4",
            "0.01",
        ),
        (
            make_target("-0.2", "about", "growth"),
            "%",
            "增长不超过 0.1%（下降约 0.2%，容差为 0.3 个百分点）",
            "shows growth of 0.1% or less (a decline of about 0.2%, with a tolerance of 0.3 percentage points)",
            "0.1",
            "0.11",
        ),
        (
            make_target("-0.2", "about", "growth", direction="near"),
            "%",
            "增长 -0.5%～0.1%（下降约 0.2%，容差为 0.3 个百分点）",
            "shows growth of -0.5% to 0.1% (a decline of about 0.2%, with a tolerance of 0.3 percentage points)",
            "-0.5",
            "-0.51",
        ),
        (
            make_target("-4", "about", "increase", tolerance="5"),
            "家",
            "增加不超过 1 家（减少约 4 家，容差为 5 家）",
            "shows an increase of 1 organisation or less"
            " (a decrease of about 4 organisations, with a tolerance of 5 organisations)",
            "1",
            "2",
        ),
        (make_target("6.5", "at_least", "growth"), "%", "增长 6.5% 或更多", "shows growth of 6.5% or more", "6.5", "6"),
        (
            make_target("200", measure="increase"),
            "个",
            "增加 200 个或更多",
            "shows an increase of 200 or more",
            "200",
            "199",
        ),
        (
            make_target("8", "at_most", "increase"),
            "所",
            "增加不超过 8 所",
            "shows an increase of 8 schools or less",
            "8",
            "9",
        ),
    ],
)
def test_criterion_text_agrees_with_assessment(
    target: Target, unit: str, chinese: str, english: str, kept: str, broken: str
) -> None:
    labels = {"zh-hans": "投资额", "en": "Investment"}
    texts = {
        language: criterion_in_words(target, terms(unit), label=label, language=language)
        for language, label in labels.items()
    }
    assert texts["zh-hans"] == f"不晚于 2025-12-31，投资额{chinese}，即为兑现。"
    assert texts["en"] == f"Met if “Investment” {english} by 2025-12-31."
    assert assess(target, Decimal(kept), as_of=DEADLINE, deadline=DEADLINE).status == "met"
    assert assess(target, Decimal(broken), as_of=DEADLINE, deadline=DEADLINE).status != "met"


def test_criterion_of_increase_names_baseline_and_plan_year() -> None:
    target = make_target("200", measure="increase", baseline="1000")
    without_deadline = terms("个", None, 2030)
    assert (
        criterion_in_words(target, without_deadline, label="重点项目数", language="zh-hans")
        == "按 2030 年度计划，在 1000 个的基础上，重点项目数增加 200 个或更多，即为兑现。"
    )
    assert (
        criterion_in_words(target, without_deadline, label="Key projects", language="en")
        == "Met if “Key projects” shows an increase of 200 or more from 1000 (plan for 2030)."
    )
    about = replace(target, bound="about")
    assert (
        criterion_in_words(about, without_deadline, label="Key projects", language="en")
        == "Met if “Key projects” shows an increase of 190 or more from 1000"
        " (an increase of about 200, with a tolerance of 5% of the target) (plan for 2030)."
    )


@pytest.mark.parametrize(
    ("target", "unit", "since", "chinese", "english"),
    [
        (make_target("-18", measure="growth"), "%", 2020, "较 2020 年下降 18%", "a decline of 18% compared with 2020"),
        (
            make_target("200", measure="increase", baseline="1000"),
            "所",
            2020,
            "在 2020 年 1000 所的基础上增加 200 所",
            "an increase of 200 schools from 1000 schools in 2020",
        ),
        (make_target("50", measure="level", baseline="44"), "家", 2020, "50 家", "50 organisations"),
    ],
)
def test_target_of_change_names_year_from_which_it_is_counted(
    target: Target, unit: str, since: int, chinese: str, english: str
) -> None:
    said = replace(terms(unit, None), year=2030, period="2026/2030", baseline_year=since)
    is_change = target.measure != "level"
    assert target_in_words(target, said, "zh-hans") == f"{chinese}（2026—2030 年{'累计' if is_change else ''}）"
    assert target_in_words(target, said, "en") == f"{english} (2026–2030{' in total' if is_change else ''})"


def test_criterion_names_average_growth_and_year_from_which_it_is_counted() -> None:
    said = replace(terms("%", None), year=2030, period="2026/2030", baseline_year=2025)
    target = make_target("5", "at_least", "average_growth")
    assert (
        criterion_in_words(target, said, label="GDP年均增速", language="zh-hans")
        == "2026—2030 年，较 2025 年，GDP年均增长 5% 或更多，即为兑现。"
    )
    assert (
        criterion_in_words(target, said, label="GDP growth", language="en")
        == "Met if “GDP” shows average annual growth of 5% or more compared with 2025 (2026–2030)."
    )


GDP = Names("地区生产总值", "GDP")
CHINA = Names("全国", "China")


@pytest.mark.parametrize(
    ("target", "stated", "condition", "english", "accepted", "rejected"),
    [
        ("0 more_than growth", "高于{}", "高于{}", "above {} / is above {}", "0.1", "0"),
        ("0 less_than level", "低于{}", "低于{}", "below {} / is below {}", "-0.1", "0"),
        ("0 at_least growth", "不低于{}", "不低于{}", "not below {} / is not below {}", "0", "-0.1"),
        ("0 at_most level", "不高于{}", "不高于{}", "not above {} / is not above {}", "0", "0.1"),
        ("0 exact growth", "与{}持平", "不低于{}", "equal to {} / is not below {}", "0", "-0.1"),
        (
            "0 about growth",
            "与{}相当",
            "比{}最多低 0.3 个百分点（与{}相当，容差为 0.3 个百分点）",
            "about equal to {} / is at most 0.3 percentage points below {} (about equal to {}, with a tolerance of"
            " 0.3 percentage points)",
            "-0.3",
            "-0.31",
        ),
        (
            "1 exact average_growth",
            "比{}高 1 个百分点",
            "比{}高 1 个百分点或更多",
            "1 percentage point above {} / is 1 percentage point or more above {}",
            "1",
            "0.9",
        ),
        (
            "0.5 at_most level",
            "比{}高至多 0.5 个百分点",
            "比{}最多高 0.5 个百分点",
            "at most 0.5 percentage points above {} / is at most 0.5 percentage points above {}",
            "0.5",
            "0.6",
        ),
        (
            "-0.5 at_most level",
            "比{}低至少 0.5 个百分点",
            "比{}低 0.5 个百分点或更多",
            "at least 0.5 percentage points below {} / is 0.5 percentage points or more below {}",
            "-0.6",
            "-0.4",
        ),
        (
            "-1 at_least share",
            "比{}低至多 1 个百分点",
            "比{}最多低 1 个百分点",
            "at most 1 percentage point below {} / is at most 1 percentage point below {}",
            "-1",
            "-1.1",
        ),
    ],
)
def test_relative_target_names_the_other_figure(
    target: str, stated: str, condition: str, english: str, accepted: str, rejected: str
) -> None:
    relative = replace(make_target(*target.split()), unit="个百分点", is_relative=True)
    unit = UnitNames("个百分点", "percentage point")
    said = Terms(unit, 2025, DEADLINE, compared_with=Reference(GDP, CHINA))
    noun = {"growth": "增长率", "average_growth": "年均增长率", "level": "", "share": "占比"}[relative.measure]
    noun_en = {
        "growth": "the growth of ",
        "average_growth": "the average annual growth of ",
        "level": "",
        "share": "the share of ",
    }[relative.measure]
    other, other_en = f"全国的地区生产总值{noun}", f"{noun_en}GDP in China"
    assert target_in_words(relative, said, "zh-hans") == f"{stated.format(other)}，不晚于 2025-12-31"
    assert (
        criterion_in_words(relative, said, label="居民收入", language="zh-hans")
        == f"不晚于 2025-12-31，居民收入{noun}{condition.format(other, other)}，即为兑现。"
    )
    stated_en, condition_en = english.split(" / ")
    assert target_in_words(relative, said, "en") == f"{stated_en.format(other_en)} by 2025-12-31"
    assert (
        criterion_in_words(relative, said, label="income", language="en")
        == f"Met if “{noun_en}income” {condition_en.format(other_en, other_en)} by 2025-12-31."
    )
    assert assess(relative, Decimal(accepted), as_of=DEADLINE, deadline=DEADLINE).status == "met"
    assert assess(relative, Decimal(rejected), as_of=DEADLINE, deadline=DEADLINE).status != "met"


def test_relative_target_names_the_measure_once_and_the_own_place_not_at_all() -> None:
    target = replace(make_target("0", "more_than", "growth"), unit="个百分点", is_relative=True)
    said = Terms(UnitNames("个百分点"), 2026, None, compared_with=Reference(Names("GDP增速")))
    assert target_in_words(target, said, "zh") == "高于GDP增长率（2026 年度计划）"
    assert criterion_in_words(target, said, label="居民收入增速", language="zh") == (
        "按 2026 年度计划，居民收入增长率高于GDP增长率，即为兑现。"
    )


@pytest.mark.parametrize(
    ("numbers", "symbol", "name_en", "english"),
    [
        ("385", "亿元", "100 million yuan", "38.5 billion yuan"),
        ("0.5", "万亿元", "trillion yuan", "500 billion yuan"),
        ("2600", "万亿元", "trillion yuan", "2600 trillion yuan"),
        ("5 15", "亿元", "100 million yuan", "0.5–1.5 billion yuan"),
        ("385.123456", "亿元", "100 million yuan", "38.5123456 billion yuan"),
        ("35", "万平方米", "10,000 square metres", "350,000 square metres"),
        ("150", "万亩", "10,000 mu", "1.5 million mu"),
        ("2", "万个", "10,000 items", "20,000"),
        ("100", "户", "household", "100"),
        ("3", "百万吨", "million tonnes", "3 million tonnes"),
        ("3", "千元", "1,000 yuan", "3000 yuan"),
        ("5", "万辆", "ten thousand vehicles", "50,000 vehicles"),
        ("1234567", "所", "school", "1,234,567 schools"),
        ("1", "所", "school", "1 school"),
        ("1 2", "所", "school", "1–2 schools"),
        ("8", "大类", "category", "8 categories"),
        ("8", "批", "batch", "8 batches"),
        ("8", "头", "head", "8 head"),
        ("35", "微克/立方米", "microgram per cubic metre", "35 micrograms per cubic metre"),
        ("2", "倍", "times (multiple)", "2 times"),
        ("0.9", "个百分点", "percentage point", "0.9 percentage points"),
        ("4", "GB", "GB", "4 GB"),
        ("5", "千瓦", "kilowatt", "5 kilowatts"),
        # Without an English name, or with one of another magnitude, the Chinese one stays.
        ("385", "亿欧元", "", "385 亿欧元"),
        ("385", "亿欧元", "euro", "385 亿欧元"),
        ("385", "亿欧元", "10,000 euros", "385 亿欧元"),
        ("385", "亿欧元", "100 million", "385 亿欧元"),
    ],
)
def test_english_amount_has_english_unit_and_magnitude(numbers: str, symbol: str, name_en: str, english: str) -> None:
    unit = UnitNames(symbol, name_en)
    assert amount_in_words([Decimal(number) for number in numbers.split()], unit, "en-gb") == english


@given(st.decimals(min_value=-(10**17), max_value=10**17, places=6))
def test_plain_number_is_exact_and_has_no_exponent(number: Decimal) -> None:
    text = plain(number)
    assert Decimal(text) == number
    assert "E" not in text
    assert not ("." in text and text.endswith(("0", ".")))
    assert text != "-0"
