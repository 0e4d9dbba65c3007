"""Query plans: no filter and no ordering of the list of pledges scans the whole table."""

import re
from itertools import count, product
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pledges.api.fast_lists.selection import ALL
from pledges.api.views.records import PledgeViewSet
from pledges.database.prepared import PreparedQuery
from pledges.filters.pledges import PledgeFilter
from pledges.models import Document, Official, Pledge, Post, Statement
from tests.factories import (
    make_body,
    make_dimension,
    make_district,
    make_document,
    make_metric,
    make_official,
    make_post,
    make_statement,
    make_topic,
    make_unit,
)

from .conftest import Api

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PLEDGES = 30_000
# For each filter, a value that few pledges match and a value that many pledges match.
VALUES: dict[str, list[str]] = {
    "district": ["district-7", "yunling"],
    "within": ["district-7", "yunling"],
    "official": ["official-7", "张三丰"],
    "official_slug": ["official-7", "张三丰"],
    "post": ["post-7", "市委书记"],
    "body": ["body-7"],
    "document_kind": ["plan", "newspaper_page"],
    "responsible_body": ["body-7"],
    "document": ["page-7", "page-"],
    "year": ["2020", "2199"],
    "year_min": ["2199", "1949"],
    "year_max": ["1950", "2200"],
    "period": ["2016/2020"],
    "baseline_year": ["2010"],
    "compared_with": ["metric-7"],
    "compared_with_district": ["district-7"],
    "metric": ["metric-7", "annual-investment"],
    "topic": ["topic-7", "economy"],
    "measure": ["rank", "total"],
    "bound": ["at_most", "exact"],
    "strength": ["expected", "firm"],
    "tier": ["optional", "core"],
    "unit": ["unit-7", "亿元"],
    "dimension": ["dimension-7", "money"],
    "amount_min": ["2999900000000", "0"],
    "amount_max": ["100000000", "2999900000000"],
    "deadline_min": ["2199-01-01", "1949-01-01"],
    "deadline_max": ["1950-01-01", "2200-12-31"],
    "has_deadline": ["false", "true"],
    "ref": ["many-000007"],
    "supersedes": ["many-000007"],
    "late": ["true", "false"],
    "updated_min": ["2200-01-01", "1949-01-01"],
    "updated_max": ["1949-01-01", "2200-01-01"],
    "status": ["missed", "unchecked"],
    "timeliness": ["overdue", "due_soon", "upcoming"],
    "q": ["教育", "投资", "罕"],
}

# Amounts are compared within one dimension only.
ALONGSIDE = {name: {"dimension": "money"} for name in ("amount_min", "amount_max")}

COLUMNS = {
    "ref": "'many-' || lpad(number::text, 6, '0')",
    "statement_id": """CASE WHEN few = 0 THEN %(rare_statement)s WHEN number %% 2 = 0 THEN %(statement)s
        ELSE %(last_statement)s - number / 2 %% 500 END""",
    "district_id": "CASE few WHEN 1 THEN %(rare_district)s ELSE %(district)s END",
    "metric_id": "CASE few WHEN 2 THEN %(rare_metric)s ELSE %(metric)s END",
    "unit_id": "CASE few WHEN 3 THEN %(rare_unit)s ELSE %(unit)s END",
    "measure": "CASE few WHEN 4 THEN 'rank' ELSE 'total' END",
    "bound": "CASE few WHEN 5 THEN 'at_most' ELSE 'exact' END",
    "strength": "CASE few WHEN 6 THEN 'expected' ELSE 'firm' END",
    "tier": "CASE few WHEN 7 THEN 'optional' ELSE 'core' END",
    "status": "CASE few WHEN 8 THEN 'missed' ELSE 'unchecked' END",
    "search_text": "CASE few WHEN 9 THEN '教育' ELSE '全年投资' END",
    "quote": "'全年投资'",
    "supersedes": "'{}'",
    "responsible_bodies": "CASE few WHEN 10 THEN '{body-7}' ELSE '{}' END::text[]",
    "label": "'投资'",
    "value": "number",
    "amount": "number * 100000000::numeric",
    "last_day": "make_date(1950 + number %% 250, 12, 31)",
    "year": "1950 + number %% 250",
    "deadline": "make_date(1950 + number %% 250, 12, 31)",
    "state": "'published'",
    "edited_fields": "'{}'",
}
INSERT_PLEDGES = f"""
    INSERT INTO pledges_pledge ({", ".join(COLUMNS)}) SELECT {", ".join(COLUMNS.values())}
    FROM generate_series(1, {PLEDGES}) number CROSS JOIN LATERAL (SELECT number %% 2000 AS few) of_few
"""  # noqa: S608


