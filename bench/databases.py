"""The databases that are measured, each with a corpus of its own, on the server that the project uses."""

from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction

from bench import corpus
from pledges.database.batches import batches
from pledges.models import FollowUp, Pledge
from pledges.models.choices import ReviewState
from pledges.spreadsheet_import import submission
from pledges.spreadsheet_import.rows import ImportRow

LARGE, SMALL = "duixian_bench", "duixian_bench_small"
SMALL_ROWS = 10_000
BATCH_SIZE = 1_000
WORKERS = 3


def create(name: str) -> None:
    """Create an empty database with the project's tables, replacing one of that name, and connect to it."""
    drop(name)
    settings.DATABASES["default"]["TEST"]["NAME"] = name
    connection.creation.create_test_db(verbosity=0, serialize=False)


def connect_to(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


def drop(*names: str) -> None:
    connection.close()
    with connection._nodb_cursor() as cursor:
        for name in names:
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def finish(stamp: str) -> None:
    """Vacuum the database, as autovacuum would overnight, and label it with its content."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute(f"COMMENT ON DATABASE {connection.settings_dict['NAME']} IS '{stamp}'")


def content_of(name: str) -> str:
    """The label that `finish` gave a database; empty if there is none."""
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name])
        return (cursor.fetchone() or ("",))[0] or ""


def follow_up(file: Path) -> None:
    """Submit and approve follow-ups for the pledges of a file, under all rules of the database.

    They are submitted as those of a spreadsheet are. Approving in the admin reads each one again, which would take
    hours here, so one statement approves many.
    """
    author, reviewer = (User.objects.create_user(name) for name in ("editor", "chief"))

    def work(worker: int) -> None:
        try:
            for findings in islice(batches(corpus.findings(file), BATCH_SIZE), worker, None, WORKERS):
                assess(findings, author, reviewer)
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(work, range(WORKERS)))


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
