"""One row of a sheet: what its cells say, and what is wrong with them by themselves."""

import dataclasses
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from pledges.domain.assessment import Assessment
from pledges.domain.numbers import parse
from pledges.models import Evidence
from pledges.models.follow_up import ASSIGNABLE_STATUSES
from pledges.spreadsheet_import.headings import HEADINGS
from pledges.spreadsheet_import.sheets import Line

DAY = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", re.ASCII)
BEGINS_FORMULA = ("=", "＝")
EVIDENCE: dict[str, Any] = {
    "evidence": Evidence._meta.get_field("url"),
    "title": Evidence._meta.get_field("title"),
    "publisher": Evidence._meta.get_field("publisher"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    column: str
    found: str
    expected: str


@dataclass(slots=True)
class Figure:
    """A follow-up to be, as far as it could be read."""

    row: int
    texts: dict[str, str]
    pledge: int | None = None
    actual: Decimal | None = None
    unit: str | None = None
    as_of: date | None = None
    status: str = ""
    suggested: Assessment | None = None
    problems: list[Problem] = dataclasses.field(default_factory=list)

    @property
    def ref(self) -> str:
        return self.texts.get("ref", "")

    @property
    def link(self) -> str:
        return self.texts.get("evidence", "")

    @property
    def is_filled_in(self) -> bool:
        """Whether anything stands here that a template does not have already."""
        return any(self.texts.get(name) for name in ("actual", "status", "evidence", "summary", "reason"))

    def reject(self, column: str, expected: object) -> None:
        self.problems.append(Problem(str(HEADINGS[column][0]), self.texts.get(column, ""), str(expected)))


def figure_of(columns: list[str], line: Line) -> Figure:
    number, cells = line
    figure = Figure(number, {name: cell for name, cell in zip(columns, cells, strict=False) if name and cell})
    for cell in filter(None, cells[len(columns) :]):
        figure.problems.append(Problem("", cell, _("nothing: no column of the first row stands above it")))
    if not figure.ref:
        figure.reject("ref", _("the reference of a pledge"))
    _read_number(figure)
    _read_day(figure)
    _read_evidence(figure)
    _read_status(figure)
    return figure


def note_repeats(figures: Sequence[Figure]) -> None:
    """Of several rows for one pledge none is taken: which one is meant can't be told."""
    rows: dict[str, list[int]] = defaultdict(list)
    for figure in figures:
        rows[figure.ref].append(figure.row)
    for figure in figures:
        if figure.ref and len(rows[figure.ref]) > 1:
            others = ", ".join(str(row) for row in rows[figure.ref] if row != figure.row)
            figure.reject("ref", _("each pledge once; it also stands in row %(rows)s") % {"rows": others})


def _read_number(figure: Figure) -> None:
    written = figure.texts.get("actual", "")
    if not written:
        if not figure.texts.get("status"):
            figure.reject("actual", _("a number, or a status"))
        return
    if written.startswith(BEGINS_FORMULA):
        figure.reject("actual", _("a number, not a formula"))
        return
    try:
        figure.actual = parse(written)
    except ValueError:
        figure.reject("actual", _("a number such as 385 or 25.62, without unit"))


def _read_day(figure: Figure) -> None:
    match = DAY.fullmatch(figure.texts.get("as_of", ""))
    try:
        figure.as_of = date(*map(int, match.groups())) if match else None
    except ValueError:
        figure.as_of = None
    if figure.as_of is None:
        figure.reject("as_of", _("a day such as 2025-12-31"))


def _read_evidence(figure: Figure) -> None:
    for column, field in EVIDENCE.items():
        if written := figure.texts.get(column):
            try:
                field.run_validators(written)
            except ValidationError as error:
                is_link = column == "evidence"
                expected = _("an address that begins with https:// or http://") if is_link else error.messages[0]
                figure.reject(column, expected)


def _read_status(figure: Figure) -> None:
    if written := figure.texts.get("status"):
        figure.status = _statuses().get(written.casefold(), "")
        if not figure.status:
            figure.reject("status", " / ".join(str(label) for _status, label in ASSIGNABLE_STATUSES))


@cache
def _statuses() -> dict[str, str]:
    """Statuses by their ids and their names in both languages."""
    names = {status: status for status, _label in ASSIGNABLE_STATUSES}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            names |= {str(label).casefold(): status for status, label in ASSIGNABLE_STATUSES}
    return names
