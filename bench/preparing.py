"""Fills the databases, and measures on the way how fast the large one is loaded."""

import sys
from pathlib import Path

from django.core.management import call_command

from pledges.importer import reference_data

from . import corpus, databases, loading
from .databases import LARGE, SMALL, SMALL_ROWS
from .processes import Measured
from .table import Figure


def prepare(rows: int, folder: Path, *, compare: bool, reuse: bool) -> list[Figure]:
    """Both databases; what was compared, if the large one was not there from the last run."""
    fill(SMALL, SMALL_ROWS, folder, compare=False, reuse=reuse)
    return fill(LARGE, rows, folder, compare=compare, reuse=reuse)


def fill(name: str, rows: int, folder: Path, *, compare: bool, reuse: bool) -> list[Figure]:
    content = f"{rows} pledges"
    if reuse and databases.noted(name) == content:
        databases.connect_to(name)
        call_command("migrate", verbosity=0)
        databases.note(content)
        return []
    tell(f"Making the database {name} of {rows:,} pledges …")
    databases.create(name)
    reference_data.load_missing()
    file = folder / "pledges.jsonl"
    corpus.write(file, rows, corpus.make_districts(rows))
    figures = []
    if compare:
        tell("Loading them, and copying the same rows …")
        figures = compared(rows, *loading.compare(file, folder))
    else:
        loading.load(file)
    tell("Following up …")
    databases.follow_up(file)
    databases.note(content)
    file.unlink()
    return figures


def compared(rows: int, load: Measured, copy: Measured) -> list[Figure]:
    sides = f"load_pledges {rows / load.seconds:,.0f} rows/s, COPY {rows / copy.seconds:,.0f} rows/s"
    memory = Figure(
        "peak memory of load_pledges", 400, load.peak_megabytes, f"{rows:,} pledges", is_at_most=True, unit="MB"
    )
    return [Figure("loading, against a plain COPY of the same rows", 0.3, copy.seconds / load.seconds, sides), memory]


def tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
