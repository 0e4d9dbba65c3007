"""Totals sum additive figures and count each target once: by example, and compared with a sum computed in Python."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pledges.domain.assessment import convert
from pledges.domain.numbers import plain
from pledges.models import District, FollowUp, Pledge, Statement
from pledges.statistics.totals import REASONS, Total, Totals, totals
from tests.factories import (
    make_amendment,
    make_dimension,
    make_district,
    make_document,
    make_follow_up,
    make_metric,
    make_official,
    make_pledge,
    make_statement,
    make_unit,
)
from tests.random_records import StatedTarget, make_random_record, make_surroundings, records
from tests.statistics.test_counts import COMBINATIONS, GROUP_VALUE

pytestmark = pytest.mark.django_db


def overall_totals() -> Totals:
    return totals(Pledge.objects.public(), []).get((), Totals([], dict.fromkeys(REASONS, 0)))


def sums() -> dict[str, str]:
    return {f"{total.dimension} {total.measure}": plain(total.target.amount) for total in overall_totals().totals}


def left_out() -> dict[str, int]:
    return {reason: count for reason, count in overall_totals().left_out.items() if count}


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


def test_ranges_add_up_to_a_range() -> None:
    make_pledge("a", value=1, value_max=3, label="a")
    make_pledge("b", value=10, label="b")
    (total,) = overall_totals().totals
    assert (total.target.amount, total.target.amount_max) == (11 * 10**8, 13 * 10**8)


def test_superseded_target_is_left_out_even_if_successor_is_filtered_out() -> None:
    first = make_pledge("a", value=1)
    make_pledge("b", value=2, year=2026, deadline="2026-12-31", supersedes=first)
    assert (sums(), left_out()) == ({"money total": "200000000"}, {"superseded": 1})
    only_first = totals(Pledge.objects.public().filter(year=2025), [])[()]
    assert (only_first.totals, only_first.left_out["superseded"]) == ([], 1)


def test_target_that_supersedes_several_counts_alone() -> None:
    parts = [make_pledge(ref, value=value, label=ref) for ref, value in (("a", 40), ("b", 60))]
    make_pledge("c", value=90, supersedes=parts)
    assert (sums(), left_out()) == ({"money total": "9000000000"}, {"superseded": 2})


def test_draft_supersedes_nothing() -> None:
    make_pledge("b", value=2, supersedes=make_pledge("a", value=1), state="draft")
    assert sums() == {"money total": "100000000"}


@pytest.fixture
def statements(db: None) -> list[Statement]:
    """Statements of three officials on three pages, the latest first."""
    return [
        make_statement(document=make_document(f"page-{month}", date=f"2025-0{month}"), official=make_official(name))
        for month, name in ((3, "丙"), (2, "乙"), (1, "甲"))
    ]


def test_same_amount_by_several_officials_counts_once_as_stated_last(statements: list[Statement]) -> None:
    for ref, label, statement in zip("abc", ["算力", "算力规模", "总算力"], statements, strict=True):
        make_follow_up(make_pledge(ref, value=3, label=label, statement=statement), actual=ord(ref))
    (total,) = overall_totals().totals
    assert (total.target.pledges, total.actual.amount, left_out()) == (1, ord("a") * 10**8, {"repeated": 2})
    by_group = totals(Pledge.objects.public(), ["official"])
    assert {one.left_out["repeated"] for one in by_group.values()} == {0}  # each official has stated it once


def test_different_amounts_are_different_things(statements: list[Statement]) -> None:
    make_pledge("a", value=5, statement=statements[0])
    make_pledge("b", value=20, statement=statements[1])
    make_pledge("c", value=20, value_max=30, statement=statements[2])
    assert (sums(), left_out()) == ({"money total": "4500000000"}, {})


def test_same_amount_in_other_unit_is_the_same_thing(statements: list[Statement]) -> None:
    make_pledge("a", value=5, statement=statements[0])
    make_pledge("b", value=50_000, unit=make_unit("万元", factor=10_000), statement=statements[1])
    assert (sums(), left_out()) == ({"money total": "500000000"}, {"repeated": 1})


@pytest.mark.parametrize(
    "difference",
    [
        {"year": 2026, "deadline": None},
        {"period": "2021/2025"},
        {"measure": "increase"},
        {"bound": "at_most"},
        {"metric": "other"},
        {"district": "other"},
    ],
)
def test_same_amount_of_another_target_is_another_thing(
    statements: list[Statement], difference: dict[str, Any]
) -> None:
    make = {"metric": make_metric, "district": make_district}
    difference = {name: make[name](value) if name in make else value for name, value in difference.items()}
    make_pledge("a", value=5, statement=statements[0])
    make_pledge("b", value=5, statement=statements[1], **difference)
    assert left_out() == {}


def test_same_amount_twice_in_one_statement_counts_once() -> None:
    make_pledge("a", value=7)
    make_pledge("b", value=7)
    assert (sums(), left_out()) == ({"money total": "700000000"}, {"repeated": 1})


def test_labels_of_one_statement_are_different_things(statements: list[Statement]) -> None:
    make_pledge("a", value=500, label="新材料集群")
    make_pledge("b", value=500, label="装备集群")
    assert (sums(), left_out()) == ({"money total": "100000000000"}, {})

    make_pledge("c", value=500, label="新材料集群", statement=statements[0])
    make_pledge("d", value=500, label="产业集群", strength="aspired", statement=statements[1])
    assert (sums(), left_out()) == ({"money total": "100000000000"}, {"repeated": 2})


def test_aspired_figure_beside_firmer_one_is_left_out(statements: list[Statement]) -> None:
    make_pledge("a", value=280, strength="firm")
    make_pledge("b", value=300, strength="aspired")
    assert (sums(), left_out()) == ({"money total": "28000000000"}, {"aspired": 1})

    make_pledge("c", value=300, strength="aspired", statement=statements[0])  # the same figure elsewhere
    assert (sums(), left_out()) == ({"money total": "28000000000"}, {"aspired": 2})


def test_aspired_figure_alone_is_counted(statements: list[Statement]) -> None:
    make_pledge("a", value=280, strength="firm", statement=statements[0])
    make_pledge("b", value=300, strength="aspired", statement=statements[1])
    make_pledge("c", value=30, strength="aspired", label="别的投资额", statement=statements[0])
    assert (sums(), left_out()) == ({"money total": "61000000000"}, {})


def test_two_figures_of_one_statement_are_both_counted() -> None:
    make_pledge("a", value=50)
    make_pledge("b", value=30)
    assert (sums(), left_out()) == ({"money total": "8000000000"}, {})


def test_target_of_district_inside_another_is_left_out() -> None:
    city = make_district("city")
    county = make_district("county", parent=city)
    make_pledge("city", value=10, district=city)
    make_pledge("county", value=3, district=county)
    make_pledge("village", value=1, district=make_district("village", parent=county))
    make_pledge("elsewhere", value=100, district=make_district("elsewhere"))
    make_pledge("other", value=1000, district=county, label="别的投资额")
    assert (sums(), left_out()) == ({"money total": "111000000000"}, {"contained": 2})
    by_group = totals(Pledge.objects.public(), ["district"])
    assert {one.left_out["contained"] for one in by_group.values()} == {0}


def test_figure_named_as_the_metric_contains_every_label() -> None:
    city = make_district("city")
    projects = make_metric("projects", name="重点项目数")
    county, zone = (make_district(slug, parent=city) for slug in ("county", "zone"))
    make_pledge("forestry", value=30, district=city, metric=projects, label="林草重点项目数")
    make_pledge("county", value=355, district=county, metric=projects, label="重点项目数")
    make_pledge("zone", value=20, district=zone, metric=projects, label="林草重点项目数")
    assert (sums(), left_out()) == ({"money total": "38500000000"}, {"contained": 1})

    make_pledge("all", value=3000, district=city, metric=projects, label="重点项目数")
    assert (sums(), left_out()) == ({"money total": "303000000000"}, {"contained": 2})


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


def expected_totals(pledges: list[Pledge], by: Sequence[str]) -> dict[Any, Any]:
    """The expected result of `totals()`, computed row by row."""
    groups = defaultdict(list)
    for pledge in pledges:
        groups[tuple(GROUP_VALUE[name](pledge) for name in by)].append(pledge)
    return {key: expected_group(group) for key, group in groups.items()}


def expected_group(pledges: list[Pledge]) -> tuple[dict[Any, Any], Counter[str]]:
    out: Counter[str] = Counter()
    comparable: dict[Any, list[Pledge]] = defaultdict(list)
    for pledge in pledges:
        if pledge.measure not in ("total", "increase") or not pledge.unit.dimension.is_additive:
            out["not_additive"] += 1
        elif pledge.superseded_by.filter(state="published").exists():
            out["superseded"] += 1
        else:
            kind = (pledge.unit.dimension.slug, pledge.measure, pledge.bound == "at_most", pledge.period)
            comparable[kind, pledge.year, pledge.metric_id].append(pledge)

    added: dict[Any, list[Pledge]] = defaultdict(list)
    for (kind, *_target), stated in comparable.items():
        in_force = [pledge for pledge in stated if not is_set_aside(pledge, stated)]
        out["aspired"] += len(stated) - len(in_force)
        amounts = defaultdict(list)
        for pledge in in_force:
            amounts[pledge.district, pledge.amount, upper_amount(pledge)].append(pledge)
        chosen = [pledge for same in amounts.values() for pledge in different_things(same)]
        out["repeated"] += len(in_force) - len(chosen)
        outermost = [pledge for pledge in chosen if not is_contained(pledge, in_force)]
        out["contained"] += len(chosen) - len(outermost)
        if outermost:
            added[kind] += outermost
    return {
        (*kind, len({pledge.metric_id for pledge in chosen})): expected_sums(chosen) for kind, chosen in added.items()
    }, +out


def is_set_aside(pledge: Pledge, stated: list[Pledge]) -> bool:
    same = [other for other in stated if has_same_amount(pledge, other) and other.label == pledge.label]
    is_aspired = all(other.strength == "aspired" for other in same)
    return is_aspired and any(is_beside_firmer(other, stated) for other in same)


def is_beside_firmer(pledge: Pledge, stated: list[Pledge]) -> bool:
    return any(
        (other.district_id, other.statement_id, other.label) == (pledge.district_id, pledge.statement_id, pledge.label)
        and other.strength != "aspired"
        for other in stated
    )


def has_same_amount(one: Pledge, other: Pledge) -> bool:
    return (one.district_id, one.amount, upper_amount(one)) == (
        other.district_id,
        other.amount,
        upper_amount(other),
    )


def upper_amount(pledge: Pledge) -> Decimal:
    return pledge.amount if pledge.amount_max is None else pledge.amount_max


def different_things(same: list[Pledge]) -> list[Pledge]:
    """Return a pledge for each thing that one statement tells apart, from the statement that tells most apart."""
    by_statement: dict[int, dict[str, list[Pledge]]] = defaultdict(lambda: defaultdict(list))
    for pledge in same:
        by_statement[pledge.statement_id][pledge.label].append(pledge)
    chosen = min(
        by_statement.values(),
        key=lambda things: (-len(things), min(precedence(pledge) for rows in things.values() for pledge in rows)),
    )
    return [min(rows, key=lambda pledge: (precedence(pledge), pledge.pk)) for rows in chosen.values()]


def is_contained(pledge: Pledge, in_force: list[Pledge]) -> bool:
    above = ancestors(pledge.district)
    return any(other.district in above and other.label in (other.metric.name, pledge.label) for other in in_force)


def precedence(pledge: Pledge) -> tuple[int, int, int]:
    firmness = ["firm", "planned", "expected", "aspired"].index(pledge.strength)
    return firmness, -pledge.statement.document.date_earliest.toordinal(), -pledge.statement_id


def ancestors(place: District) -> list[District]:
    return [place.parent, *ancestors(place.parent)] if place.parent else []


def expected_sums(pledges: list[Pledge]) -> Any:
    low = sum(pledge.amount for pledge in pledges)
    high = sum(map(upper_amount, pledges))
    with_actual = [(pledge, actual) for pledge in pledges if (actual := newest_actual(pledge)) is not None]
    return (
        (len(pledges), low, None if high == low else high),
        (
            len(with_actual),
            sum(actual for _pledge, actual in with_actual) if with_actual else None,
            sum(pledge.amount for pledge, _actual in with_actual) if with_actual else None,
        ),
    )


def newest_actual(pledge: Pledge) -> Decimal | None:
    newest = FollowUp.objects.filter(pledge=pledge, state="approved").order_by("reviewed_at").last()
    return (
        convert(newest.actual, newest.unit.exact_factor)
        if newest and newest.actual is not None and newest.unit
        else None
    )


def as_tuples(total: Total) -> Any:
    return (total.dimension, total.measure, total.limit, total.period, total.metrics), (
        tuple(total.target),
        tuple(total.actual),
    )


@pytest.fixture
def surroundings(db: None) -> None:
    make_surroundings()


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(record=records, by=st.sampled_from([[], *COMBINATIONS]))
def test_totals_equal_totals_computed_in_python(surroundings: None, record: list[StatedTarget], by: list[str]) -> None:
    with transaction.atomic():
        make_random_record(record)
        public = Pledge.objects.public()
        found = {
            key: (dict(map(as_tuples, group.totals)), +Counter(group.left_out))
            for key, group in totals(public, by).items()
        }
        assert found == expected_totals(list(public), by)
        transaction.set_rollback(True)
