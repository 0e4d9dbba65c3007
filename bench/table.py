"""The table of results that the benchmark prints."""

from collections.abc import Sequence
from dataclasses import dataclass

HEAD = ("figure", "at least", "measured", "met?", "each side")


@dataclass(frozen=True)
class Figure:
    """A row: the comparison, its target if there is one, the measured ratio or value, and the values of both sides."""

    what: str
    bound: float | None
    measured: float
    sides: str
    is_at_most: bool = False
    unit: str = "×"

    @property
    def is_met(self) -> bool:
        if self.bound is None:
            return True
        return self.measured <= self.bound if self.is_at_most else self.measured >= self.bound

    def cells(self) -> tuple[str, ...]:
        return (
            self.what,
            "" if self.bound is None else f"{'at most ' if self.is_at_most else ''}{self.bound:g} {self.unit}",
            f"{shown(self.measured)} {self.unit}",
            "" if self.bound is None else "yes" if self.is_met else "no",
            self.sides,
        )


def shown(number: float) -> str:
    """Return a number with three significant digits, or with more for its integer part."""
    return f"{number:,.0f}" if number >= 100 else f"{number:#.3g}"


def table(figures: Sequence[Figure]) -> str:
    """Return a Markdown table. Its columns are padded, so that it is readable in a terminal too."""
    rows = [HEAD, *(figure.cells() for figure in figures)]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])
