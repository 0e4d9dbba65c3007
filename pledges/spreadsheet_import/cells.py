"""Sheets as rows of text, whatever the format of their file."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass, field
from typing import Any

from django.utils.translation import gettext, gettext_lazy

MAX_ROW, MAX_COLUMN = 1_048_576, 16_384  # of XLSX
FORMULA_FAILED = gettext_lazy("a value: correct the formula of this cell")


class SheetError(Exception):
    """A file cannot be read. `reasons` has a message for each error, in the language of the user."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(*reasons)
        self.reasons = reasons


def too_large() -> SheetError:
    text = gettext(
        "The sheet is too large to be read. Copy the cells that you need into a new file, or save it as .csv."
    )
    return SheetError(text)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that is not empty. `text` is what a spreadsheet program shows, without the number format's own text."""

    text: str
    problem: str = ""
    """What is expected instead, if the content can't be read."""
    warning: str = ""
    """What an editor has to check before the content is used."""
    is_rescaled: bool = False
    """Whether the number format shows another number than `text`, which is the stored one."""
    affix: str = ""
    """Text that the number format shows beside the number, such as 亿元."""


SheetRow = tuple[int, dict[int, Cell]]
"""The number of a row as spreadsheet programs show it, and its cells by the index of their column, from 0."""


@dataclass(frozen=True, slots=True)
class CellRange:
    """A rectangle of cells. Rows have their shown numbers; columns count from 0."""

    name: str
    rows: range
    columns: range

    def as_json(self) -> list[Any]:
        return [self.name, *((each.start, each.stop) for each in (self.rows, self.columns))]

    @classmethod
    def from_json(cls, data: list[Any]) -> "CellRange":
        name, rows, columns = data
        return cls(name, range(*rows), range(*columns))


@dataclass(slots=True)
class Sheet:
    """A sheet of a file. The lists are complete when the last row has been read."""

    rows: Iterable[SheetRow]
    encoding: str = ""
    """The encoding of a text file."""
    name: str = ""
    other_names: list[str] = field(default_factory=list)
    """The names of the sheets that are not read."""
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[str] = field(default_factory=list)
    merged: list[CellRange] = field(default_factory=list)
    """Cells that are merged across rows: all show the content of the first."""
    reformatted: list[CellRange] = field(default_factory=list)
    """Cells whose numbers may be shown as other numbers by a conditional format."""

    def as_json(self) -> dict[str, Any]:
        """Read all rows, and return the sheet as values of JSON."""
        rows = [
            (number, [(column, *_without_defaults(cell)) for column, cell in cells.items()])
            for number, cells in self.rows
        ]
        ranges = {name: [each.as_json() for each in getattr(self, name)] for name in ("merged", "reformatted")}
        names = ("encoding", "name", "other_names", "hidden_rows", "hidden_columns")
        return {"rows": rows} | {name: getattr(self, name) for name in names} | ranges

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Sheet":
        rows = [(number, {column: Cell(*cell) for column, *cell in cells}) for number, cells in data["rows"]]
        ranges = {name: list(map(CellRange.from_json, data[name])) for name in ("merged", "reformatted")}
        return cls(**data | {"rows": rows} | ranges)


def _without_defaults(cell: Cell) -> tuple[Any, ...]:
    is_plain = not (cell.problem or cell.warning or cell.is_rescaled or cell.affix)
    return (cell.text,) if is_plain else astuple(cell)
