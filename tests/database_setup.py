"""Set up test databases quickly: migrate one database and copy it for each worker; empty tables without TRUNCATE."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import cast

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.backends.postgresql.base import DatabaseWrapper

# These tables keep the rows that `migrate` and `make_roles()` have written.
KEPT_TABLES = {"django_migrations", "django_content_type", "auth_permission", "auth_group", "auth_group_permissions"}


@contextmanager
def use_copy_of_template(worker: str, shared: Path) -> Iterator[None]:
    """Connect to a copy of a migrated database, which the first worker creates. All workers share the folder."""
    postgresql = cast(DatabaseWrapper, connection)
    creation, template = postgresql.creation, shared / "template_database"
    original = postgresql.settings_dict["NAME"]
    with _lock(shared):
        if not template.exists():
            template.write_text(creation.create_test_db(verbosity=0, autoclobber=True, serialize=False))
            make_roles()
        _use(template.read_text())
        creation.clone_test_db(suffix=worker, verbosity=0, autoclobber=True)
        _use(creation.get_test_db_clone_settings(worker)["NAME"])
    yield
    postgresql.close_pool()
    creation.destroy_test_db(original, verbosity=0)
    with _lock(shared):
        if template.exists():  # a worker that starts later creates it again
            _use(template.read_text())
            creation.destroy_test_db(original, verbosity=0)
            template.unlink()


@contextmanager
def _lock(shared: Path) -> Iterator[None]:
    with (shared / "template_database.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _use(name: str) -> None:
    """Connect to the database of this name."""
    postgresql = cast(DatabaseWrapper, connection)
    postgresql.close()
    postgresql.close_pool()
    settings.DATABASES["default"]["NAME"] = postgresql.settings_dict["NAME"] = name


@transaction.atomic
def delete_all_rows(*_: object) -> None:
    """Empty the tables after a test that commits, in a tenth of the time that Django's `flush` takes.

    `flush` uses TRUNCATE, which creates new files for every table and index, and sends `post_migrate`, which looks for
    new permissions.
    """
    with connection.cursor() as cursor:
        cursor.execute(_tables_with_rows())
        tables = [connection.ops.quote_name(name) for (name,) in cursor.fetchall()]
        if tables:
            deletions = [f"ALTER TABLE {table} DISABLE TRIGGER USER; DELETE FROM {table}" for table in tables]
            enabled = [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables]
            checks = "SET CONSTRAINTS ALL IMMEDIATE"
            cursor.execute("; ".join(["SET CONSTRAINTS ALL DEFERRED", *deletions, checks, *enabled]))


@cache
def _tables_with_rows() -> str:
    tables = set(connection.introspection.table_names()) - KEPT_TABLES
    return " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT FROM {connection.ops.quote_name(table)})" for table in sorted(tables)
    )


def make_roles() -> None:
    """Create the groups of `fixtures/roles.yaml`, which every test can use."""
    call_command("loaddata", "roles", verbosity=0)
