"""The first operation of every migration that changes tables of a working record."""

import time
from typing import Any

from django.core.management.base import CommandError
from django.db import OperationalError, connection, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from psycopg.errors import LockNotAvailable

SECONDS_TO_TRY = 30
SECONDS_BETWEEN_TRIES = 0.1
LOCK_TIMEOUT = "2s"  # for locks of other tables that an operation takes, such as those of users


def lock_record(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Lock all tables of the record, and let the migration's updates leave no trace as an editor's edits.

    Use it as `migrations.RunPython(lock_record, migrations.RunPython.noop)`. All locks are taken at once or not at all:
    a migration that held one lock and waited for another could deadlock with a request, and block all requests behind
    it while it waits. CommandError if the tables stay busy for 30 seconds.
    """
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        cursor.execute("SET LOCAL duixian.loading = 'on'")
        names = schema_editor.connection.introspection.table_names(cursor)
    tables = ", ".join(schema_editor.quote_name(name) for name in names if name.startswith("pledges_"))
    give_up_at = time.monotonic() + SECONDS_TO_TRY
    while not _locked(tables):
        if time.monotonic() > give_up_at:
            raise CommandError(
                f"Other connections kept the tables busy for {SECONDS_TO_TRY} seconds, so nothing was migrated."
                " Run the command again, or stop the server first."
            )
        time.sleep(SECONDS_BETWEEN_TRIES)


def _locked(tables: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:  # a savepoint, which frees the locks if one is taken
            cursor.execute(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE NOWAIT")
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            return False
        raise
    return True
