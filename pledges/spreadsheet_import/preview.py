"""Compare a sheet with the record, and add to each row its pledge and suggested status, or its problems."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from operator import itemgetter
from typing import Any

from django.utils.translation import gettext as _

from pledges.database.batches import batches
from pledges.database.locks import lock
from pledges.domain.units import fold_symbol
from pledges.models import FollowUp, Pledge, Redirect, Unit
from pledges.models.choices import ReviewState, RowKind, Status
from pledges.models.follow_up import (
    ASSIGNABLE_STATUSES,
    assessment,
    broken_rules,
    is_comparable,
    lacks_evidence,
    lacks_reason,
    status_stays,
)
from pledges.models.follow_up_warnings import Figure, find_warnings
from pledges.models.violations import violation_messages
from pledges.spreadsheet_import.cells import Sheet
from pledges.spreadsheet_import.header import ACTUAL_FIGURES
from pledges.spreadsheet_import.rows import (
    ImportRow,
    find_corrected,
    flag_duplicates,
    flag_merged,
    flag_reformatted,
    parse_row,
)

BATCH_SIZE = 2000


@dataclass(frozen=True)
class Preview:
    sheet: Sheet
    rows: list[ImportRow]
    not_filled_in: int
    """The number of rows in which nothing was filled in."""

    @property
    def valid(self) -> list[ImportRow]:
        return [row for row in self.rows if not row.problems]

    @property
    def invalid(self) -> list[ImportRow]:
        return [row for row in self.rows if row.problems]

    @property
    def held(self) -> list[ImportRow]:
        """The valid rows that an editor has to confirm."""
        return [row for row in self.valid if row.warnings]

    @property
    def statuses(self) -> list[tuple[str, int]]:
        """Labels of statuses, and how many valid rows have each."""
        counts = Counter(row.status for row in self.valid)
        return [(str(label), counts[status]) for status, label in ASSIGNABLE_STATUSES if counts[status]]

    @property
    def digest(self) -> str:
        """A hash of the rows, which a confirmation repeats, so that only the rows that were shown are written."""
        digest = sha256()
        for row in self.rows:
            corrected = row.corrected and row.corrected.pk
            values = (row.number, row.pledge, row.actual, row.unit, row.as_of, row.status, corrected)
            warnings = (len(row.warnings), row.confirmed_warnings)
            digest.update(f"{values} {len(row.problems)} {warnings} {row.note}\n".encode())
        return digest.hexdigest()


def preview(sheet: Sheet, *, locking: bool = False) -> Preview:
    """Compare a sheet with the record, without writing. Raise SheetError for a header row that can't be used.

    With `locking` the pledges are locked first, so that the preview holds until the transaction ends.
    """
    (_number, header), *others = sheet.rows
    fields = ACTUAL_FIGURES.columns(header)
    rows = [parse_row(fields, sheet_row) for sheet_row in others]
    named = {index: field for index, field in fields.items() if field}
    flag_merged(rows, sheet.merged, named)
    flag_reformatted(rows, sheet.reformatted, named)
    filled_in = [row for row in rows if row.is_filled_in]
    flag_duplicates(filled_in)
    if locking:
        lock(Pledge.objects.filter(ref__in=[row.ref for row in filled_in]))
    units = Unit.objects.in_bulk()
    units |= {merged: units[unit] for merged, unit in Redirect.objects.targets(RowKind.UNIT).items()}
    units = {fold_symbol(symbol): unit for symbol, unit in units.items()} | units
    for batch in batches(filled_in, BATCH_SIZE):
        _compare(batch, units)
    return Preview(sheet, filled_in, not_filled_in=len(rows) - len(filled_in))


def _compare(rows: Sequence[ImportRow], units: Mapping[str, Unit]) -> None:
    pledges = {
        pledge.ref: pledge
        for pledge in Pledge.objects.public()
        .filter(ref__in=[row.ref for row in rows])
        .select_related("metric", "unit__dimension", "statement__document", "current_follow_up")
        .defer("search_text", "quote", "note", "statement__document__text")
    }
    existing: set[tuple[Any, ...]] = set(
        FollowUp.objects.filter(
            pledge__in=pledges.values(), state__in=[ReviewState.SUBMITTED, ReviewState.APPROVED]
        ).values_list("pledge_id", "actual", "unit_id", "as_of", "status", "supersedes_id")
    )
    existing |= {(*content, None) for *content, _corrected in existing}
    approved = _approved(pledges.values())
    for row in rows:
        pledge = pledges.get(row.ref)
        if pledge is None:
            if row.ref:
                row.reject("ref", _("the reference of a published pledge (there is none with this one)"))
            continue
        row.pledge = pledge.pk
        _assess(row, pledge, units)
        find_corrected(row, approved[row.pledge])
        others = [other for other in approved[row.pledge] if other != row.corrected]
        _warn_about_figure(row, pledge, units, others)
        current = pledge.current_follow_up
        if row.corrected and row.corrected == current:
            current = _latest(others)
        if current and current.as_of and row.as_of and current.as_of > row.as_of:
            row.note = status_stays(current)
        corrected = row.corrected and row.corrected.pk
        if (row.pledge, row.actual, row.unit, row.as_of, row.status, corrected) in existing:
            row.reject("ref", _("new content (the same follow-up was already submitted or approved)"))


def _approved(pledges: Iterable[Pledge]) -> dict[int, list[FollowUp]]:
    """Return the approved follow-ups in force by the primary keys of their pledges."""
    found: dict[int, list[FollowUp]] = defaultdict(list)
    by_key = {pledge.pk: pledge for pledge in pledges}
    for follow_up in FollowUp.objects.in_force().filter(pledge__in=by_key).select_related("unit"):
        follow_up.pledge = by_key[follow_up.pledge_id]
        found[follow_up.pledge_id].append(follow_up)
    return found


def _latest(approved: Iterable[FollowUp]) -> FollowUp | None:
    """Return the follow-up that determines the status of the pledge if only these are in force."""
    dated = [(follow_up.as_of, follow_up.reviewed_at, follow_up) for follow_up in approved if follow_up.as_of]
    return max(dated, key=itemgetter(0, 1), default=(None, None, None))[-1]


def _assess(row: ImportRow, pledge: Pledge, units: Mapping[str, Unit]) -> None:
    unit = None
    if row.actual is not None:
        symbol = row.cells.get("unit", pledge.unit_id)
        unit = units.get(symbol) or units.get(fold_symbol(symbol))
        if unit is None:
            row.reject("unit", _("a known unit, such as the pledge's: %(unit)s") % {"unit": pledge.unit_id})
            return
        row.unit = unit.symbol
        if row.affix not in {"", unit.symbol}:
            row.warn("actual", _("shown with “%(text)s”, but the unit is %(unit)s") % {"text": row.affix, "unit": unit})
        if row.as_of:
            row.suggested = assessment(pledge, row.actual, unit, row.as_of)
    is_misspelt = "status" in row.cells and not row.status
    if row.suggested and not row.status and not is_misspelt:
        row.status = row.suggested.status
    for field, rule in broken_rules(pledge, row.status, row.actual, unit, row.as_of):
        row.reject(field, violation_messages()[rule])
    if lacks_evidence(row.status, has_evidence=bool(row.link)):
        row.reject("evidence", _("a link: “%(status)s” needs evidence") % {"status": Status(row.status).label})
    if row.suggested and row.status and lacks_reason(row.suggested, row.status, row.cells.get("reason", "")):
        label = Status(row.suggested.status).label
        row.reject("reason", _("a reason (suggested status: “%(status)s”)") % {"status": label})


def _warn_about_figure(row: ImportRow, pledge: Pledge, units: Mapping[str, Unit], approved: Sequence[FollowUp]) -> None:
    """Hold a row whose figure is possible but probably wrong. A row without a reason for it is rejected."""
    if row.actual is None or row.unit is None or not is_comparable(units[row.unit], pledge):
        return
    unit = units[row.unit]
    previous = _latest(each for each in approved if each.has_comparable_figure)
    actual = Figure(row.actual, unit, unit.exact_factor)
    for warning in find_warnings(pledge, actual, previous=previous.figure if previous else None, evidence_days=[]):
        row.confirmed_warnings.append(warning.key)
        row.warn(warning.field, warning)
        if not row.cells.get("reason"):
            row.reject("reason", _("a reason, since this is unusual: %(warning)s") % {"warning": warning})
