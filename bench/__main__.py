"""Measures side by side in one run: `make bench`, or `python -m bench --rows 100000` for a short one."""

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path

import django
from django.conf import settings
from django.db import connection

ROWS, ROUNDS = 1_000_000, 1


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from pledges import reference_data

    from . import corpus, loading

    settings.DATABASES["default"]["TEST"]["NAME"] = "duixian_bench"
    tell(f"Creating the database duixian_bench and a file of {options.rows:,} pledges …")
    usual = settings.DATABASES["default"]["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        reference_data.load_missing()
        districts = corpus.make_districts()
        with tempfile.TemporaryDirectory(prefix="duixian-bench-") as folder:
            large, small = Path(folder, "large.jsonl"), Path(folder, "small.jsonl")
            corpus.write(large, options.rows, districts)
            corpus.write(small, options.rows // 10, districts)
            results = []
            for number in range(options.rounds):
                tell(f"Round {number + 1} of {options.rounds}: loading and copying …")
                results.append(loading.compare(large, Path(folder)))
            tell("Loading a tenth, for the memory …")
            small_load = loading.load(small)
    finally:
        connection.creation.destroy_test_db(usual, verbosity=0)

    load_rate = statistics.median(options.rows / load.seconds for load, _ in results)
    copy_rate = statistics.median(options.rows / copy.seconds for _, copy in results)
    ratio = statistics.median(copy.seconds / load.seconds for load, copy in results)
    peak = max(load.peak_megabytes for load, _ in results)
    print(f"Loading {options.rows:,} pledges of JSON Lines, {options.rounds} round(s), medians:")
    row("load_pledges", f"{load_rate:,.0f} rows/s")
    row("plain COPY, same tables, indexes and triggers", f"{copy_rate:,.0f} rows/s")
    row("ratio (at least 0.3)", f"{ratio:.2f}")
    row("peak memory of load_pledges (under 400 MB)", f"{peak:.0f} MB")
    row("peak memory for a tenth of the rows", f"{small_load.peak_megabytes:.0f} MB")


def row(what: str, figure: str) -> None:
    print(f"  {what:<50}{figure:>20}")


def tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
