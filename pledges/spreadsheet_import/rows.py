"""Parse a row of a sheet, and report the errors that can be found without the database."""

import dataclasses
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Protocol, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledges.domain.assessment import Assessment
from pledges.domain.dates import parse_day
from pledges.domain.numbers import parse
from pledges.domain.text import clean_line, clean_link, clean_name, clean_text, damaged_character
from pledges.locale.display_names import joined_first
from pledges.models import Evidence, FollowUp
from pledges.models.choices import Bound, Status
from pledges.models.follow_up import ASSIGNABLE_STATUSES
from pledges.spreadsheet_import.cells import FORMULA_FAILED, Cell, CellRange, SheetRow
from pledges.spreadsheet_import.header import HEADINGS

FORMULA_SIGNS = ("=", "＝")
PERCENT, PERCENT_SIGNS = "%", ("%", "％")
FILLED_IN = frozenset({"actual", "status", "evidence", "summary", "reason", "supersedes"})
PROSE = frozenset({"title", "publisher", "summary", "reason"})
PUBLIC_TEXTS = ("evidence", "title", "publisher", "summary", "reason")
CLEAN_WITH = {
    "ref": clean_line,
    "unit": clean_name,
    "status": clean_name,
    "actual_bound": clean_name,
    "evidence": clean_link,
    "title": clean_line,
    "publisher": clean_name,
    "summary": clean_text,
    "reason": clean_text,
    "supersedes": clean_line,
}
# What spreadsheet programs write to CSV for an error, or for a column that is too narrow.
ERROR_VALUE = re.compile(r"#[A-Z0-9/_]+[!?]|#N/A|Err:[0-9]{3}|#{3,}")
RESHOWN = gettext_lazy("the number in the cell, which its number format shows in another way")
REPLACEMENT = "\ufffd"  # stands for a character that was lost in an earlier conversion
EVIDENCE_FIELDS: dict[str, Any] = {
    "evidence": Evidence._meta.get_field("url"),
    "title": Evidence._meta.get_field("title"),
    "publisher": Evidence._meta.get_field("publisher"),
}


class Numbered(Protocol):
    number: int


Row = TypeVar("Row", bound=Numbered)


@dataclass(frozen=True, slots=True)
class CellProblem:
    """An error in a cell, in the language of the user. `column` is empty if the column has no heading."""

    column: str
    found: str
    expected: str


@dataclass(frozen=True, slots=True)
class CellWarning:
    """What an editor has to check in a cell before its row is imported, in the reader's language."""

    column: str
    found: str
    reason: str


@dataclass(slots=True)
class ImportRow:
    """A row that becomes a follow-up unless it has problems. `cells` has the non-empty texts by field.

    A row with warnings is held: it is imported only if an editor confirms them.
    """

    number: int
    cells: dict[str, str]
    pledge: int | None = None
    actual: Decimal | None = None
    actual_bound: str = Bound.EXACT
    unit: str | None = None
    as_of: date | None = None
    status: str = ""
    corrected: FollowUp | None = None
    suggested: Assessment | None = None
    affix: str = ""
    """The text that the number format shows beside the actual figure."""
    is_merged: bool = False
    """Whether a cell that the editor fills in is merged with one above."""
    note: str = ""
    """A sentence about a row that will not change the status of its pledge."""
    problems: list[CellProblem] = dataclasses.field(default_factory=list)
    warnings: list[CellWarning] = dataclasses.field(default_factory=list)
    confirmed_warnings: list[str] = dataclasses.field(default_factory=list)
    """The keys of the warnings about the follow-up, which an editor who confirms the row confirms with it."""

    @property
    def ref(self) -> str:
        return self.cells.get("ref", "")

    @property
    def link(self) -> str:
        return self.cells.get("evidence", "")

    @property
    def is_filled_in(self) -> bool:
        """Whether the row has more than the columns of the template."""
        return self.is_merged or not FILLED_IN.isdisjoint(self.cells)

    @property
    def public_texts(self) -> list[tuple[str, str]]:
        """The texts that become public, with their headings."""
        return [(str(HEADINGS[name]), self.cells[name]) for name in PUBLIC_TEXTS if name in self.cells]

    @property
    def correction(self) -> str:
        """A sentence about the follow-up that the row corrects, if any."""
        return _("Corrects: %(finding)s") % {"finding": self.corrected.finding_in_words()} if self.corrected else ""

    def reject(self, field: str, expected: object) -> None:
        self.problems.append(CellProblem(str(HEADINGS[field]), self.cells.get(field, ""), str(expected)))

    def warn(self, field: str, reason: object) -> None:
        self.warnings.append(CellWarning(str(HEADINGS[field]), self.cells.get(field, ""), str(reason)))


