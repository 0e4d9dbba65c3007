from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledges.domain.assessment import Target, assess
from pledges.domain.numbers import plain
from pledges.domain.wording import criterion_in_words, target_in_words

from .targets import make_target


def target(language: str = "zh-hans", **changes: Any) -> str:
    target: dict[str, Any] = {
        "value": Decimal("385.000000"),
        "value_max": None,
        "unit": "亿元",
        "bound": "at_least",
        "measure": "total",
        "deadline": date(2025, 12, 31),
    }
    return target_in_words(**(target | changes), language=language)


@pytest.mark.parametrize(
    ("changes", "chinese", "english"),
    [
        ({}, "至少 385 亿元，不晚于 2025-12-31", "at least 385 亿元 by 2025-12-31"),
        ({"bound": "exact", "deadline": None}, "385 亿元", "385 亿元"),
        (
            {"bound": "about", "value_max": Decimal(400)},
            "约 385～400 亿元，不晚于 2025-12-31",
            "about 385–400 亿元 by 2025-12-31",
        ),
        (
            {"measure": "growth", "bound": "about", "value": Decimal("6.5"), "unit": "%", "deadline": None},
            "增长约 6.5%",
            "growth of about 6.5%",
        ),
        (
            {"measure": "growth", "bound": "at_most", "value": Decimal(-3), "unit": "%", "deadline": None},
            "下降至少 3%",
            "a decline of at least 3%",
        ),
        (
            {"measure": "rank", "bound": "at_most", "value": Decimal(13), "unit": "位", "deadline": None},
            "排名前 13 位",
            "among the top 13",
        ),
        (
            {"measure": "share", "value": Decimal(50), "unit": "%", "deadline": None},
            "占比至少 50%",
            "a share of at least 50%",
        ),
        (
            {
                "measure": "growth",
                "bound": "exact",
                "value": Decimal(-5),
                "value_max": Decimal(-3),
                "unit": "%",
                "deadline": None,
            },
            "下降 3%～5%",
            "a decline of 3–5%",
        ),
        (
            {"value": Decimal(2_680_000), "unit": "万元", "deadline": None},
            "至少 2,680,000 万元",
            "at least 2,680,000 万元",
        ),
        ({"value": Decimal("1584.5"), "unit": "公里", "deadline": None}, "至少 1584.5 公里", "at least 1584.5 公里"),
    ],
)
def test_target_text(changes: dict[str, Any], chinese: str, english: str) -> None:
    assert target(**changes) == chinese
    assert target("en", **changes) == english


def criterion(target: Target, language: str, unit: str, deadline: date | None = None) -> str:
    return criterion_in_words(target, label="投资额", unit=unit, deadline=deadline, language=language)


@pytest.mark.parametrize(
    ("target", "unit", "chinese", "english", "kept", "broken"),
    [
        (make_target("385"), "亿元", "达到或超过 385 亿元", "reaches 385 亿元 or more", "385", "384.99"),
        (make_target("50", "at_least", "share"), "%", "达到或超过 50%", "reaches 50% or more", "50", "49.99"),
        (
            make_target("385.000000", "about"),
            "亿元",
            "达到或超过 365.75 亿元（约 385 亿元，容差为目标值的 5%）",
            "reaches 365.75 亿元 or more (about 385 亿元, with a tolerance of 5% of the target)",
            "365.75",
            "365.74",
        ),
        (
            make_target("2", "about", "growth", direction="less"),
            "%",
            "不超过 2.1%（增长约 2%，容差为目标值的 5%）",
            "is 2.1% or less (growth of about 2%, with a tolerance of 5% of the target)",
            "2.1",
            "2.11",
        ),
        (make_target("13", "at_most", "rank"), "位", "进入前 13 位", "ranks 13th or better", "13", "14"),
        (make_target("13", "about", "rank"), "位", "进入前 13 位", "ranks 13th or better", "13", "13.1"),
        (make_target("10", measure="rank", value_max="13"), "位", "进入前 13 位", "ranks 13th or better", "13", "14"),
        (make_target("0"), "天", "为 0 天", "is 0 天", "0", "1"),
        (make_target("0", "at_least"), "天", "达到或超过 0 天", "reaches 0 天 or more", "0", "-1"),
        (make_target("0", "at_most", "growth"), "%", "不超过 0%", "is 0% or less", "-1", "0.01"),
        (make_target("50", "at_most"), "个", "不超过 50 个", "is 50 个 or less", "50", "51"),
        (make_target("80", baseline="100"), "P", "不超过 80 P", "is 80 P or less", "80", "81"),
        (make_target("6", value_max="7"), "亿元", "在 6～7 亿元之间", "is 6–7 亿元", "7", "7.01"),
        (
            make_target("6", "about", value_max="7"),
            "亿元",
            "在 5.7～7.35 亿元之间（约 6～7 亿元，容差为目标值的 5%）",
            "is 5.7–7.35 亿元 (about 6–7 亿元, with a tolerance of 5% of the target)",
            "7.35",
            "5.69",
        ),
        (make_target("6", "at_most", value_max="7"), "亿元", "不超过 7 亿元", "is 7 亿元 or less", "7", "7.01"),
        (
            make_target("-3", "at_most", "growth"),
            "%",
            "降幅达到或超过 3%",
            "falls by 3% or more",
            "-3",
            "-2.99",
        ),
        (
            make_target("-3", "at_least", "growth"),
            "%",
            "降幅不超过 3%",
            "falls by 3% or less",
            "-3",
            "-3.01",
        ),
        (
            make_target("-60", "about", "increase"),
            "家",
            "减少量达到或超过 57 家（减少约 60 家，容差为目标值的 5%）",
            "decreases by 57 家 or more (a decrease of about 60 家, with a tolerance of 5% of the target)",
            "-57",
            "-56",
        ),
        (
            make_target("-6", measure="growth", value_max="-3"),
            "%",
            "降幅在 3%～6% 之间",
            "falls by 3–6%",
            "-6",
            "-6.01",
        ),
        (
            make_target("-3", measure="growth", value_max="0"),
            "%",
            "降幅在 0%～3% 之间",
            "falls by 0–3%",
            "0",
            "0.01",
        ),
    ],
)
def test_criterion_text_agrees_with_assessment(
    target: Target, unit: str, chinese: str, english: str, kept: str, broken: str
) -> None:
    assert criterion(target, "zh-hans", unit) == f"投资额{chinese}，即为兑现。"
    assert criterion(target, "en", unit) == f"Met if 投资额 {english}."
    last_day = date(2025, 12, 31)
    assert assess(target, Decimal(kept), as_of=last_day, deadline=last_day).status == "met"
    assert assess(target, Decimal(broken), as_of=last_day, deadline=last_day).status != "met"


def test_criterion_text_includes_deadline() -> None:
    deadline = date(2025, 12, 31)
    target = make_target("385")
    assert criterion(target, "zh-hans", "亿元", deadline) == "不晚于 2025-12-31，投资额达到或超过 385 亿元，即为兑现。"
    assert criterion(target, "en", "亿元", deadline) == "Met if 投资额 reaches 385 亿元 or more by 2025-12-31."


@given(st.decimals(min_value=-(10**17), max_value=10**17, places=6))
def test_plain_number_is_exact_and_has_no_exponent(number: Decimal) -> None:
    text = plain(number)
    assert Decimal(text) == number
    assert "E" not in text
    assert not ("." in text and text.endswith(("0", ".")))
    assert text != "-0"
