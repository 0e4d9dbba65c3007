"""Migrations during the operation of a server cause no deadlock, no long wait and no edits in an editor's name."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management.base import CommandError
from django.db import connection, migrations, transaction
from django.test import Client

from pledges.database import upgrade
from pledges.database.upgrade import LockRecord, lock_record
from pledges.models import Change, Pledge
from pledges.models.change_log import LOG_START
from tests.commits import commit
from tests.factories import make_pledge, make_record

pytestmark = pytest.mark.slow

# They create the tables.
BEFORE_LOCKING = {"0001_functions", "0001_squashed_0041_usual_units_of_metrics", "0002_record"}


def begins_with_locks(migration: Any) -> bool:
    return isinstance(migration.operations[0], LockRecord)


def test_later_migrations_begin_with_locks() -> None:
    folder = Path(str(import_module("pledges.migrations").__file__)).parent
    names = {path.stem for path in folder.glob("[0-9]*.py")}
    assert names >= BEFORE_LOCKING
    later = [import_module(f"pledges.migrations.{name}").Migration for name in sorted(names - BEFORE_LOCKING)]
    assert [migration for migration in later if not begins_with_locks(migration)] == []


def test_migration_without_locks_is_detected() -> None:
    other = migrations.RunSQL("SELECT 1")
    with_locks = type("Migration", (migrations.Migration,), {"operations": [LockRecord(), other]})
    without = type("Migration", (migrations.Migration,), {"operations": [other, LockRecord()]})
    assert begins_with_locks(with_locks)
    assert not begins_with_locks(without)


@contextmanager
def other_connection() -> Iterator[psycopg.Connection[Any]]:
    parameters = connection.get_connection_params()
    own = {name: parameters[name] for name in ("dbname", "user", "password", "host", "port") if parameters.get(name)}
    with psycopg.connect(**own) as other:
        yield other


@pytest.mark.django_db(transaction=True)
def test_failed_lock_during_write_of_request_leaves_no_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    pledge = make_pledge("a")
    monkeypatch.setattr(upgrade, "SECONDS_TO_TRY", 0)
    with other_connection() as request:
        request.execute("SELECT FROM pledges_pledge WHERE id = %s FOR NO KEY UPDATE", [pledge.pk])
        with transaction.atomic(), connection.schema_editor() as editor:
            with pytest.raises(CommandError, match="nothing was migrated"):
                lock_record(editor)
            # The failed attempt must release the locks that it took first.
            request.execute("SET lock_timeout = '1s'")
            request.execute("UPDATE pledges_followup SET summary = summary")


@pytest.mark.django_db(transaction=True)
def test_lock_is_taken_when_request_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    pledge = make_pledge("a")
    with other_connection() as request:
        request.execute("SELECT FROM pledges_pledge WHERE id = %s FOR NO KEY UPDATE", [pledge.pk])
        monkeypatch.setattr("pledges.database.upgrade.time.sleep", lambda _seconds: request.rollback())
        with transaction.atomic(), connection.schema_editor() as editor:
            lock_record(editor)
            request.execute("SET lock_timeout = '100ms'")
            with pytest.raises(psycopg.errors.LockNotAvailable):
                request.execute("SELECT FROM pledges_pledge")


@pytest.mark.django_db
def test_update_by_migration_is_not_recorded_as_edit() -> None:
    pledge = make_pledge("a")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL duixian.loading = 'on'")
        Pledge.objects.update(edited_fields=[])
        cursor.execute("SET LOCAL duixian.loading = 'off'")
    with transaction.atomic(), connection.schema_editor() as editor:
        lock_record(editor)
        Pledge.objects.update(label="changed by a migration")
    pledge.refresh_from_db()
    assert (pledge.label, pledge.edited_fields) == ("changed by a migration", [])


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["pledges_pledge", "pledges_change", "pledges_followup", "pledges_district"])
def test_prepared_queries_work_after_column_is_added(table: str, client: Client) -> None:
    """A prepared `SELECT *` would fail: “cached plan must not change result type”."""
    make_record()
    commit()  # PostgreSQL can't alter a table that has pending triggers

    def read() -> None:
        assert client.get("/api/v1/pledges/").status_code == 200
        assert client.get("/api/v1/follow-ups/").status_code == 200
        list(Change.objects.after(LOG_START, 10))

    for _ in range(10):  # psycopg prepares a statement after several executions
        read()
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} ADD COLUMN added text")
    read()
