"""Fill the databases, and measure how fast the large one is loaded."""

import sys
from pathlib import Path

from django.core.management import call_command

from bench import corpus, databases, loading
from bench.databases import LARGE, SMALL, SMALL_ROWS
from bench.processes import Measurement
from bench.table import Figure
from pledges.importer import reference_data


def prepare(rows: int, folder: Path, *, compare: bool, reuse: bool) -> list[Figure]:
    """Fill both databases. Return the figures of loading, or none if `compare` is false or the large one is reused."""
    fill(SMALL, SMALL_ROWS, folder, compare=False, reuse=reuse)
    return fill(LARGE, rows, folder, compare=compare, reuse=reuse)


def fill(name: str, rows: int, folder: Path, *, compare: bool, reuse: bool) -> list[Figure]:
    content = f"{rows} pledges"
    if reuse and databases.content_label(name) == content:
        databases.connect_to(name)
        call_command("migrate", verbosity=0)
        databases.finish(content)
        return []
    report(f"Creating the database {name} with {rows:,} pledges …")
    databases.create(name)
    reference_data.load_missing()
    file = folder / "pledges.jsonl"
    corpus.write(file, rows, corpus.make_districts(rows))
    figures = []
    if compare:
        report("Measuring: loading …")
        figures = loading_figures(rows, *loading.compare(file, folder))
    else:
        loading.load(file)
    report("Creating follow-ups …")
    databases.follow_up(file)
    databases.finish(content)
    file.unlink()
    return figures


def loading_figures(rows: int, load: Measurement, copy: Measurement) -> list[Figure]:
    sides = f"load_pledges {rows / load.seconds:,.0f} rows/s, COPY {rows / copy.seconds:,.0f} rows/s"
    memory = Figure(
        "peak memory of load_pledges", 400, load.peak_megabytes, f"{rows:,} pledges", is_at_most=True, unit="MB"
    )
    return [Figure("loading, against a plain COPY of the same rows", 0.3, copy.seconds / load.seconds, sides), memory]


def report(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
