"""Contenders that are compared return the same rows."""

import json
import sqlite3
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client, RequestFactory

from bench import corpus, urls
from bench.contenders import datasette, floor, plain_drf
from pledges.models import District, Pledge
from tests.bench.conftest import ROWS

DISTRICT, YEAR = "city-0", 2020
NUMBERS = ("value", "value_max", "amount", "amount_max", "baseline", "tolerance", "factor", "numerator", "denominator")
TIMES = ("created_at", "updated_at")

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def comparable(row: Any, shape: dict[str, Any] = floor.SHAPE) -> Any:
    """Return the values that the floor has, normalized: trailing zeros, empty texts and time zones don't count."""
    shown: dict[str, Any] = {}
    for name, part in shape.items():
        value = row[name]
        if isinstance(part, dict):
            shown[name] = comparable(value, part)
        elif name in NUMBERS and value is not None:
            shown[name] = Decimal(value)
        else:
            shown[name] = datetime.fromisoformat(value) if name in TIMES else value or None
    return shown


def comparable_rows(content: bytes) -> list[Any]:
    return [comparable(row) for row in json.loads(content, parse_float=Decimal)]


def test_floor_and_plain_drf_return_rows_of_api(corpus_file: Path, client: Client, rf: RequestFactory) -> None:
    expected = [comparable(row) for row in client.get(urls.pledges_url(district=DISTRICT, year=YEAR)).json()["results"]]
    from_floor = floor.filtered(rf.get(urls.floor_url("filtered", district=DISTRICT, year=YEAR)))
    from_plain_drf = plain_drf.PledgeViewSet.as_view({"get": "list"})(
        rf.get(urls.plain_drf_url(DISTRICT, YEAR))
    ).render()
    assert expected
    assert comparable_rows(from_floor.content) == expected
    assert [comparable(row) for row in json.loads(from_plain_drf.content)["results"]] == expected

    first = client.get(urls.pledges_url(limit=100)).json()["results"]
    assert len(first) == 100
    assert comparable_rows(floor.first(rf.get("/floor/first/")).content) == [comparable(row) for row in first]

    found = client.get(urls.pledges_url(q="教育", limit=200)).json()["results"]
    scan = floor.search(rf.get(urls.floor_url("search", q="教育")))
    assert found
    assert comparable_rows(scan.content) == [comparable(row) for row in found]


def test_copy_has_all_columns_of_public_pledges(corpus_file: Path, rf: RequestFactory) -> None:
    Pledge.objects.filter(ref=corpus.ref(0)).update(state="draft")
    with connection.cursor() as cursor, cursor.copy(floor.COPY) as copy:
        lines = b"".join(copy).decode().splitlines()
    assert {line.split("\t")[0] for line in lines} == {corpus.ref(number) for number in range(1, ROWS)}
    assert {len(line.split("\t")) for line in lines} == {len(floor.columns(floor.SHAPE))}
    first, *_others = comparable_rows(floor.first(rf.get("/floor/first/")).content)
    assert first["ref"] == corpus.ref(1)


def test_sqlite_copy_has_same_columns_indexes_and_keys(corpus_file: Path, client: Client, tmp_path: Path) -> None:
    file = tmp_path / "bench.sqlite"
    datasette.copy_to(file)
    copy = sqlite3.connect(file)
    key = District.objects.get(slug=DISTRICT).pk
    query = """
        SELECT ref, quote, CAST(value AS TEXT), unit_id, deadline, status FROM pledges_pledge
        WHERE district_id = ? AND year = ? ORDER BY ref
    """
    results = client.get(urls.pledges_url(district=DISTRICT, year=YEAR)).json()["results"]
    assert results
    assert copy.execute(query, [key, YEAR]).fetchall() == [
        (row["ref"], row["quote"], row["value"], row["unit"]["symbol"], row["deadline"], row["status"])
        for row in results
    ]
    columns = {name for _, name, *_ in copy.execute("PRAGMA table_info(pledges_pledge)")}
    assert {"search_text", "assignee_id", "edited_fields"} & columns == set()
    indexes = {name for _, name, *_ in copy.execute("PRAGMA index_list(pledges_pledge)")}
    assert {"pledge_by_district", "pledge_by_year", "pledge_by_status", "pledge_ref_unique"} <= indexes
    assert [column for *_, column in copy.execute("PRAGMA index_info(pledge_by_district)")] == ["district_id", "year"]
    keys = {tuple(row[2:5]) for row in copy.execute("PRAGMA foreign_key_list(pledges_pledge)")}
    assert {("pledges_district", "district_id", "id"), ("pledges_unit", "unit_id", "symbol")} <= keys