def parse_row(columns: Mapping[int, str], sheet_row: SheetRow) -> ImportRow:
    """Read a row whose columns hold these fields; an empty field is an ignored column."""
    number, cells = sheet_row
    texts = ((columns[index], cell.text) for index, cell in cells.items() if columns.get(index))
    cleaned = ((field, CLEAN_WITH[field](text) if field in CLEAN_WITH else text) for field, text in texts)
    row = ImportRow(number, {field: text for field, text in cleaned if text})
    for index, cell in cells.items():
        if index not in columns:
            text = _("nothing (this column has no name in the first row)")
            row.problems.append(CellProblem("", cell.text, text))
        elif field := columns[index]:
            _check_cell(row, field, cell)
    unreadable = {problem.column for problem in row.problems}
    if not row.ref:
        row.reject("ref", _("the reference of a pledge"))
    if str(HEADINGS["actual"]) not in unreadable:
        _parse_number(row)
    if str(HEADINGS["as_of"]) not in unreadable:
        _parse_day(row)
    _validate_evidence(row)
    _parse_bound(row)
    _parse_status(row)
    return row


def _check_cell(row: ImportRow, field: str, cell: Cell) -> None:
    if expected := cell.problem or expected_text(cell.text, is_prose=field in PROSE):
        row.reject(field, expected)
    if cell.warning:
        row.warn(field, cell.warning)
    if REPLACEMENT in cell.text:
        row.warn(field, _("with a character that was lost when the file was made"))
    if field == "actual":
        row.affix = cell.affix
    if cell.is_rescaled or (cell.affix and field != "actual"):
        row.warn(field, RESHOWN)


def expected_text(text: str, *, is_prose: bool) -> str:
    """Return what is expected instead of a text that no cell of a sheet means as text; empty if nothing is wrong."""
    if character := damaged_character(text):
        return _("text without characters that can't be displayed, such as %(character)s") % {"character": character}
    if ERROR_VALUE.fullmatch(text):
        return str(FORMULA_FAILED)
    if is_prose and text.startswith(FORMULA_SIGNS):
        return _("text, not a formula")
    return ""


def flag_merged(rows: Sequence[ImportRow], merged: Sequence[CellRange], columns: Mapping[int, str]) -> None:
    """Reject rows with a cell that is merged with one above: it shows that one's content, but has none of its own."""
    for row, field, expected in merged_cells(rows, merged, columns):
        row.is_merged = row.is_merged or field in FILLED_IN
        row.reject(field, expected)


def merged_cells(
    rows: Sequence[Row], merged: Sequence[CellRange], columns: Mapping[int, str]
) -> Iterator[tuple[Row, str, str]]:
    """Yield row and field of each cell that is merged with one above, once, and what is expected instead."""
    numbers = [row.number for row in rows]
    flagged: set[tuple[int, str]] = set()  # a hostile file has many ranges with the same cells
    for each in merged:
        fields = _fields_in(each, columns)
        for row in rows[bisect_right(numbers, each.rows[0]) : bisect_right(numbers, each.rows[-1])]:
            for field in fields:
                if (row.number, field) not in flagged:
                    flagged.add((row.number, field))
                    yield row, field, _("a cell of its own (%(cells)s is merged)") % {"cells": each.name}


def flag_reformatted(rows: Sequence[ImportRow], ranges: Sequence[CellRange], columns: Mapping[int, str]) -> None:
    """Hold rows whose actual figure a conditional format may show as another number."""
    numbers = [row.number for row in rows]
    flagged: set[int] = set()
    for each in ranges:
        if "actual" in _fields_in(each, columns):
            for row in rows[bisect_left(numbers, each.rows[0]) : bisect_right(numbers, each.rows[-1])]:
                if "actual" in row.cells and row.number not in flagged:
                    flagged.add(row.number)
                    row.warn("actual", RESHOWN)


