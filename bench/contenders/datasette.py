"""The Datasette contender: Datasette serves an SQLite copy of the same rows, with the same keys and indexes."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, models

from bench.servers import Server, free_port, running_server
from pledges.models import District, Document, Metric, Official, Pledge, Post, Statement, Unit
from pledges.models.metric import Topic
from pledges.models.unit import Dimension

PROGRAM = settings.BASE_DIR / ".tools" / "datasette" / "bin" / "datasette"
# The models that the API shows in a pledge. HIDDEN are the columns that it does not show.
MODELS = (Dimension, Topic, Unit, Metric, District, Official, Post, Document, Statement, Pledge)
HIDDEN = {
    *("search_text", "last_day", "edited_fields", "loaded_from", "assignee", "supersedes", "success_criterion"),
    *("text", "aliases"),
}
SQLITE_TYPES = {
    "BigAutoField": "INTEGER",
    "PositiveSmallIntegerField": "INTEGER",
    "DecimalField": "NUMERIC",
}
BATCH_SIZE = 10_000

# The indexes of columns, not of expressions. Django's additional index for LIKE would be useless in SQLite.
INDEXES = r"""
    SELECT indexes.relname, tables.relname, array_agg(columns.attname ORDER BY place.number)
    FROM pg_index
    JOIN pg_class indexes ON indexes.oid = indexrelid
    JOIN pg_class tables ON tables.oid = indrelid
    JOIN pg_am ON pg_am.oid = indexes.relam AND amname = 'btree'
    CROSS JOIN unnest(indkey::int[]) WITH ORDINALITY AS place(attnum, number)
    JOIN pg_attribute columns ON columns.attrelid = indrelid AND columns.attnum = place.attnum
    WHERE tables.relname = ANY(%s) AND NOT indisprimary AND indexprs IS NULL AND indexes.relname NOT LIKE '%%\_like'
    GROUP BY indexes.relname, tables.relname
"""


@contextmanager
def serving(file: Path) -> Iterator[Server]:
    """Run Datasette as its documentation advises for immutable files. No query reaches the time limits."""
    if not PROGRAM.exists():
        raise SystemExit(f"There is no {PROGRAM}; `make bench` installs it.")
    port = free_port()
    limits = [part for name in ("sql", "facet") for part in ("--setting", f"{name}_time_limit_ms", "60000")]
    with running_server(
        [str(PROGRAM), "serve", "--immutable", str(file), "--port", str(port), *limits], port
    ) as server:
        yield server


def copy_to(file: Path) -> None:
    """Create an SQLite file with the rows of the current database."""
    with sqlite3.connect(file) as target:
        target.execute("PRAGMA journal_mode = OFF")
        for model in MODELS:
            copy_table(model, target)
        with connection.cursor() as cursor:
            cursor.execute(INDEXES, [[model._meta.db_table for model in MODELS]])
            for name, table, columns in cursor.fetchall():
                if set(columns) <= {field.column for field in fields(tables()[table])}:
                    target.execute(f'CREATE INDEX "{name}" ON {table} ({", ".join(columns)})')
        target.execute("ANALYZE")
    target.close()


def tables() -> dict[str, type[models.Model]]:
    return {model._meta.db_table: model for model in MODELS}


def fields(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if field.name not in HIDDEN]


def copy_table(model: type[models.Model], target: sqlite3.Connection) -> None:
    table, columns = model._meta.db_table, fields(model)
    target.execute(f"CREATE TABLE {table} ({', '.join(column_definition(field) for field in columns)})")
    rows = model._base_manager.order_by("pk").values_list(*(field.attname for field in columns))
    placeholders = ", ".join("?" * len(columns))
    target.executemany(
        f"INSERT INTO {table} VALUES ({placeholders})",
        (tuple(map(sqlite_value, row)) for row in rows.iterator(chunk_size=BATCH_SIZE)),
    )


def column_definition(field: Any) -> str:
    """Return the definition of a column. Datasette needs the foreign keys to find labels."""
    kind = SQLITE_TYPES.get((field.target_field if field.is_relation else field).get_internal_type(), "TEXT")
    key = " PRIMARY KEY" if field.primary_key else ""
    reference = ""
    if field.is_relation:
        reference = f" REFERENCES {field.related_model._meta.db_table} ({field.target_field.column})"
    return f"{field.column} {kind}{key}{reference}"


def sqlite_value(value: object) -> object:
    """Return the value in a type of SQLite. A NUMERIC column converts the text of a decimal to a number."""
    return value if value is None or isinstance(value, int) else str(value)
