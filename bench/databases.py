"""Create and fill the databases of the benchmark, on the PostgreSQL server that the project uses."""

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
    """Create an empty database with the project's tables, and connect to it. An existing database is replaced."""
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


def vacuum_and_label(label: str) -> None:
    """Vacuum the current database, as autovacuum would do eventually. Store a label that describes its content."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute(f"COMMENT ON DATABASE {connection.settings_dict['NAME']} IS '{label}'")


def content_label(name: str) -> str:
    """Return the label of a database, or an empty string if the label or the database is missing."""
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name])
        return (cursor.fetchone() or ("",))[0] or ""


def add_follow_ups(file: Path) -> None:
    """Submit and approve follow-ups for the pledges of a file. All triggers run.

    They are submitted like rows of an imported spreadsheet, and approved by bulk updates. Approving them one by one, as
    the admin does, would take hours.
    """
    author, reviewer = (User.objects.create_user(name) for name in ("editor", "chief"))

    def submit_share(worker: int) -> None:
        try:
            for outcomes in islice(batches(corpus.outcomes(file), BATCH_SIZE), worker, None, WORKERS):
                submit_and_approve(outcomes, author, reviewer)
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(submit_share, range(WORKERS)))


@transaction.atomic
def submit_and_approve(outcomes: list[corpus.Outcome], author: User, reviewer: User) -> None:
    keys = dict(Pledge.objects.filter(ref__in=[outcome.ref for outcome in outcomes]).values_list("ref", "pk"))
    submission.submit([import_row(keys[outcome.ref], outcome) for outcome in outcomes], by=author)
    submitted = FollowUp.objects.filter(pledge__in=keys.values(), state=ReviewState.SUBMITTED)
    submitted.update(state=ReviewState.APPROVED, reviewer=reviewer)


def import_row(pledge: int, outcome: corpus.Outcome) -> ImportRow:
    cells = {"evidence": outcome.link, "title": "经济社会发展情况通报", "publisher": "样例日报"}
    return ImportRow(
        0, cells, pledge=pledge, actual=outcome.actual, unit=outcome.unit, as_of=outcome.as_of, status=outcome.status
    )
