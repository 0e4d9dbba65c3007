from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledges.quantities.decimals import plain
from pledges.quantities.wording import target_in_words


def words(language: str = "zh-hans", **changes: Any) -> str:
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
        ({}, "至少 385 亿元，2025-12-31 前", "at least 385 亿元 by 2025-12-31"),
        ({"bound": "exact", "deadline": None}, "385 亿元", "385 亿元"),
        (
            {"bound": "about", "value_max": Decimal(400)},
            "约 385–400 亿元，2025-12-31 前",
            "about 385–400 亿元 by 2025-12-31",
        ),
        (
            {"measure": "growth", "bound": "about", "value": Decimal("6.5"), "unit": "%", "deadline": None},
            "增长约 6.5 %",
            "growth of about 6.5 %",
        ),
        (
            {"measure": "growth", "bound": "at_most", "value": Decimal(-3), "unit": "%", "deadline": None},
            "下降至少 3 %",
            "a decline of at least 3 %",
        ),
        (
            {"measure": "rank", "bound": "at_most", "value": Decimal(13), "unit": "位", "deadline": None},
            "排名前 13 位",
            "among the top 13",
        ),
        (
            {"measure": "share", "value": Decimal(50), "unit": "%", "deadline": None},
            "占比至少 50 %",
            "a share of at least 50 %",
        ),
    ],
)
def test_a_target_reads_as_a_sentence(changes: dict[str, Any], chinese: str, english: str) -> None:
    assert words(**changes) == chinese
    assert words("en", **changes) == english


@given(st.decimals(min_value=-(10**17), max_value=10**17, places=6))
def test_plain_decimals_are_exact_and_have_no_exponent(number: Decimal) -> None:
    text = plain(number)
    assert Decimal(text) == number
    assert "E" not in text
    assert not ("." in text and text.endswith(("0", ".")))
    assert text != "-0"
