"""Set up test databases quickly: migrate one database, copy it for each run, and empty tables without TRUNCATE."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import cast

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.backends.utils import CursorWrapper

# These tables keep the rows that `migrate` and `make_roles()` have written.
KEPT_TABLES = {"django_migrations", "django_content_type", "auth_permission", "auth_group", "auth_group_permissions"}

# A migrated database depends on these files and folders.
ROOT = Path(__file__).parents[1]
SOURCES = [
    *(f"pledges/{package}" for package in ("database", "domain", "migrations", "models")),
    "fixtures/roles.yaml",
    "requirements-dev.lock",
    "tests/database_setup.py",
]
TEMPLATE_PREFIX = "test_template_"


@contextmanager
def use_copy_of_template(suffix: str) -> Iterator[None]:
    """Connect to a copy of a migrated database, which stays on the server for later runs.

    Its name contains a hash of the files that it depends on.
    """
    postgresql = cast(DatabaseWrapper, connection)
    creation, original, template = postgresql.creation, postgresql.settings_dict["NAME"], _template_name()
    with postgresql._nodb_cursor() as cursor:  # noqa: SLF001 as Django creates test databases
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [TEMPLATE_PREFIX])  # one worker creates it for all
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", [template])
        if not cursor.rowcount:
            _delete_unused_copies(cursor)
            _create(template, cursor)
        _use(template)
        creation.clone_test_db(suffix=suffix, verbosity=0, autoclobber=True)
    _use(creation.get_test_db_clone_settings(suffix)["NAME"])
    yield
    postgresql.close_pool()
    creation.destroy_test_db(original, verbosity=0)


def _template_name() -> str:
    paths = [path for source in SOURCES for path in (ROOT / source, *sorted((ROOT / source).rglob("*.py")))]
    digest = sha256(b"".join(path.read_bytes() for path in paths if path.is_file()))
    return TEMPLATE_PREFIX + digest.hexdigest()[:16]


def _delete_unused_copies(cursor: CursorWrapper) -> None:
    """Delete older templates, and copies that killed runs have left."""
    unused = "NOT EXISTS (SELECT FROM pg_stat_activity WHERE pg_stat_activity.datname = pg_database.datname)"
    cursor.execute(f"SELECT datname FROM pg_database WHERE starts_with(datname, %s) AND {unused}", [TEMPLATE_PREFIX])
    for (name,) in cursor.fetchall():
        cursor.execute(f"DROP DATABASE {connection.ops.quote_name(name)}")


def _create(template: str, cursor: CursorWrapper) -> None:
    """Create and migrate a database. It gets its name in the end, so that an interrupted run leaves no half of it."""
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    make_roles()
    _switch_autovacuum_off()
    _close()
    quote = connection.ops.quote_name
    cursor.execute(f"ALTER DATABASE {quote(name)} RENAME TO {quote(template)}")


def _switch_autovacuum_off() -> None:
    """Let no background process lock a table. Tests delete their rows, so there is always something to vacuum."""
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True):
            cursor.execute(f"ALTER TABLE {connection.ops.quote_name(table)} SET (autovacuum_enabled = off)")


def _use(name: str) -> None:
    """Connect to the database of this name."""
    _close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


def _close() -> None:
    connection.close()
    cast(DatabaseWrapper, connection).close_pool()


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
