"""The change log under concurrent writers: a reader misses no committed change and sees them in commit order."""

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from threading import Event
from typing import Any, NamedTuple

import pytest
from django.db import IntegrityError, connection, connections, transaction

from pledges.models import Change, District, Pledge, Revision
from pledges.models.change_log import LOG_START, LogCursor
from tests.budgets import examples
from tests.factories import make_district, make_pledge

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

WRITERS, TRANSACTIONS, PLEDGES = 3, examples(20, fuzzing=50), 12  # each writer, and the reader, has its own connection


class Commit(NamedTuple):
    revision: int
    started: float
    done: float


@contextmanager
def own_connection() -> Iterator[None]:
    try:
        yield
    finally:
        connections.close_all()


def write(number: int) -> list[Commit]:
    """Run random transactions, and return their commits.

    Writers change different pledges, so that they wait for each other only at the commit.
    """
    rng = random.Random(number)  # noqa: S311  nothing is secret
    commits = []
    with own_connection():
        for _transaction in range(TRANSACTIONS):
            with transaction.atomic():
                for _step in range(rng.randint(1, 4)):
                    change_at_random(rng, number)
                    time.sleep(rng.choice([0, 0, 0.001, 0.005, 0.03]))
                is_rolled_back = rng.random() < 0.2
                revision = own_revision()
                transaction.set_rollback(is_rolled_back)
                started = time.monotonic()
            if revision and not is_rolled_back:
                commits.append(Commit(revision, started, time.monotonic()))
    return commits


def change_at_random(rng: random.Random, number: int) -> None:
    pledges = Pledge.objects.filter(ref=f"w{number}-{rng.randrange(PLEDGES)}")
    match rng.randrange(5):
        case 0:
            pledges.update(state="retracted")
        case 1:
            pledges.update(state="published")
        case 2:
            pledges.update(note=str(rng.random()))
        case 3:
            District.objects.filter(slug=f"w{number}").update(name=str(rng.random()))
        case 4:
            with transaction.atomic():
                pledges.update(note="given up", state="published")
                transaction.set_rollback(True)


def own_revision() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(nullif(current_setting('duixian.revision', true), ''), '0')::bigint")
        return int(cursor.fetchone()[0])


class Reader:
    """A reader that follows the log from entry to entry, as a mirror does."""

    def __init__(self) -> None:
        self.position = LOG_START
        self.seen: list[LogCursor] = []
        self.public: set[str] = set()

    def read(self) -> None:
        while entries := list(Change.objects.after(self.position, 7)):
            for entry in entries:
                self.position = entry.position
                self.seen.append(self.position)
                (self.public.discard if entry.kind == "withdrawn" else self.public.add)(entry.ref)

    def follow(self, done: Event) -> None:
        with own_connection():
            while not done.is_set():
                self.read()
            self.read()


def test_reader_misses_nothing_and_sees_commits_in_order() -> None:
    for number in range(WRITERS):
        district = make_district(f"w{number}")
        for pledge in range(PLEDGES):
            make_pledge(f"w{number}-{pledge}", district=district)
    connection.close()
    reader, done = Reader(), Event()
    with ThreadPoolExecutor(WRITERS + 1) as threads:
        reading = threads.submit(reader.follow, done)
        try:
            commits = [commit for some in threads.map(write, range(WRITERS)) for commit in some]
        finally:
            done.set()
        reading.result()

    log = [entry.position for entry in Change.objects.after(LOG_START, 100_000)]
    assert reader.seen == log
    assert reader.public == set(Pledge.objects.public().values_list("ref", flat=True))
    assert not Revision.objects.filter(number=None).exists()
    assert not Pledge.objects.filter(note="given up").exists()

    numbers: dict[int, Any] = dict(Revision.objects.values_list("id", "number"))
    assert {commit.revision for commit in commits} <= numbers.keys()
    # At least one transaction was overtaken by a later one; otherwise the order was not tested.
    assert any(numbers[one] > numbers[other] for one, other in pairwise(sorted(numbers)))
    for one in commits:
        for other in commits:
            assert one.done > other.started or numbers[one.revision] < numbers[other.revision]


def test_transaction_that_commits_last_is_last_in_the_log() -> None:
    make_pledge("early")
    make_pledge("late")
    _early, last = Change.objects.after(LOG_START, 10)

    def overtake() -> None:
        with own_connection():
            Pledge.objects.filter(ref="late").update(note="x")

    with transaction.atomic(), ThreadPoolExecutor(1) as threads:
        Pledge.objects.filter(ref="early").update(note="x")
        threads.submit(overtake).result()
        (overtaking_entry,) = Change.objects.after(last.position, 10)
        assert overtaking_entry.ref == "late"
    assert [entry.ref for entry in Change.objects.after(overtaking_entry.position, 10)] == ["early"]


def test_commit_waits_for_transaction_that_has_a_number() -> None:
    make_pledge("first")
    make_pledge("second")
    _created, last = Change.objects.after(LOG_START, 10)

    def follow() -> None:
        with own_connection():
            Pledge.objects.filter(ref="second").update(note="x")

    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            Pledge.objects.filter(ref="first").update(note="x")
            assign_the_number()
            reading = threads.submit(follow)
            wait_for_a_lock()
        reading.result()
    assert [entry.ref for entry in Change.objects.after(last.position, 10)] == ["first", "second"]


def test_commit_waits_for_foreign_keys_before_it_takes_the_lock() -> None:
    """A deferred foreign-key check waits for the transaction that deletes the row, which must not wait in turn."""
    make_pledge("yl-1")
    make_district("going")
    is_deleted = Event()

    def delete() -> None:
        with own_connection(), transaction.atomic():
            District.objects.filter(slug="going").delete()
            is_deleted.set()
            wait_for_a_lock()

    @transaction.atomic
    def refer_to_deleted_district() -> None:
        Pledge.objects.filter(ref="yl-1").update(note="x")
        Pledge.objects.filter(ref="yl-1").update(district=deleted_district)

    deleted_district = District.objects.get(slug="going")
    with ThreadPoolExecutor(1) as threads:
        deleting = threads.submit(delete)
        is_deleted.wait()
        with pytest.raises(IntegrityError, match="foreign key"):
            refer_to_deleted_district()
        deleting.result()
    assert not District.objects.filter(slug="going").exists()


def assign_the_number() -> None:
    """Run the deferred triggers now, as a commit would; they assign the number of the revision."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def wait_for_a_lock() -> None:
    """Wait until another connection waits for a lock."""
    with connection.cursor() as cursor:
        for _attempt in range(1000):
            # Within a transaction, PostgreSQL otherwise returns the snapshot of the first query.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone() != (0,):
                return
            time.sleep(0.01)
    raise AssertionError("No connection waits for a lock.")