@pytest.fixture(scope="module")
def many_pledges(module_db: None) -> None:
    """Insert 30,000 pledges. In each column, few of them have the rare value and most, or half, the frequent one.

    The other half has 500 statements by as many officials: as in a record, few pledges are expected of each.
    """
    statement, rare_statement = (
        make_statement(document=make_document("page-")),
        make_statement(
            document=make_document("page-7"),
            official=make_official("official-7"),
            post=make_post("post-7", body=make_body("body-7")),
        ),
    )
    last_statement = make_statements(500)
    dimension = make_dimension("dimension-7")
    values: dict[str, int | str] = {
        "statement": statement.pk,
        "rare_statement": rare_statement.pk,
        "last_statement": last_statement.pk,
        "district": make_district().pk,
        "rare_district": make_district("district-7").pk,
        "metric": make_metric().pk,
        "rare_metric": make_metric("metric-7", topic=make_topic("topic-7"), dimension=dimension).pk,
        "unit": make_unit().pk,
        "rare_unit": make_unit("unit-7", dimension=dimension).pk,
    }
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE pledges_pledge DISABLE TRIGGER USER")
        cursor.execute(INSERT_PLEDGES, values)
        cursor.execute("ANALYZE")


def make_statements(number: int) -> Statement:
    """Insert statements, each with a document, an official and a post of its own, and return the last one."""
    names, district = [f"other-{each}" for each in range(number)], make_district()
    documents = Document.objects.bulk_create(Document(slug=name, date="2025") for name in names)
    officials = Official.objects.bulk_create(Official(slug=name, name=name) for name in names)
    posts = Post.objects.bulk_create(Post(district=district, title=name) for name in names)
    return Statement.objects.bulk_create(
        Statement(document=document, official=official, post=post)
        for document, official, post in zip(documents, officials, posts, strict=True)
    )[-1]


def test_every_filter_is_tested() -> None:
    negations = {f"{name}_not" for name in VALUES}  # most pledges match, so that a page is found at once
    assert set(VALUES) == set(PledgeFilter.base_filters) - negations


def test_no_filter_or_ordering_scans_all_pledges(api: Api, many_pledges: None) -> None:
    requests = [{}, *({name: value, **ALONGSIDE.get(name, {})} for name, values in VALUES.items() for value in values)]
    with CaptureQueriesContext(connection) as captured:
        for parameters, ordering in product(requests, ["", *PledgeViewSet.orderings]):
            response = api.get("pledges/", **parameters, **({"ordering": ordering} if ordering else {}))
            assert response.status_code == 200, response.content.decode()
    pages = {query["sql"] for query in captured if 'FROM "pledges_pledge"' in query["sql"] and "LIMIT" in query["sql"]}
    assert len(pages) >= len(requests) * len(PledgeViewSet.orderings)
    assert [sql for sql in pages if _scans_all_pledges(_plan(sql))] == []

    assert _scans_all_pledges(_plan("SELECT * FROM pledges_pledge WHERE note = 'x'")), "the check finds no scan"


def test_generic_plan_reads_only_the_requested_rows(many_pledges: None) -> None:
    keys = list(Pledge.objects.values_list("pk", flat=True)[:1000])
    assert not _scans_all_pledges(_generic_plan(PledgeViewSet.row_query(ALL).query, keys))


def test_totals_of_few_pledges_do_not_scan_all_pledges(api: Api, many_pledges: None) -> None:
    # Excluded: PostgreSQL can't estimate that few pledges have a topic, many pledges have each timeliness,
    # and no index starts with the deadline.
    few = {name: values[0] for name, values in VALUES.items() if name not in ("topic", "timeliness", "deadline_min")}
    with CaptureQueriesContext(connection) as captured:
        for name, value in few.items():
            response = api.get(
                "stats/", **{name: value}, **ALONGSIDE.get(name, {}), by=["district", "official"], totals="true"
            )
            assert response.status_code == 200, response.content.decode()
        assert api.get("series/", metric="metric-7").status_code == 200
    statements = {query["sql"] for query in captured if '"pledges_pledge"' in query["sql"]}
    assert len(statements) >= 2 * len(few)
    assert [sql for sql in statements if _scans_all_pledges(_plan(sql))] == []


def _generic_plan(query: PreparedQuery, values: list[Any]) -> Any:
    """Return the generic plan of a prepared query, which does not depend on its values."""
    numbers = count(1)
    sql = re.sub("%s", lambda _: f"${next(numbers)}", query.sql)
    with psycopg.ClientCursor(connection.connection) as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        cursor.execute(f"PREPARE generic AS {sql}")
        arguments = query.with_values(values)
        cursor.execute(f"EXPLAIN (FORMAT JSON) EXECUTE generic ({', '.join(['%s'] * len(arguments))})", arguments)
        row = cursor.fetchone()
        cursor.execute("DEALLOCATE generic")
    assert row
    return row[0][0]["Plan"]


def _plan(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
        (plan,) = cursor.fetchone()
    return plan[0]["Plan"]


def _scans_all_pledges(node: Any) -> bool:
    is_full_scan = node["Node Type"] == "Seq Scan" and node["Relation Name"] == "pledges_pledge"
    return is_full_scan or any(_scans_all_pledges(inner) for inner in node.get("Plans", []))