def _fields_in(cells: CellRange, columns: Mapping[int, str]) -> list[str]:
    return [field for index, field in columns.items() if index in cells.columns]


def flag_duplicates(rows: Sequence[ImportRow]) -> None:
    """Reject all rows of a pledge that has several rows, because it is unclear which one is right."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        numbers[row.ref].append(row.number)
    for row in rows:
        if row.ref and len(numbers[row.ref]) > 1:
            others = (number for number in numbers[row.ref] if number != row.number)
            text = _("each pledge once (also in row %(rows)s)")
            row.reject("ref", text % {"rows": joined_first(others, len(numbers[row.ref]) - 1)})


def _parse_number(row: ImportRow) -> None:
    text = row.cells.get("actual", "")
    if not text:
        if not row.cells.get("status"):
            row.reject("actual", _("a number or a status"))
        return
    if text.startswith(FORMULA_SIGNS):
        row.reject("actual", _("a number, not a formula"))
        return
    if text.endswith(PERCENT_SIGNS) and row.cells.get("unit", PERCENT) == PERCENT:
        row.cells["unit"] = PERCENT
        text = text[:-1]
    try:
        row.actual = parse(text)
    except ValueError:
        row.reject("actual", _("a number such as 385 or 25.62, without unit"))


def _parse_day(row: ImportRow) -> None:
    try:
        row.as_of = parse_day(row.cells.get("as_of", ""))
    except ValueError:
        row.reject("as_of", _("a day such as 2025-12-31"))


def _validate_evidence(row: ImportRow) -> None:
    for name, field in EVIDENCE_FIELDS.items():
        if text := row.cells.get(name):
            try:
                field.run_validators(text)
            except ValidationError as error:
                is_link = name == "evidence"
                expected = _("one link that begins with https:// or http://") if is_link else error.messages[0]
                row.reject(name, expected)


def find_corrected(row: ImportRow, approved: Sequence[FollowUp]) -> None:
    """Find the approved follow-up, of these of the pledge, that the row corrects: the cell has its id or its day."""
    text = row.cells.get("supersedes")
    if not text:
        return
    found = [follow_up for follow_up in approved if _names(text, follow_up)]
    if len(found) == 1:
        row.corrected = found[0]
    elif approved:
        offered = found or approved
        choices = joined_first((f"{each.pk} ({each.finding_in_words()})" for each in offered), len(offered))
        row.reject("supersedes", _("the id or the day of an approved follow-up: %(choices)s") % {"choices": choices})
    else:
        row.reject("supersedes", _("an empty cell (the pledge has no approved follow-up)"))


def _names(text: str, follow_up: FollowUp) -> bool:
    try:
        return parse(text) == follow_up.pk
    except ValueError:
        pass
    try:
        return parse_day(text) == follow_up.as_of
    except ValueError:
        return False


def _parse_bound(row: ImportRow) -> None:
    if text := row.cells.get("actual_bound"):
        row.actual_bound = values_by_name(Bound).get(text.casefold(), Bound.EXACT)
        if text.casefold() not in values_by_name(Bound):
            row.reject("actual_bound", " / ".join(str(label) for label in Bound.labels))
        elif row.actual_bound != Bound.EXACT and not row.cells.get("actual"):
            row.reject("actual_bound", _("an empty cell (the row has no actual figure)"))


def _parse_status(row: ImportRow) -> None:
    if text := row.cells.get("status"):
        row.status = values_by_name(Status).get(text.casefold(), "").replace(Status.UNCHECKED, "")
        if not row.status:
            row.reject("status", " / ".join(str(label) for _status, label in ASSIGNABLE_STATUSES))


@cache
def values_by_name(choices: type[TextChoices]) -> dict[str, str]:
    """Values by themselves and by their labels in all languages."""
    names = {value: value for value in choices.values}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            names |= {str(label).casefold(): value for value, label in choices.choices}
    return names
