"""Sheets as rows of text, whatever the format of their file."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

FORMULA_FAILED = _("a value: correct the formula of this cell")


class SheetError(Exception):
    """A file cannot be read. `reasons` has a message for each error, in the language of the user."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(*reasons)
        self.reasons = reasons


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


@dataclass(slots=True)
class Sheet:
    """A sheet of a file. Its rows are read once; the lists are complete when the last row has been read."""

    rows: Iterator[SheetRow]
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
