"""Report the progress of a long export."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Row = TypeVar("Row")

ROWS_BETWEEN_REPORTS = 50_000


class CountedRows(Iterable[Row]):
    """Count rows while they are read. `report` is called with the count after every 50,000 rows."""

    def __init__(self, rows: Iterable[Row], report: Callable[[int], None]) -> None:
        self.rows = rows
        self.report = report
        self.count = 0

    def __iter__(self) -> Iterator[Row]:
        for row in self.rows:
            yield row
            self.count += 1
            if self.count % ROWS_BETWEEN_REPORTS == 0:
                self.report(self.count)
