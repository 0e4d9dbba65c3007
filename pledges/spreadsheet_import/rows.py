"""Parse a row of a sheet, and report the errors that can be found without the database."""

import dataclasses
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from pledges.domain.assessment import Assessment
from pledges.domain.dates import parse_day
from pledges.domain.numbers import parse
from pledges.locale.display_names import joined
from pledges.models import Evidence
from pledges.models.follow_up import ASSIGNABLE_STATUSES
from pledges.spreadsheet_import.header import HEADINGS
from pledges.spreadsheet_import.sheets import SheetRow

FORMULA_SIGNS = ("=", "＝")
EVIDENCE_FIELDS: dict[str, Any] = {
    "evidence": Evidence._meta.get_field("url"),
    "title": Evidence._meta.get_field("title"),
    "publisher": Evidence._meta.get_field("publisher"),
}


@dataclass(frozen=True, slots=True)
class CellProblem:
    """An error in a cell, in the language of the user. `column` is empty if the column has no heading."""

    column: str
    found: str
    expected: str


@dataclass(slots=True)
class ImportRow:
    """A row that becomes a follow-up unless it has problems. `cells` has the non-empty texts by field."""

    number: int
    cells: dict[str, str]
    pledge: int | None = None
    actual: Decimal | None = None
    unit: str | None = None
    as_of: date | None = None
    status: str = ""
    suggested: Assessment | None = None
    problems: list[CellProblem] = dataclasses.field(default_factory=list)

    @property
    def ref(self) -> str:
        return self.cells.get("ref", "")

    @property
    def link(self) -> str:
        return self.cells.get("evidence", "")

    @property
    def is_filled_in(self) -> bool:
        """Whether the row has more than the columns of the template."""
        return any(self.cells.get(name) for name in ("actual", "status", "evidence", "summary", "reason"))

    def reject(self, field: str, expected: object) -> None:
        self.problems.append(CellProblem(str(HEADINGS[field]), self.cells.get(field, ""), str(expected)))


def parse_row(fields: list[str], sheet_row: SheetRow) -> ImportRow:
    """Read a row whose columns hold these fields; an empty field is an ignored column."""
    number, cells = sheet_row
    row = ImportRow(number, {field: cell for field, cell in zip(fields, cells, strict=False) if field and cell})
    for cell in filter(None, cells[len(fields) :]):
        row.problems.append(CellProblem("", cell, _("nothing (this column has no name in the first row)")))
    if not row.ref:
        row.reject("ref", _("the reference of a pledge"))
    _parse_number(row)
    _parse_day(row)
    _validate_evidence(row)
    _parse_status(row)
    return row


def flag_duplicates(rows: Sequence[ImportRow]) -> None:
    """Reject all rows of a pledge that has several rows, because it is unclear which one is right."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        numbers[row.ref].append(row.number)
    for row in rows:
        if row.ref and len(numbers[row.ref]) > 1:
            others = joined(number for number in numbers[row.ref] if number != row.number)
            row.reject("ref", _("each pledge once (also in row %(rows)s)") % {"rows": others})


def _parse_number(row: ImportRow) -> None:
    text = row.cells.get("actual", "")
    if not text:
        if not row.cells.get("status"):
            row.reject("actual", _("a number or a status"))
        return
    if text.startswith(FORMULA_SIGNS):
        row.reject("actual", _("a number, not a formula"))
        return
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
                expected = _("an address that begins with https:// or http://") if is_link else error.messages[0]
                row.reject(name, expected)


def _parse_status(row: ImportRow) -> None:
    if text := row.cells.get("status"):
        row.status = _statuses_by_name().get(text.casefold(), "")
        if not row.status:
            row.reject("status", " / ".join(str(label) for _status, label in ASSIGNABLE_STATUSES))


@cache
def _statuses_by_name() -> dict[str, str]:
    """Statuses by their ids and by their labels in all languages."""
    names = {status: status for status, _label in ASSIGNABLE_STATUSES}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            names |= {str(label).casefold(): status for status, label in ASSIGNABLE_STATUSES}
    return names
