"""Sides that are measured against each other give the same rows."""

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
NUMBERS = ("value", "value_max", "amount", "amount_max", "baseline", "factor")
TIMES = ("created_at", "updated_at")

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def comparable(row: Any, shape: dict[str, Any] = floor.SHAPE) -> Any:
    """What the floor shows of a row, where zeros after the point, empty texts and time zones make no difference."""
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


def of_the_floor(content: bytes) -> list[Any]:
    return [comparable(row) for row in json.loads(content, parse_float=Decimal)]


def test_the_floor_and_plain_drf_show_what_the_api_shows(filled: Path, client: Client, rf: RequestFactory) -> None:
    own = [comparable(row) for row in client.get(urls.pledges(district=DISTRICT, year=YEAR)).json()["results"]]
    least = floor.filtered(rf.get(urls.floor("filtered", district=DISTRICT, year=YEAR)))
    plain = plain_drf.PledgeViewSet.as_view({"get": "list"})(rf.get(urls.plain_drf(DISTRICT, YEAR))).render()
    assert own
    assert of_the_floor(least.content) == own
    assert [comparable(row) for row in json.loads(plain.content)["results"]] == own

    first = client.get(urls.pledges(limit=100)).json()["results"]
    assert len(first) == 100
    assert of_the_floor(floor.first(rf.get("/floor/first/")).content) == [comparable(row) for row in first]

    found = client.get(urls.pledges(q="教育", limit=200)).json()["results"]
    scan = floor.search(rf.get(urls.floor("search", q="教育")))
    assert found
    assert of_the_floor(scan.content) == [comparable(row) for row in found]


def test_the_copy_has_every_column_of_every_public_row(filled: Path, rf: RequestFactory) -> None:
    Pledge.objects.filter(ref=corpus.ref(0)).update(state="draft")
    with connection.cursor() as cursor, cursor.copy(floor.COPY) as copy:
        lines = b"".join(copy).decode().splitlines()
    assert {line.split("\t")[0] for line in lines} == {corpus.ref(number) for number in range(1, ROWS)}
    assert {len(line.split("\t")) for line in lines} == {len(floor.columns(floor.SHAPE))}
    first, *_others = of_the_floor(floor.first(rf.get("/floor/first/")).content)
    assert first["ref"] == corpus.ref(1)


def test_sqlite_has_the_same_public_columns_indexes_and_keys(filled: Path, client: Client, tmp_path: Path) -> None:
    file = tmp_path / "bench.sqlite"
    datasette.copy_to(file)
    copy = sqlite3.connect(file)
    key = District.objects.get(slug=DISTRICT).pk
    query = """
        SELECT ref, quote, CAST(value AS TEXT), unit_id, deadline, status FROM pledges_pledge
        WHERE district_id = ? AND year = ? ORDER BY ref
    """
    own = client.get(urls.pledges(district=DISTRICT, year=YEAR)).json()["results"]
    assert own
    assert copy.execute(query, [key, YEAR]).fetchall() == [
        (row["ref"], row["quote"], row["value"], row["unit"]["symbol"], row["deadline"], row["status"]) for row in own
    ]
    columns = {name for _, name, *_ in copy.execute("PRAGMA table_info(pledges_pledge)")}
    assert {"search_text", "assignee_id", "edited_fields"} & columns == set()
    indexes = {name for _, name, *_ in copy.execute("PRAGMA index_list(pledges_pledge)")}
    assert {"pledge_by_district", "pledge_by_year", "pledge_by_status", "pledge_ref_unique"} <= indexes
    assert [column for *_, column in copy.execute("PRAGMA index_info(pledge_by_district)")] == ["district_id", "year"]
    keys = {tuple(row[2:5]) for row in copy.execute("PRAGMA foreign_key_list(pledges_pledge)")}
    assert {("pledges_district", "district_id", "id"), ("pledges_unit", "unit_id", "symbol")} <= keys
