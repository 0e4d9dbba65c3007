"""Totals of random records equal totals computed row by row in Python."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pledges.domain.assessment import convert
from pledges.models import District, FollowUp, Pledge
from pledges.statistics.totals import Total, totals
from tests.random_records import StatedTarget, make_random_record, make_surroundings, records
from tests.statistics.test_counts import COMBINATIONS, GROUP_VALUE

pytestmark = pytest.mark.django_db


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
        else:
            kind = (pledge.unit.dimension.slug, pledge.measure, pledge.bound == "at_most", pledge.period)
            comparable[kind, pledge.year, pledge.metric_id].append(pledge)

    added: dict[Any, list[Pledge]] = defaultdict(list)
    for (kind, *_target), stated in comparable.items():
        current = [pledge for pledge in stated if not is_superseded(pledge, stated)]
        in_force = [pledge for pledge in current if not is_set_aside(pledge, stated)]
        out["superseded"] += len(stated) - len(current)
        out["aspired"] += len(current) - len(in_force)
        amounts = defaultdict(list)
        for pledge in in_force:
            amounts[pledge.district, pledge.amount, upper_amount(pledge)].append(pledge)
        chosen = [pledge for same in amounts.values() for pledge in different_things(same, stated)]
        out["repeated"] += len(in_force) - len(chosen)
        outermost = [pledge for pledge in chosen if not is_contained(pledge, in_force)]
        out["contained"] += len(chosen) - len(outermost)
        if outermost:
            added[kind] += outermost
    return {
        (*kind, len({pledge.metric_id for pledge in chosen})): expected_sums(chosen) for kind, chosen in added.items()
    }, +out


def is_superseded(pledge: Pledge, stated: list[Pledge]) -> bool:
    """Whether the pledge, or the same figure in another statement, is superseded in a statement that is not earlier."""
    said = pledge.statement.document.date_earliest
    is_one_thing = len(things(pledge, stated)) == 1
    return any(
        other == pledge or said <= later.statement.document.date_earliest
        for other in stated
        if has_same_amount(pledge, other) and (is_one_thing or other.label == pledge.label)
        for later in other.superseded_by.filter(state="published")
    )


def things(pledge: Pledge, stated: list[Pledge]) -> set[str]:
    """The labels by which the statement of a pledge tells things of the same amount apart."""
    return {
        other.label for other in stated if other.statement_id == pledge.statement_id and has_same_amount(other, pledge)
    }


def is_set_aside(pledge: Pledge, stated: list[Pledge]) -> bool:
    return pledge.strength == "aspired" and any(
        is_beside_firmer(other, stated) or replaces_aspired(other, stated)
        for other in stated
        if has_same_amount(pledge, other) and other.strength == "aspired"
    )


def is_beside_firmer(pledge: Pledge, stated: list[Pledge]) -> bool:
    return pledge.strength == "aspired" and any(
        (other.district_id, other.statement_id) == (pledge.district_id, pledge.statement_id)
        and other.strength != "aspired"
        and (other.label == pledge.label or goes_beyond(pledge, other))
        for other in stated
    )


def goes_beyond(pledge: Pledge, other: Pledge) -> bool:
    if pledge.bound == "at_most":
        return pledge.amount < other.amount
    return upper_amount(pledge) > upper_amount(other)


def replaces_aspired(pledge: Pledge, stated: list[Pledge]) -> bool:
    """Whether an aspired figure supersedes, directly or not, nothing firmer, and a figure beside a firmer one."""
    by_ref = {other.ref: other for other in stated if other.district_id == pledge.district_id}
    replaced = [by_ref[ref] for ref in superseded_by_aspired(pledge) if ref in by_ref]
    return all(other.strength == "aspired" for other in replaced) and any(
        is_beside_firmer(other, stated) for other in replaced
    )


def superseded_by_aspired(pledge: Pledge) -> set[str]:
    if pledge.strength != "aspired":
        return set()
    earlier = Pledge.objects.public().filter(ref__in=pledge.supersedes)
    return set(pledge.supersedes).union(*map(superseded_by_aspired, earlier))


def has_same_amount(one: Pledge, other: Pledge) -> bool:
    return (one.district_id, one.amount, upper_amount(one)) == (
        other.district_id,
        other.amount,
        upper_amount(other),
    )


def upper_amount(pledge: Pledge) -> Decimal:
    return pledge.amount if pledge.amount_max is None else pledge.amount_max


def different_things(same: list[Pledge], stated: list[Pledge]) -> list[Pledge]:
    """Return a pledge for each thing that one statement tells apart, from the statement that tells most apart."""
    by_statement: dict[int, dict[str, list[Pledge]]] = defaultdict(lambda: defaultdict(list))
    for pledge in same:
        by_statement[pledge.statement_id][pledge.label].append(pledge)

    def statement_precedence(labels: dict[str, list[Pledge]]) -> Any:
        rows = [pledge for rows in labels.values() for pledge in rows]
        return -len(things(rows[0], stated)), min(map(precedence, rows))

    chosen = min(by_statement.values(), key=statement_precedence)
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
