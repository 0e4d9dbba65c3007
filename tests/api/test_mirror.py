"""The mirror client of the documentation keeps a copy that equals the record through random edits."""

import json
import random
import runpy
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from django.db import transaction
from pytest_django.live_server_helper import LiveServer

from pledges.models import Pledge
from tests.budgets import examples
from tests.random_edits import Editors

CLIENT = Path("docs/examples/mirror.py")
EDITS, POLLS = examples(300, fuzzing=10_000), examples(10, fuzzing=50)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
mirror = runpy.run_path(str(CLIENT))["mirror"]


def read_copy(path: Path) -> dict[str, Any]:
    with closing(sqlite3.connect(path)) as db:
        return {ref: json.loads(row) for ref, row in db.execute("SELECT ref, row FROM pledge")}


def read_api(api: str) -> dict[str, Any]:
    url: str | None = f"{api}pledges/?limit=1000"
    rows: dict[str, Any] = {}
    while url:
        with urlopen(url) as response:  # noqa: S310 the test's own server
            page = json.load(response)
        rows |= {pledge["ref"]: pledge for pledge in page["results"]}
        url = page["next"]
    return rows


def transactions(rng: random.Random) -> Iterator[int]:
    """Yield the number of edits of each transaction, of various sizes; the numbers add up to EDITS."""
    remaining = EDITS
    while remaining:
        size = min(remaining, rng.choice([1, 1, 2, 5, 20, 80, 200]))
        yield size
        remaining -= size


def test_mirror_equals_the_record_through_random_edits(live_server: LiveServer, tmp_path: Path) -> None:
    rng = random.Random(4)  # noqa: S311 nothing is secret
    api, copy = f"{live_server.url}/api/v1/", tmp_path / "pledges.db"
    editors = Editors(rng)
    polls, edits = set(rng.sample(range(EDITS), POLLS)), 0
    for size in transactions(rng):
        with transaction.atomic():
            for _edit in range(size):
                if edits in polls:  # within a transaction that has not been committed
                    mirror(api, str(copy))
                    assert read_copy(copy) == read_api(api)
                editors.edit()
                edits += 1
    assert edits == EDITS
    subprocess.run([sys.executable, CLIENT, api, copy], check=True)
    assert read_copy(copy) == read_api(api)
    assert set(read_copy(copy)) == set(Pledge.objects.public().values_list("ref", flat=True))


def test_mirror_function_has_at_most_20_lines() -> None:
    body = CLIENT.read_text().split("def mirror")[1].split("\n\n\n")[0]
    assert len([line for line in body.splitlines() if line.strip() and '"""' not in line]) <= 20
