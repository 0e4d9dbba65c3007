"""Warnings about follow-ups, with their sentences. What an editor has confirmed is stored as keys of warnings."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from pledges.domain.follow_up_warnings import FIELDS, RANK_UNIT, follow_up_warnings
from pledges.domain.numbers import plain
from pledges.models.entry_warnings import EntryWarning
from pledges.models.pledge import Pledge
from pledges.models.unit import Unit

SENTENCES = {
    "evidence_before_statement": _("The evidence is of %(found)s, before the pledge was made (%(compared)s)."),
    "actual_far_from_target": _("%(found)s is more than 30 times the target or less than 1/30 of it (%(compared)s)."),
    "actual_far_from_previous": _(
        "%(found)s is more than 30 times the previous figure or less than 1/30 of it (%(compared)s)."
    ),
    "rank_in_other_unit": _("The rank is in “%(found)s”, not in a unit of ranks such as “%(compared)s”."),
}


class FollowUpWarning(EntryWarning):
    sentences = SENTENCES
    fields = FIELDS


@dataclass(frozen=True)
class Figure:
    """A figure in a unit. `factor` is that of the unit when the figure was judged."""

    value: Decimal
    unit: Unit
    factor: Fraction

    def __str__(self) -> str:
        return f"{plain(self.value)} {self.unit.symbol}"


def find_warnings(
    pledge: Pledge, actual: Figure | None, *, previous: Figure | None, evidence_days: Iterable[date]
) -> Iterator[FollowUpWarning]:
    """Yield the warnings about a follow-up of a pledge, whose figure is in a unit of the pledge's dimension."""
    said_earliest, factor = pledge.statement.document.date_earliest, pledge.unit.exact_factor
    ends = (pledge.target.value, pledge.target.upper)
    target = "～".join(plain(end) for end in dict.fromkeys(ends))
    compared = {
        "evidence_before_statement": str(said_earliest),
        "actual_far_from_target": f"{target} {pledge.unit_id}",
        "actual_far_from_previous": str(previous),
        "rank_in_other_unit": RANK_UNIT,
    }
    found = follow_up_warnings(
        actual=_converted(actual, factor),
        target=(Fraction(ends[0]), Fraction(ends[1])),
        previous=_converted(previous, factor),
        measure=pledge.measure,
        is_relative=pledge.is_relative,
        base_unit=pledge.unit.dimension.base_unit,
        evidence_days=evidence_days,
        said_earliest=said_earliest,
    )
    for code, day in found:
        values = {"evidence": day, "actual": actual, "unit": actual and actual.unit}
        yield FollowUpWarning(code, str(values[FIELDS[code]]), compared[code])


def _converted(figure: Figure | None, factor: Fraction) -> Fraction | None:
    return None if figure is None else Fraction(figure.value) * figure.factor / factor
