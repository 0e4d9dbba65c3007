"""The pace of a target: the share that was reached, compared with the share of the time that has passed."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledges.domain.assessment import Target
from pledges.domain.pace import pace, share_of_time

from .targets import DEADLINE, make_target, targets

MIDYEAR = date(2025, 6, 30)  # 181 of 365 days: 49.6%


def pace_at(target: Target, reached: str, as_of: date = MIDYEAR) -> str | None:
    return pace(target, Fraction(reached), as_of=as_of, first_year=2025, last_day=DEADLINE)


@pytest.mark.parametrize(
    ("target", "reached", "expected"),
    [
        (make_target("100"), "50", "on_track"),
        (make_target("100"), "39.6", "on_track"),
        (make_target("100"), "39.5", "behind"),
        (make_target("100"), "59.5", "on_track"),
        (make_target("100"), "59.6", "ahead"),
        (make_target("100"), "0", "behind"),
        (make_target("100"), "250", "ahead"),
        (make_target("100", "at_least"), "50", "on_track"),
        (make_target("100", "about"), "50", "on_track"),
        (make_target("100", value_max="120"), "50", "on_track"),
        (make_target("110", baseline="100"), "55", "on_track"),  # last year's total is no part of this year's
        (make_target("200", measure="increase", baseline="1000"), "100", "on_track"),
        (make_target("-200", measure="increase"), "-100", "on_track"),
        (make_target("-200", measure="increase"), "100", "behind"),
        (make_target("100", "at_most"), "50", None),  # a limit
        (make_target("100", direction="less"), "50", None),
        (make_target("0"), "5", None),
        (make_target("100", measure="level"), "50", None),
        (make_target("8", measure="growth"), "4", None),
        (make_target("80", measure="share"), "40", None),
        (make_target("5", measure="average_growth"), "4", None),
        (make_target("0", "more_than", "growth"), "4", None),
        (replace(make_target("5", measure="increase"), is_relative=True), "4", None),
        (make_target("13", "at_most", "rank"), "5", None),
    ],
)
def test_pace_compares_share_of_target_with_share_of_time(target: Target, reached: str, expected: str | None) -> None:
    assert pace_at(target, reached) == expected


def test_pace_is_unknown_without_figure_or_day() -> None:
    target = make_target("100")
    assert pace(target, None, as_of=MIDYEAR, first_year=2025, last_day=DEADLINE) is None
    assert pace(target, Fraction(50), as_of=None, first_year=2025, last_day=DEADLINE) is None


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        (date(2024, 10, 1), Fraction(0)),
        (date(2024, 12, 31), Fraction(0)),
        (date(2025, 1, 1), Fraction(1, 365)),
        (date(2025, 12, 31), Fraction(1)),
        (date(2026, 3, 1), Fraction(1)),
    ],
)
def test_time_runs_from_first_to_last_day(as_of: date, expected: Fraction) -> None:
    assert share_of_time(as_of, first_year=2025, last_day=DEADLINE) == expected


def test_time_of_several_years_begins_with_the_first() -> None:
    assert share_of_time(date(2023, 12, 31), first_year=2021, last_day=DEADLINE) == Fraction(1095, 1826)


@given(targets(), st.decimals(0, 1000, places=2), st.decimals(0, 1000, places=2))
def test_pace_is_known_for_any_figure_or_for_none(target: Target, one: object, other: object) -> None:
    assert (pace_at(target, str(one)) is None) == (pace_at(target, str(other)) is None)
