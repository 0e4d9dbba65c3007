"""Read a sheet of pledges: each row becomes an entry, with the fields of files."""

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledges.models.choices import Bound, DocumentKind, Measure, Strength, Tier
from pledges.models.pledge_warnings import PledgeWarning
from pledges.spreadsheet_import.cells import Cell, Sheet, SheetRow
from pledges.spreadsheet_import.header import Header
from pledges.spreadsheet_import.rows import (
    FORMULA_SIGNS,
    PERCENT,
    PERCENT_SIGNS,
    REPLACEMENT,
    RESHOWN,
    CellProblem,
    expected_text,
    merged_cells,
    values_by_name,
)

HEADINGS = {
    "ref": gettext_lazy("reference"),
    "document": gettext_lazy("document ID"),
    "document_title": gettext_lazy("document title"),
    "document_kind": gettext_lazy("kind of document"),
    "document_publisher": gettext_lazy("publisher"),
    "document_date": gettext_lazy("document date"),
    "document_published": gettext_lazy("date published"),
    "document_url": gettext_lazy("document link"),
    "document_archived_url": gettext_lazy("link to an archived copy"),
    "document_archived_on": gettext_lazy("archived on"),
    "official": gettext_lazy("official"),
    "post": gettext_lazy("title of the post"),
    "organisation": gettext_lazy("organisation"),
    "post_district": gettext_lazy("district of the post"),
    "body": gettext_lazy("body that speaks"),
    "headline": gettext_lazy("headline"),
    "district": gettext_lazy("district"),
    "quote": gettext_lazy("quote"),
    "metric": gettext_lazy("metric"),
    "label": gettext_lazy("metric as worded"),
    "measure": gettext_lazy("measure"),
    "compared_with": gettext_lazy("compared with"),
    "compared_with_district": gettext_lazy("compared with district"),
    "bound": gettext_lazy("qualifier"),
    "value": gettext_lazy("value"),
    "value_max": gettext_lazy("upper value"),
    "unit": gettext_lazy("unit"),
    "baseline": gettext_lazy("baseline"),
    "baseline_year": gettext_lazy("baseline year"),
    "tolerance": gettext_lazy("tolerance"),
    "year": gettext_lazy("year"),
    "deadline": gettext_lazy("deadline"),
    "period": gettext_lazy("period"),
    "strength": gettext_lazy("strength"),
    "tier": gettext_lazy("tier"),
    "success_criterion": gettext_lazy("explicit criterion"),
    "supersedes": gettext_lazy("supersedes"),
    "responsible_bodies": gettext_lazy("responsible bodies"),
    "note": gettext_lazy("note"),
}
REQUIRED = ("document", "quote", "metric", "measure", "bound", "value", "unit", "year", "strength", "tier")
PLEDGES = Header(HEADINGS, REQUIRED)
CHOICES: dict[str, type[TextChoices]] = {
    "document_kind": DocumentKind,
    "measure": Measure,
    "bound": Bound,
    "strength": Strength,
    "tier": Tier,
}
NUMBERS = frozenset({"value", "value_max", "baseline", "tolerance"})
# Of the items of a list. Names can contain spaces.
SEPARATORS = {"supersedes": re.compile(r"[,，、;；\s]+"), "responsible_bodies": re.compile(r"\s*[,，、;；\n]\s*")}


@dataclass(slots=True)
class PledgeRow:
    """A row of the sheet: the fields of an entry, and what can't be read."""

    number: int
    fields: dict[str, Any]
    problems: list[CellProblem] = dataclasses.field(default_factory=list)
    unreadable: set[str] = dataclasses.field(default_factory=set)
    """The fields that can't be read."""
    ref: str = ""
    """The reference that the pledge will get."""
    warnings: list[PledgeWarning] = dataclasses.field(default_factory=list)
    """What is possible but probably wrong: the row is added only if an editor confirms it."""

    @property
    def headed_warnings(self) -> list[tuple[str, PledgeWarning]]:
        """The warnings with the headings of their columns."""
        return [(str(HEADINGS[warning.field]), warning) for warning in self.warnings]

    @property
    def heading(self) -> list[str]:
        """What a person recognizes the row by: reference, district, metric and figure."""
        value = " – ".join(filter(None, map(self.fields.get, ("value", "value_max"))))
        return [
            self.ref or self.fields.get("ref", "–"),
            self.fields.get("district") or self.fields.get("post_district", ""),
            self.fields.get("label") or self.fields.get("metric", ""),
            f"{value} {self.fields.get('unit', '')}",
        ]

    def reject(self, field: str, expected: object) -> None:
        self.unreadable.add(field)
        heading = str(HEADINGS.get(field, field))
        self.problems.append(CellProblem(heading, str(self.fields.get(field, "")), str(expected)))


def read_rows(sheet: Sheet) -> list[PledgeRow]:
    """Return the rows that are not empty. Raises SheetError for a header row that can't be used."""
    (_number, header), *others = sheet.rows
    columns = PLEDGES.columns(header)
    rows = [_read_row(columns, sheet_row) for sheet_row in others]
    named = {index: field for index, field in columns.items() if field}
    for row, field, expected in merged_cells(rows, sheet.merged, named):
        row.reject(field, expected)
    return [row for row in rows if row.fields or row.problems]


def _read_row(columns: Mapping[int, str], sheet_row: SheetRow) -> PledgeRow:
    number, cells = sheet_row
    texts = {columns[index]: cell.text.strip() for index, cell in cells.items() if columns.get(index)}
    row = PledgeRow(number, {field: text for field, text in texts.items() if text})
    for index, cell in cells.items():
        if index not in columns:
            row.problems.append(CellProblem("", cell.text, _("nothing (this column has no name in the first row)")))
        elif field := columns[index]:
            _check_cell(row, field, cell)
    if row.fields.get("value", "").endswith(PERCENT_SIGNS) and row.fields.get("unit", PERCENT) == PERCENT:
        row.fields |= {"value": row.fields["value"][:-1], "unit": PERCENT}
    for field, choices in CHOICES.items():
        if text := row.fields.get(field):
            row.fields[field] = values_by_name(choices).get(text.casefold(), text)
    for field, separator in SEPARATORS.items():
        if field in row.fields:
            row.fields[field] = separator.split(row.fields[field])
    return row


def _check_cell(row: PledgeRow, field: str, cell: Cell) -> None:
    if expected := cell.problem or cell.warning or _expected(row, field, cell):
        row.reject(field, expected)


def _expected(row: PledgeRow, field: str, cell: Cell) -> object:
    """Return what is expected instead of a text that no cell of a sheet means as text; empty if nothing is wrong."""
    if expected := expected_text(cell.text, is_prose=field not in NUMBERS):
        return expected
    if cell.text.startswith(FORMULA_SIGNS):
        return _("a number, not a formula")
    if REPLACEMENT in cell.text:
        return _("text without lost characters: save the file in UTF-8 or as XLSX")
    is_unit = field in NUMBERS and cell.affix == row.fields.get("unit")
    return RESHOWN if cell.is_rescaled or (cell.affix and not is_unit) else ""
