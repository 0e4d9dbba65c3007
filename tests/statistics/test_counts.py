"""Counts, precomputed or not, equal those computed from the rows in Python."""

from collections import Counter
from itertools import combinations
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pledges.filters.pledges import PledgeFilter
from pledges.models import Pledge
from pledges.statistics.counts import GROUPINGS, PRECOUNTED_FILTERS, count_pledges
from tests.factories import make_pledge, make_record
from tests.random_records import StatedTarget, make_random_record, make_surroundings, records

pytestmark = pytest.mark.django_db

GROUP_VALUE: dict[str, Any] = {
    "status": lambda pledge: pledge.status,
    "district": lambda pledge: pledge.district_id,
    "year": lambda pledge: pledge.year,
    "topic": lambda pledge: pledge.metric.topic_id,
    "metric": lambda pledge: pledge.metric_id,
    "official": lambda pledge: pledge.statement.official_id,
}
COMBINATIONS = [list(names) for size in range(1, 1 + len(GROUPINGS)) for names in combinations(GROUPINGS, size)]
FILTERS = ["", "year=2025", "status=unchecked&status=met", "metric=schools&year_min=2025", "bound=exact"]


def filterset_of(query: str) -> PledgeFilter:
    filterset = PledgeFilter(QueryDict(query), queryset=Pledge.objects.public())
    assert filterset.is_valid(), filterset.errors
    return filterset


@pytest.fixture
def surroundings(db: None) -> None:
    make_surroundings()


@pytest.mark.slow
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(record=records, query=st.sampled_from(FILTERS), by=st.sampled_from(COMBINATIONS))
def test_counts_equal_counts_computed_in_python(
    surroundings: None, record: list[StatedTarget], query: str, by: list[str]
) -> None:
    with transaction.atomic():
        make_random_record(record)
        found = list(filterset_of(query).qs)
        expected = Counter(tuple(GROUP_VALUE[name](pledge) for name in by) for pledge in found)
        assert count_pledges(filterset_of(query), by, limit=1000) == expected
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    "query",
    [
        "status=unchecked",
        "status=met&status=missed",
        "year=2025",
        "year_min=2026",
        "year_max=2025",
        "metric=annual-investment",
        "topic=economy",
    ],
)
def test_precounted_filter_equals_pledge_filter(query: str) -> None:
    make_record()
    by = [name for name, grouping in GROUPINGS.items() if grouping.precounted_path]
    expected = Counter(tuple(GROUP_VALUE[name](pledge) for name in by) for pledge in filterset_of(query).qs)
    assert filterset_of(query).filters.keys() <= PRECOUNTED_FILTERS.keys()
    assert count_pledges(filterset_of(query), by, limit=1000) == expected


def test_every_precounted_filter_has_comparison() -> None:
    (marker,) = test_precounted_filter_equals_pledge_filter.pytestmark  # type: ignore[attr-defined]
    assert {query.partition("=")[0] for query in marker.args[1]} == PRECOUNTED_FILTERS.keys()


@pytest.mark.parametrize(
    ("query", "by", "is_precounted"),
    [
        ("", ["status"], True),
        ("year=2025", ["status", "topic"], True),
        ("year_min=2024&year_max=2025&metric=annual-investment&topic=economy&status=met", ["year"], True),
        ("district=yunling", ["status"], False),
        ("", ["district"], False),
        ("q=投资", ["status"], False),
    ],
)
def test_only_precounted_groups_avoid_pledge_table(query: str, by: list[str], is_precounted: bool) -> None:
    make_record()
    filterset = filterset_of(query)
    with CaptureQueriesContext(connection) as queries:
        count_pledges(filterset, by, limit=100)
    *_districts, sql = [query["sql"] for query in queries]
    assert ('"pledges_pledge"' not in sql) == is_precounted


def test_groups_are_cut_to_one_more_than_limit() -> None:
    for year in range(2020, 2025):
        make_pledge(f"y-{year}", year=year)
    assert len(count_pledges(filterset_of(""), ["year"], limit=3)) == 4
    assert len(count_pledges(filterset_of(""), ["year"], limit=5)) == 5
