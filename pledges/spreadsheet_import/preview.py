"""What a file would do: each row with its pledge and the suggested status, or with all that is wrong with it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from django.utils.translation import gettext as _

from pledges.database.batches import batches
from pledges.database.locks import lock
from pledges.models import FollowUp, Pledge, Unit
from pledges.models.choices import ReviewState, Status
from pledges.models.follow_up import ASSIGNABLE_STATUSES, assessment, broken_rules, lacks_evidence, lacks_reason
from pledges.models.violations import violation_messages
from pledges.spreadsheet_import.headings import fields
from pledges.spreadsheet_import.rows import Figure, figure_of, note_repeats
from pledges.spreadsheet_import.sheets import lines

AT_ONCE = 2000


@dataclass(frozen=True)
class Preview:
    figures: list[Figure]
    not_filled_in: int
    """Rows of a filled template in which nothing was written."""

    @property
    def correct(self) -> list[Figure]:
        return [figure for figure in self.figures if not figure.problems]

    @property
    def wrong(self) -> list[Figure]:
        return [figure for figure in self.figures if figure.problems]

    @property
    def statuses(self) -> list[tuple[str, int]]:
        """How many of the correct rows have which status."""
        counts = Counter(figure.status for figure in self.correct)
        return [(str(label), counts[status]) for status, label in ASSIGNABLE_STATUSES if counts[status]]

    @property
    def digest(self) -> str:
        """Another one as soon as anything would be written that an editor has not seen."""
        seen = sha256()
        for figure in self.figures:
            written = (figure.row, figure.pledge, figure.actual, figure.unit, figure.as_of, figure.status)
            seen.update(f"{written} {len(figure.problems)}\n".encode())
        return seen.hexdigest()


def preview(content: bytes, *, locking: bool = False) -> Preview:
    """Read a file and compare it with the record; SheetError if it can't be read. Nothing is written.

    Its pledges can be locked first: then what is found holds until the transaction ends.
    """
    rows = lines(content)
    columns = fields(next(rows)[1])
    figures = [figure_of(columns, row) for row in rows]
    filled_in = [figure for figure in figures if figure.is_filled_in]
    note_repeats(filled_in)
    if locking:
        lock(Pledge.objects.filter(ref__in=[figure.ref for figure in filled_in]))
    units = Unit.objects.in_bulk()
    for some in batches(filled_in, AT_ONCE):
        _compare(some, units)
    return Preview(filled_in, not_filled_in=len(figures) - len(filled_in))


def _compare(figures: Sequence[Figure], units: Mapping[str, Unit]) -> None:
    pledges = {
        pledge.ref: pledge
        for pledge in Pledge.objects.public()
        .filter(ref__in=[figure.ref for figure in figures])
        .select_related("metric", "unit", "statement__document")
        .defer("search_text", "quote", "note", "statement__document__text")
    }
    existing = set(
        FollowUp.objects.filter(
            pledge__in=pledges.values(), state__in=[ReviewState.SUBMITTED, ReviewState.APPROVED]
        ).values_list("pledge_id", "actual", "unit_id", "as_of", "status")
    )
    for figure in figures:
        pledge = pledges.get(figure.ref)
        if pledge is None:
            if figure.ref:
                figure.reject("ref", _("the reference of a published pledge; there is none like this"))
            continue
        figure.pledge = pledge.pk
        _judge(figure, pledge, units)
        if (figure.pledge, figure.actual, figure.unit, figure.as_of, figure.status) in existing:
            figure.reject("ref", _("something new: the same was submitted or approved already"))


def _judge(figure: Figure, pledge: Pledge, units: Mapping[str, Unit]) -> None:
    unit = None
    if figure.actual is not None:
        unit = units.get(figure.texts.get("unit", pledge.unit_id))
        if unit is None:
            figure.reject("unit", _("a known unit, such as the pledge's: %(unit)s") % {"unit": pledge.unit_id})
            return
        figure.unit = unit.symbol
        if figure.as_of:
            figure.suggested = assessment(pledge, figure.actual, unit, figure.as_of)
    is_misspelt = "status" in figure.texts and not figure.status
    if figure.suggested and not figure.status and not is_misspelt:
        figure.status = figure.suggested.status
    for column, rule in broken_rules(pledge, figure.status, figure.actual, unit, figure.as_of):
        figure.reject(column, violation_messages()[rule])
    if lacks_evidence(figure.status, has_evidence=bool(figure.link)):
        figure.reject("evidence", _("a link: “%(status)s” needs proof") % {"status": Status(figure.status).label})
    reason = figure.texts.get("reason", "")
    if figure.suggested and figure.status and lacks_reason(figure.suggested, figure.status, reason):
        label = Status(figure.suggested.status).label
        figure.reject("reason", _("a reason: the figures suggest “%(status)s”") % {"status": label})
