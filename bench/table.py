"""The result table of the benchmark."""

from collections.abc import Sequence
from dataclasses import dataclass

HEADER = ("figure", "target", "measured", "met?", "compared values")


@dataclass(frozen=True)
class Figure:
    """A row of the table: a measured ratio or value.

    `target` is a minimum, or a maximum if `is_maximum`; None means that there is none. A missed target is shown, it is
    not an error. `values` has the values from which a ratio was computed.
    """

    name: str
    target: float | None
    measured: float
    values: str
    is_maximum: bool = False
    unit: str = "×"

    @property
    def is_met(self) -> bool:
        if self.target is None:
            return True
        return self.measured <= self.target if self.is_maximum else self.measured >= self.target

    def cells(self) -> tuple[str, ...]:
        return (
            self.name,
            "" if self.target is None else f"{'≤' if self.is_maximum else '≥'} {self.target:g} {self.unit}",
            f"{format_number(self.measured)} {self.unit}",
            "" if self.target is None else "yes" if self.is_met else "no",
            self.values,
        )


def format_number(number: float) -> str:
    """Format a number with three significant digits, without dropping digits of the integer part."""
    return f"{number:,.0f}" if number >= 100 else f"{number:#.3g}"


def table(figures: Sequence[Figure]) -> str:
    """Return a Markdown table. The columns are padded, so that it is also readable in a terminal."""
    rows = [HEADER, *(figure.cells() for figure in figures)]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])
