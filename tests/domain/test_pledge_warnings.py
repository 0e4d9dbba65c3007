"""Warnings about pledges that are possible but probably wrong."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from pledges.domain.pledge_warnings import pledge_warnings


def found(
    quote: str = "投资385亿元", value: str = "385", value_max: str | None = None, **more: Any
) -> list[tuple[str, str]]:
    earlier = more.pop("earlier", None)
    defaults: dict[str, Any] = {
        "label": "年度投资额",
        "measure": "total",
        "unit_factor": Fraction(10**8),
        "base_unit": "元",
        "metric_base_unit": "元",
        "is_relative": False,
        "can_fall_below_zero": True,
    }
    return list(
        pledge_warnings(
            quote=quote,
            figures=(Decimal(value), Decimal(value_max or value)),
            earlier=earlier and (Fraction(earlier[0]), Fraction(earlier[1])),
            **defaults | more,
        )
    )


@pytest.mark.parametrize(
    ("measure", "unit", "metric", "is_warned"),
    [
        ("total", "千瓦时", "千瓦", True),
        ("total", "平方米", "元", True),
        ("total", "家", "个", False),  # counting words of one thing
        ("total", "人", "家", True),
        ("total", "名", "人", False),
        ("growth", "%", "元", False),
        ("share", "%", "元", False),
        ("rank", "位", "元", False),
        ("increase", "个百分点", "%", False),
        ("increase", "个百分点", "元", True),
        ("level", "张", "张/人", False),
        ("level", "元/年", "元/人·年", False),
        ("level", "吨/天", "吨", False),
        ("level", "吨/平方米", "吨", True),
        ("level", "位", "元", True),
    ],
)
def test_unit_of_another_dimension(measure: str, unit: str, metric: str, *, is_warned: bool) -> None:
    codes = [code for code, _words in found(measure=measure, base_unit=unit, metric_base_unit=metric)]
    assert codes == ["unit_of_other_dimension"] * is_warned


@pytest.mark.parametrize(
    ("quote", "value", "unit", "words"),
    [
        ("固定资产投资增长385亿元", "385", "元", "增长385"),
        ("投资同比多完成385亿元", "385", "元", "同比多完成385"),
        ("固定资产投资增长到385亿元", "385", "元", ""),
        ("固定资产投资增长10%，完成385亿元", "385", "元", ""),
        ("改造提升老旧小区385个", "385", "个", ""),
        ("覆盖率提高3%", "3", "%", "提高"),
        ("Investment shall grow by 385 million", "385", "元", "grow by 385"),
        ("Investment shall grow to 385 million", "385", "元", ""),
    ],
)
def test_words_of_a_change_with_the_measure_of_an_amount(quote: str, value: str, unit: str, words: str) -> None:
    assert found(quote, value, base_unit=unit, metric_base_unit=unit) == (
        [("change_as_amount", words)] if words else []
    )
    assert found(quote, value, base_unit=unit, metric_base_unit=unit, measure="increase") == []


def test_label_of_a_growth_with_the_measure_of_an_amount() -> None:
    assert found(label="投资增速") == [("change_as_amount", "增速")]
    assert found(label="Growth of investment") == [("change_as_amount", "Growth of")]
    assert found(label="投资增速", measure="growth", base_unit="%") == []


@pytest.mark.parametrize(
    ("quote", "value", "words"),
    [
        ("进入全国前13位", "13", "前13位"),
        ("跻身前十三名", "13", "前十三名"),
        ("进入前百强", "100", "前百强"),
        ("排名第一百二十位", "120", "第一百二十位"),
        ("a place among the top 20", "20", "top 20"),
        ("引进前20强企业5家", "5", ""),
        ("排名前移两位", "2", ""),
    ],
)
def test_words_of_a_rank_with_another_measure(quote: str, value: str, words: str) -> None:
    units: dict[str, Any] = {"base_unit": "人", "metric_base_unit": "人", "can_fall_below_zero": False}
    assert found(quote, value, measure="level", **units) == ([("rank_as_amount", words)] if words else [])
    assert found(quote, value, measure="rank", **units) == [("rank_in_other_unit", "")]
    assert found(quote, value, measure="rank", base_unit="位", metric_base_unit="位") == []


@pytest.mark.parametrize(
    ("value", "value_max", "measure", "is_warned"),
    [
        ("385", None, "total", False),
        ("38500", None, "total", False),
        ("38500.1", None, "total", True),
        ("38000", "40000", "total", False),
        ("3.84", None, "level", True),
        ("38500.1", None, "growth", False),
        ("0", None, "total", False),
    ],
)
def test_figure_far_from_those_of_the_year_before(
    value: str, value_max: str | None, measure: str, *, is_warned: bool
) -> None:
    unit = "%" if measure == "growth" else "元"
    warnings = found("", value, value_max, measure=measure, base_unit=unit, earlier=(385 * 10**8, 385 * 10**8))
    assert warnings == [("amount_far_from_earlier", "")] * is_warned


def test_negative_level_of_what_can_be_counted() -> None:
    units: dict[str, Any] = {"measure": "level", "base_unit": "家", "metric_base_unit": "家"}
    assert found("", "-5", can_fall_below_zero=False, **units) == [("negative_count", "")]
    assert found("", "5", can_fall_below_zero=False, **units) == []
    assert found("", "-5", measure="level") == []
