"""The databases that are measured, each with a corpus of its own, on the server that the project uses."""

from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction

from pledges.database.batches import batches
from pledges.models import FollowUp, Pledge
from pledges.models.choices import ReviewState
from pledges.spreadsheet_import import submission
from pledges.spreadsheet_import.rows import ImportRow

from . import corpus

LARGE, SMALL = "duixian_bench", "duixian_bench_small"
SMALL_ROWS = 10_000
AT_ONCE = 1_000
HANDS = 3  # the pool has 4 connections, of which the main thread holds one


def create(name: str) -> None:
    """Make an empty database with the project's tables, whatever was there of that name, and connect to it."""
    drop(name)
    settings.DATABASES["default"]["TEST"]["NAME"] = name
    connection.creation.create_test_db(verbosity=0, serialize=False)


def connect_to(name: str) -> None:
    disconnect()
    connection.settings_dict["NAME"] = name


def drop(*names: str) -> None:
    disconnect()
    with connection._nodb_cursor() as cursor:
        for name in names:
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def disconnect() -> None:
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]


def note(stamp: str) -> None:
    """Say of a database what it holds, and bring it into the state that it would be in after a night."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute(f"COMMENT ON DATABASE {connection.settings_dict['NAME']} IS '{stamp}'")


def noted(name: str) -> str:
    """What `note` said of a database; empty if there is none."""
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name])
        return (cursor.fetchone() or ("",))[0] or ""


def follow_up(file: Path) -> None:
    """Hand in and approve what became of the pledges of a file, under all rules of the database.

    They are handed in as those of a spreadsheet are. Approving at the desk reads each of them again, which would take
    hours here, so it is one statement for many.
    """
    author, reviewer = (User.objects.create_user(name) for name in ("editor", "chief"))

    def work(hand: int) -> None:
        try:
            for findings in islice(batches(corpus.findings(file), AT_ONCE), hand, None, HANDS):
                assess(findings, author, reviewer)
        finally:
            connection.close()

    with ThreadPoolExecutor(HANDS) as pool:
        list(pool.map(work, range(HANDS)))


@transaction.atomic
def assess(findings: list[corpus.Finding], author: User, reviewer: User) -> None:
    keys = dict(Pledge.objects.filter(ref__in=[found.ref for found in findings]).values_list("ref", "pk"))
    submission.submit([import_row(keys[found.ref], found) for found in findings], by=author)
    submitted = FollowUp.objects.filter(pledge__in=keys.values(), state=ReviewState.SUBMITTED)
    submitted.update(state=ReviewState.APPROVED, reviewer=reviewer)


def import_row(pledge: int, found: corpus.Finding) -> ImportRow:
    cells = {"evidence": found.link, "title": "经济社会发展情况通报", "publisher": "样例日报"}
    return ImportRow(
        0, cells, pledge=pledge, actual=found.actual, unit=found.unit, as_of=found.as_of, status=found.status
    )
