"""A mirror that only follows `changes/` equals the record after many writers have changed it concurrently."""

import json
import random
import runpy
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from pledges.integrity.invariants import INVARIANTS, violations
from pledges.models import Change, Pledge
from pledges.models.change_log import LOG_START, ChangedRow
from tests.budgets import examples
from tests.random_edits import WEIGHTS, Editors

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

ROUNDS, WRITERS, TRANSACTIONS = examples(2, fuzzing=100), 4, 3
# Other changes of a pledge would soon cover a gap, so these are rare.
MANY_LINKS = WEIGHTS | {
    "create": 10,
    "change": 4,
    "change_foreign_key": 20,
    "supersede": 12,
    "assess": 10,
    "rename": 40,
}
mirror = runpy.run_path("docs/examples/mirror.py")["mirror"]


def write(editors: Editors) -> int:
    """Run random transactions that wait in between, and return how many were committed."""
    committed = 0
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET deadlock_timeout = '20ms'")  # random edits often deadlock
        for _transaction in range(TRANSACTIONS):
            try:
                with transaction.atomic():
                    for _edit in range(editors.rng.randint(1, 5)):
                        editors.edit()
                        time.sleep(editors.rng.choice([0, 0.05, 0.3]))
                committed += 1
            except DatabaseError:  # a deadlock, or a row that another writer deleted
                continue
    finally:
        connections.close_all()
    return committed


class Mirrors:
    """The mirror of the documentation, and one of the details, which show linked pledges and evidence, too."""

    def __init__(self, api: str, path: Path) -> None:
        self.api = api
        self.path = path
        self.client = Client()
        self.position = LOG_START
        self.details: dict[str, bytes] = {}

    def follow(self) -> None:
        mirror(self.api, str(self.path))

    def update(self) -> None:
        self.follow()
        entries = list(Change.objects.after(self.position, 1_000_000))
        for ref in {entry.ref for entry in entries}:
            self.details.pop(ref, None)
            self.details |= self.read_detail(ref)
        if entries:
            self.position = entries[-1].position

    def read_detail(self, ref: str) -> dict[str, bytes]:
        """Return the detail of a pledge by its reference, or nothing if the pledge is not public."""
        response = self.client.get(f"/api/v1/pledges/{ref}/")
        return {} if response.status_code == 404 else {ref: response.content}

    def read_copy(self) -> dict[str, str]:
        with closing(sqlite3.connect(self.path)) as db:
            return dict(db.execute("SELECT ref, row FROM pledge"))

    def read_record(self) -> dict[str, str]:
        with urlopen(f"{self.api}pledges/?limit=1000") as response:  # noqa: S310 the test's own server
            page = json.load(response)
        assert page["next"] is None
        return {pledge["ref"]: json.dumps(pledge) for pledge in page["results"]}


def test_mirror_equals_record_after_concurrent_edits(live_server: LiveServer, tmp_path: Path) -> None:
    editors = Editors(random.Random(0), pledges=20, rows=4, weights=MANY_LINKS)  # noqa: S311 nothing is secret
    others = [editors.beside(random.Random(seed)) for seed in range(1, WRITERS + 1)]  # noqa: S311
    mirrors = Mirrors(f"{live_server.url}/api/v1/", tmp_path / "pledges.db")
    committed = 0
    for _round in range(ROUNDS):
        with ThreadPoolExecutor(WRITERS) as threads:
            writing = [threads.submit(write, one) for one in others]
            while not all(one.done() for one in writing):
                mirrors.follow()  # a mirror that comes late would not notice a gap
            committed += sum(one.result() for one in writing)
        mirrors.update()
        assert mirrors.read_copy() == mirrors.read_record()
        public = Pledge.objects.public().values_list("ref", flat=True)
        assert mirrors.details == {ref: detail for one in public for ref, detail in mirrors.read_detail(one).items()}
    assert committed > ROUNDS * WRITERS * TRANSACTIONS / 3
    assert not ChangedRow.objects.exists()
    assert entries_out_of_sequence() == []
    assert [str(violation) for violation in violations(INVARIANTS)] == []


def entries_out_of_sequence() -> list[Any]:
    """Return the entries whose previous status or district is not that of the entry before."""
    log: dict[str, list[Change]] = {}
    for entry in Change.objects.after(LOG_START, 1_000_000):
        log.setdefault(entry.ref, []).append(entry)
    return [
        (earlier, later)
        for entries in log.values()
        for earlier, later in pairwise(entries)
        if (earlier.status, earlier.status and earlier.district_id)
        != (later.previous_status, later.previous_district_id)
    ]
