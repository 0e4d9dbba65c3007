"""Warnings about figures and evidence that are possible but probably wrong."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from pledges.domain.follow_up_warnings import follow_up_warnings

SAID = date(2025, 1, 20)


def found(actual: str | None = "385", *, target: str = "385", target_max: str | None = None, **more: Any) -> list[str]:
    previous = more.pop("previous", None)
    values: dict[str, Any] = {"measure": "total", "base_unit": "元", "evidence_days": [], "said_earliest": SAID}
    values |= {"is_relative": False} | more
    warnings = follow_up_warnings(
        actual=None if actual is None else Fraction(actual),
        target=(Fraction(target), Fraction(target_max or target)),
        previous=None if previous is None else Fraction(previous),
        **values,
    )
    return [code for code, _day in warnings]


@pytest.mark.parametrize(
    ("actual", "target", "codes"),
    [
        ("402600", "385", ["actual_far_from_target"]),  # 万元 under 亿元
        ("11550", "385", []),  # 30 times
        ("11550.000001", "385", ["actual_far_from_target"]),
        ("385", "11550", []),
        ("384.999999", "11550", ["actual_far_from_target"]),
        ("0", "385", []),
        ("402600", "0", []),
        ("-1", "-31", ["actual_far_from_target"]),
    ],
)
def test_amount_is_compared_with_target(actual: str, target: str, codes: list[str]) -> None:
    assert found(actual, target=target) == codes
    assert found(actual, target=target, measure="level", base_unit="个") == codes
    assert found(actual, target=target, is_relative=True) == []


@pytest.mark.parametrize(("actual", "is_far"), [("2", True), ("3", False), ("3000", False), ("3001", True)])
def test_range_is_far_beyond_both_ends(actual: str, is_far: bool) -> None:
    assert found(actual, target="90", target_max="100") == ["actual_far_from_target"] * is_far


@pytest.mark.parametrize(("previous", "codes"), [("400", []), ("12", ["actual_far_from_previous"]), ("0", [])])
def test_amount_is_compared_with_previous_figure(previous: str, codes: list[str]) -> None:
    assert found("385", previous=previous) == codes


@pytest.mark.parametrize(
    ("measure", "base_unit"),
    [
        ("growth", "%"),
        ("share", "%"),
        ("increase", "个"),
        ("rank", "位"),
        ("level", "%"),
        ("level", "‰"),
        ("level", "个百分点"),
        ("total", "倍"),
    ],
)
def test_rate_change_or_rank_is_not_compared(measure: str, base_unit: str) -> None:
    assert found("1", target="100", previous="100", measure=measure, base_unit=base_unit) == []


def test_rank_in_unit_of_money_is_found() -> None:
    assert found("3", target="5", measure="rank") == ["rank_in_other_unit"]
    assert found(None, target="5", measure="rank") == []


def test_evidence_before_statement_is_found_once_for_each_day() -> None:
    days = [SAID, date(2025, 1, 19), date(2024, 12, 31), date(2025, 1, 19)]
    assert found(None, evidence_days=days) == ["evidence_before_statement"] * 2
