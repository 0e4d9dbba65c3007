"""Totals sum additive figures, exactly, with the figures that follow-ups found."""

from functools import partial

import pytest

from tests.factories import (
    make_amendment,
    make_dimension,
    make_follow_up,
    make_metric,
    make_pledge,
    make_unit,
)
from tests.statistics.overall_totals import left_out, overall_totals, sums

pytestmark = pytest.mark.django_db


def test_units_of_one_dimension_are_added_in_base_unit() -> None:
    make_pledge("a", value=2, label="a")
    make_pledge("b", value=3, label="b", unit=make_unit("万元", factor=10_000))
    assert sums() == {"money total": "200030000"}


def test_different_counting_words_are_not_added() -> None:
    for ref, symbol in {"firms": "家", "items": "个"}.items():
        unit = make_unit(symbol, factor=1, dimension=make_dimension(ref, base_unit=symbol))
        make_pledge(ref, value=5, unit=unit, metric=make_metric("enterprises"))
    assert sums() == {"firms total": "5", "items total": "5"}


@pytest.mark.parametrize("measure", ["level", "growth", "share", "rank"])
def test_measure_that_is_not_additive_is_left_out(measure: str) -> None:
    unit = make_unit("%", factor=1, dimension=make_dimension("ratio", base_unit="%"))
    make_pledge("a", value=5, measure=measure, unit=unit)
    assert (sums(), left_out()) == ({}, {"not_additive": 1})


def test_dimension_that_is_not_additive_is_left_out() -> None:
    unit = make_unit("天", factor=1, dimension=make_dimension("days", base_unit="天", is_additive=False))
    make_pledge("a", value=320, unit=unit)
    assert (sums(), left_out()) == ({}, {"not_additive": 1})


def test_increases_totals_and_limits_have_separate_sums() -> None:
    make_pledge("a", value=1)
    make_pledge("b", value=2, measure="increase")
    make_pledge("c", value=4, bound="at_most")
    assert [(one.measure, one.limit, one.target.amount / 100_000_000) for one in overall_totals().totals] == [
        ("increase", False, 2),
        ("total", False, 1),
        ("total", True, 4),
    ]


def test_totals_of_several_years_have_sums_of_their_own() -> None:
    make_pledge("a", value=1)
    make_pledge("b", value=2, period="2021/2025", label="b")
    make_pledge("c", value=4, period="2021/2025", label="c")
    make_pledge("d", value=8, period="2026/2030", year=2030, deadline=None)
    assert [(one.period, one.target.amount / 100_000_000) for one in overall_totals().totals] == [
        ("", 1),
        ("2021/2025", 6),
        ("2026/2030", 8),
    ]


def test_figure_that_is_only_a_limit_is_not_summed() -> None:
    make_follow_up(make_pledge("a", value=1), actual=2)
    make_follow_up(make_pledge("b", value=4, label="b"), actual=5, actual_bound="at_least")
    (total,) = overall_totals().totals
    assert (total.actual.pledges, total.actual.amount) == (1, 2 * 10**8)


def test_increase_since_earlier_year_is_summed_with_those_of_as_many_years() -> None:
    make_pledge("a", value=1, measure="increase", label="a")
    make_pledge("b", value=2, measure="increase", label="b", baseline_year=2024)
    make_pledge("c", value=4, measure="increase", label="c", baseline_year=2020)
    make_pledge("d", value=8, measure="increase", label="d", period="2021/2025")
    assert [(one.period, one.target.amount / 100_000_000) for one in overall_totals().totals] == [
        ("", 3),
        ("2021/2025", 12),
    ]


def test_ranges_add_up_to_a_range() -> None:
    make_pledge("a", value=1, value_max=3, label="a")
    make_pledge("b", value=10, label="b")
    (total,) = overall_totals().totals
    assert (total.target.amount, total.target.amount_max) == (11 * 10**8, 13 * 10**8)


def test_sums_are_exact_where_amounts_are_rounded() -> None:
    unit = make_unit("亩", numerator=2000, denominator=3, dimension=make_dimension("area", base_unit="平方米"))
    for ref in "abc":
        make_follow_up(make_pledge(ref, value=1, value_max=2, label=ref, unit=unit), actual=1)
    (total,) = overall_totals().totals
    assert total.target == (3, 2000, 4000)
    assert total.actual == (3, 2000, 2000)


def test_actual_sum_is_of_newest_approved_follow_ups() -> None:
    a, b, c, _d = [make_pledge(ref, value=10, label=ref) for ref in "abcd"]
    add_follow_up = partial(make_follow_up, reason="据说明")
    add_follow_up(a, "in_progress", actual=4)
    add_follow_up(a, "met", actual=120_000, unit=make_unit("万元", factor=10_000))
    add_follow_up(b, "in_progress", actual=3)
    add_follow_up(b, "met", actual=10, state="submitted")
    add_follow_up(c, "in_progress", actual=5)
    add_follow_up(c, "unverifiable")
    (total,) = overall_totals().totals
    assert total.target.pledges == 4
    assert total.actual == (2, 15 * 10**8, 20 * 10**8)


def test_actual_sum_is_in_the_units_and_of_the_targets_that_were_judged() -> None:
    unit = make_unit("万元", factor=1_000)
    pledge = make_pledge("a", value=10, unit=unit)
    make_follow_up(pledge, actual=12)
    make_amendment(unit, numerator=10_000)
    make_amendment(pledge, value=100)
    (total,) = overall_totals().totals
    assert total.target.amount == 1_000_000
    assert total.actual == (1, 12_000, 10_000)


@pytest.mark.parametrize("amended", [{"measure": "increase"}, {"period": "2021/2025"}, {"unit_id": "家"}])
def test_figure_that_measured_something_else_is_in_no_sum(amended: dict[str, str]) -> None:
    make_unit("家", factor=1, dimension=make_dimension("firms"))
    pledge = make_pledge("a", value=10)
    make_follow_up(pledge, actual=12)
    make_amendment(pledge, **amended)
    (total,) = overall_totals().totals
    assert total.target.pledges == 1
    assert total.actual == (0, None, None)


def test_current_follow_up_without_figure_is_in_no_sum() -> None:
    make_follow_up(make_pledge("a"), "withdrawn")
    (total,) = overall_totals().totals
    assert total.actual == (0, None, None)
