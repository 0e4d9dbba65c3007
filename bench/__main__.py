"""Measures side by side in one run: `make bench`, or `python -m bench --rows 100000` for a short one."""

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
    parser.add_argument("--rows", type=int, default=ROWS, help="pledges of the large database")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="of which the medians are taken")
    parser.add_argument("--only", nargs="+", choices=[LOADING, *measurements.GROUPS], help="some groups of figures")
    parser.add_argument("--keep", action="store_true", help="use the databases of the last run, and leave them there")
    options = parser.parse_args()
    wanted = options.only or [LOADING, *measurements.GROUPS]

    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped."))  # so that the servers end too
    found: list[Figure] = []
    try:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="duixian-bench-")))
            if not options.keep:
                stack.callback(databases.drop, databases.LARGE, databases.SMALL)
            found += preparing.prepare(options.rows, folder, compare=LOADING in wanted, reuse=options.keep)
            databases.connect_to(databases.LARGE)
            environment = Environment(options.rows, options.rounds, folder, stack)
            for name, group in measurements.GROUPS.items():
                if name in wanted:
                    print(f"Measuring: {name} …", file=sys.stderr, flush=True)
                    found += group(environment)
    finally:
        if found:
            print(table(found))


if __name__ == "__main__":
    main()
