"""The first operation of every migration of existing tables: it locks them while a server is running."""

import time

from django.core.management.base import CommandError
from django.db import OperationalError, connection, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from psycopg.errors import LockNotAvailable

SECONDS_TO_TRY = 30
SECONDS_BETWEEN_TRIES = 0.1
LOCK_TIMEOUT = "2s"  # for other tables that the migration locks, such as the users


class LockRecord(Operation):
    """Lock all tables of the record, and keep the triggers from recording updates by the migration as manual edits.

    All locks are taken at once or not at all. A migration that holds one lock and waits for another could deadlock with
    a request, and would block other requests while it waits. Raises CommandError if the tables are in use for 30
    seconds.
    """

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Leave the models as they are."""

    def database_forwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, *states: ProjectState) -> None:
        lock_record(schema_editor)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, *states: ProjectState
    ) -> None:
        """Do nothing: downgrades run without a server."""


def lock_record(schema_editor: BaseDatabaseSchemaEditor) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        cursor.execute("SET LOCAL duixian.loading = 'on'")
        names = schema_editor.connection.introspection.table_names(cursor)
    tables = ", ".join(schema_editor.quote_name(name) for name in names if name.startswith("pledges_"))
    deadline = time.monotonic() + SECONDS_TO_TRY
    while not _try_to_lock(tables):
        if time.monotonic() > deadline:
            raise CommandError(
                f"The tables were in use by other connections for {SECONDS_TO_TRY} seconds, so nothing was migrated."
                " Run the command again, or stop the server first."
            )
        time.sleep(SECONDS_BETWEEN_TRIES)


def _try_to_lock(tables: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:  # rolling back this savepoint releases all locks
            cursor.execute(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE NOWAIT")
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            return False
        raise
    return True
