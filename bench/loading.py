"""`load_pledges` beside a plain COPY of the same rows into the same tables."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction

from pledges.loading import loader

# In the order of their foreign keys, with the columns that aren't generated.
TABLES = {
    "pledges_official": "id, slug, name",
    "pledges_post": "id, district_id, organisation, title",
    "pledges_document": "id, slug, title, publisher, date, url, text, edited_fields",
    "pledges_statement": "id, document_id, official_id, post_id, headline, edited_fields",
    "pledges_pledge": "*",
}


@dataclass(frozen=True)
class Measured:
    seconds: float
    peak_megabytes: float


def load(file: Path) -> Measured:
    """Load a file into empty tables."""
    empty_tables()
    return in_a_process_of_its_own(lambda: loader.load([file]))


def compare(file: Path, folder: Path) -> tuple[Measured, Measured]:
    """Load a file, then copy the rows that came of it into the emptied tables."""
    loaded = load(file)
    for table in TABLES:
        copy_out(table, folder / f"{table}.copy")
    empty_tables()
    copied = in_a_process_of_its_own(lambda: copy_in(folder))
    return loaded, copied


def empty_tables() -> None:
    histories = [f"{table}event" for table in TABLES]
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join([*TABLES, *histories])} RESTART IDENTITY CASCADE")
        cursor.execute("CHECKPOINT")


def copy_out(table: str, path: Path) -> None:
    with connection.cursor() as cursor, path.open("wb") as file:
        columns = "" if TABLES[table] == "*" else f"({TABLES[table]})"
        with cursor.copy(f"COPY {table} {columns} TO STDOUT") as copy:
            for block in copy:
                file.write(block)


def copy_in(folder: Path) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', '{}', true)")  # as the loader does
        for table, names in TABLES.items():
            columns = "" if names == "*" else f"({names})"
            with (
                cursor.copy(f"COPY {table} {columns} FROM STDIN") as copy,
                (folder / f"{table}.copy").open("rb") as file,
            ):
                while block := file.read(1 << 16):
                    copy.write(block)


def in_a_process_of_its_own(work: Callable[[], object]) -> Measured:
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]
    started = time.monotonic()
    if (child := os.fork()) == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    _, status, usage = os.wait4(child, 0)
    if status:
        raise SystemExit("A measured process failed; see above.")
    return Measured(time.monotonic() - started, usage.ru_maxrss / 1024)
