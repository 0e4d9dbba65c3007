"""Compare `load_pledges` with a COPY of the same rows into the same tables. Both run the triggers."""

from pathlib import Path

from django.apps import apps
from django.db import connection, transaction

from bench.processes import Measurement, measure_in_child_process
from pledges.importer import loader
from pledges.models import District, Metric, Unit
from pledges.models.metric import Topic
from pledges.models.unit import Dimension

# In an order that satisfies foreign keys. COPY can't write generated columns, so the others are listed.
TABLES = {
    "pledges_official": "id, slug, name",
    "pledges_body": "id, slug, name, name_en, kind, district_id, parent_id",
    "pledges_post": "id, district_id, body_id, title",
    "pledges_document": "id, slug, title, publisher, date, url, text, edited_fields",
    "pledges_statement": "id, document_id, official_id, post_id, headline, edited_fields",
    "pledges_pledge": "*",
}


def load(file: Path) -> Measurement:
    """Empty the tables, load a file, and return the time and memory of the load."""
    empty_tables()
    return measure_in_child_process(lambda: loader.load([file]))


def compare(file: Path, folder: Path) -> tuple[Measurement, Measurement]:
    """Load a file, then empty the tables and COPY the same rows. Return the measurements of both."""
    loaded = load(file)
    for table in TABLES:
        copy_out(table, folder / f"{table}.copy")
    empty_tables()
    copied = measure_in_child_process(lambda: copy_in(folder))
    for table in TABLES:
        (folder / f"{table}.copy").unlink()
    return loaded, copied


def empty_tables() -> None:
    """Empty all tables except those of districts and reference data."""
    kept = {model._meta.db_table for model in (District, Metric, Unit, Topic, Dimension)}
    tables = {model._meta.db_table for model in apps.get_app_config("pledges").get_models()} - kept
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE")
        cursor.execute("CHECKPOINT")


def copy_out(table: str, path: Path) -> None:
    with connection.cursor() as cursor, path.open("wb") as file:
        columns = "" if TABLES[table] == "*" else f"({TABLES[table]})"
        with cursor.copy(f"COPY {table} {columns} TO STDOUT") as copy:
            for block in copy:
                file.write(block)


def copy_in(folder: Path) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        # Use the settings of `pledges.importer.loader`, so that triggers act as in a load.
        cursor.execute("SELECT set_config('pgtrigger.ignore', '{}', true), set_config('duixian.loading', 'on', true)")
        # Block autovacuum. It would find empty tables, because nothing is committed yet, and queries in triggers would
        # get bad plans.
        cursor.execute(f"LOCK TABLE {', '.join(TABLES)} IN SHARE UPDATE EXCLUSIVE MODE")
        for table, names in TABLES.items():
            columns = "" if names == "*" else f"({names})"
            with (
                cursor.copy(f"COPY {table} {columns} FROM STDIN") as copy,
                (folder / f"{table}.copy").open("rb") as file,
            ):
                while block := file.read(1 << 16):
                    copy.write(block)
