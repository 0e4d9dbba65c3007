"""The servers of the contenders. Each is started on first use, and runs until the exit stack is closed."""

from collections.abc import Mapping
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path

from bench.contenders import datasette
from bench.databases import LARGE, SMALL, connect_to
from bench.servers import Server, django_server


class Environment:
    def __init__(self, rows: int, rounds: int, folder: Path, stack: ExitStack) -> None:
        self.rows, self.rounds, self._folder, self._stack = rows, rounds, folder, stack

    @cached_property
    def duixian(self) -> Server:
        return self._stack.enter_context(django_server("duixian", LARGE))

    @cached_property
    def small(self) -> Server:
        """The project on a database of 10,000 pledges."""
        return self._stack.enter_context(django_server("duixian", SMALL))

    @cached_property
    def bare(self) -> Server:
        """The contenders “floor” and “plain DRF”."""
        return self._stack.enter_context(django_server("bare", LARGE))

    @cached_property
    def prepared(self) -> Server:
        """The contender “floor” with prepared statements."""
        return self._stack.enter_context(django_server("prepared", LARGE))

    @cached_property
    def datasette(self) -> Server:
        connect_to(LARGE)
        file = self._folder / "bench.sqlite"
        datasette.copy_to(file)
        return self._stack.enter_context(datasette.serving(file))


def require_equal(name: str, results: Mapping[str, object]) -> None:
    """Stop the run if contenders return different results, because their speeds would not be comparable."""
    first, *others = results.values()
    if any(other != first for other in others):
        raise SystemExit(f"The contenders don't return the same {name}: {results}")
