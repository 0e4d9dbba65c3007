"""Create and fill the databases, and measure how fast the large one is loaded."""

import sys
from pathlib import Path

from django.core.management import call_command

from bench import corpus, databases, loading
from bench.databases import LARGE, SMALL, SMALL_ROWS
from bench.processes import Measurement
from bench.table import Figure
from pledges.importer.reference.shipped import load_shipped

MIN_LOADING_SPEED = 0.3  # relative to COPY
MAX_LOADING_MEGABYTES = 400


def prepare(rows: int, folder: Path, *, compare: bool, reuse: bool) -> list[Figure]:
    """Create and fill both databases.

    If `reuse` is true, a database that has the right number of pledges already is only migrated. If `compare` is true
    and the large database is newly created, return the figures that compare loading with a plain COPY.
    """
    fill(SMALL, SMALL_ROWS, folder, compare=False, reuse=reuse)
    return fill(LARGE, rows, folder, compare=compare, reuse=reuse)


def fill(name: str, rows: int, folder: Path, *, compare: bool, reuse: bool) -> list[Figure]:
    label = f"{rows} pledges"
    if reuse and databases.content_label(name) == label:
        databases.connect_to(name)
        call_command("migrate", verbosity=0)
        databases.vacuum_and_label(label)
        return []
    report(f"Creating the database {name} with {rows:,} pledges …")
    databases.create(name)
    load_shipped()
    file = folder / "pledges.jsonl"
    corpus.write(file, rows, corpus.make_districts(rows))
    figures = []
    if compare:
        report("Measuring load_pledges and COPY …")
        figures = loading_figures(rows, *loading.compare(file, folder))
    else:
        loading.load(file)
    report("Creating follow-ups …")
    databases.add_follow_ups(file)
    databases.vacuum_and_label(label)
    file.unlink()
    return figures


def loading_figures(rows: int, load: Measurement, copy: Measurement) -> list[Figure]:
    rates = f"load_pledges {rows / load.seconds:,.0f} rows/s, COPY {rows / copy.seconds:,.0f} rows/s"
    return [
        Figure(
            "loading, against a plain COPY of the same rows",
            target=MIN_LOADING_SPEED,
            measured=copy.seconds / load.seconds,
            values=rates,
        ),
        Figure(
            "peak memory of load_pledges",
            target=MAX_LOADING_MEGABYTES,
            measured=load.peak_megabytes,
            values=f"{rows:,} pledges",
            is_maximum=True,
            unit="MB",
        ),
    ]


def report(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
