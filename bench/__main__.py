"""Compare the speed and memory of Duixian with others: `make bench`, or shorter, `python -m bench --rows 100000`."""

import argparse
import os
import signal
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import django

ROWS, ROUNDS = 1_000_000, 5
LOADING = "loading"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from bench import databases, measurements, preparing
    from bench.environment import Environment
    from bench.table import Figure, table

    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS, help="number of pledges in the large database")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="number of repetitions; the table shows medians")
    parser.add_argument("--only", nargs="+", choices=[LOADING, *measurements.GROUPS], help="measure only these groups")
    parser.add_argument("--keep", action="store_true", help="reuse the databases of the last run, and don't drop them")
    options = parser.parse_args()
    selected = options.only or [LOADING, *measurements.GROUPS]

    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped."))  # exit normally, so that the servers are stopped
    figures: list[Figure] = []
    try:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="duixian-bench-")))
            if not options.keep:
                stack.callback(databases.drop, databases.LARGE, databases.SMALL)
            figures += preparing.prepare(options.rows, folder, compare=LOADING in selected, reuse=options.keep)
            databases.connect_to(databases.LARGE)
            environment = Environment(options.rows, options.rounds, folder, stack)
            for name, group in measurements.GROUPS.items():
                if name in selected:
                    print(f"Measuring: {name} …", file=sys.stderr, flush=True)
                    figures += group(environment)
    finally:
        if figures:
            print(table(figures))


if __name__ == "__main__":
    main()
