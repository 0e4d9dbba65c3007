"""Compare the figure of a relative target with the approved actual figure of the other metric."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from pledges.domain.assessment import PERCENTAGE_POINTS, convert
from pledges.domain.comparison_wording import measured_quantity
from pledges.domain.wording import figure_in_words
from pledges.models.choices import Bound
from pledges.models.natural_keys import current_language
from pledges.models.pledge import Pledge
from pledges.models.unit import Unit

PERCENT = "%"


@dataclass(frozen=True)
class Comparison:
    """The own figure of a relative target, in a unit of rates, and the approved follow-up with the other figure."""

    pledge: Pledge
    own: Decimal
    bound: str
    unit: Unit
    other: Any

    @property
    def distance(self) -> Decimal:
        """The own figure less the other one, in the unit of the target."""
        own, other = convert(self.own, self.unit.exact_factor), convert(self.other.actual, self.other.unit.exact_factor)
        return convert(own - other, Fraction(1), self.pledge.unit.exact_factor)

    def __str__(self) -> str:
        language = current_language()
        return _("%(own_name)s: %(own)s; %(other_name)s: %(other)s (%(ref)s).") % {
            "own_name": measured_quantity(self.pledge.metric_in(language), self.pledge.target, language),
            "own": figure_in_words(self.own, self.bound, self.unit.names, language),
            "other_name": self.pledge.compared_quantity_in(language),
            "other": self.other.actual_in_words,
            "ref": self.other.pledge.ref,
        }


def compares_rates(pledge: Pledge) -> bool:
    """Return whether a target is the distance between two rates, in percentage points."""
    return pledge.is_relative and pledge.unit_id == PERCENTAGE_POINTS


def is_own_figure(unit: Unit, pledge: Pledge) -> bool:
    """Return whether a figure in a unit is not the distance in percentage points, but a rate to be compared."""
    return compares_rates(pledge) and unit.dimension.base_unit == PERCENT


def compared_follow_up(pledge: Pledge, as_of: date | None, approved: QuerySet[Any]) -> Any:
    """Return the follow-up with the figure with which a relative target is compared, as of the same day, or None.

    `approved` are follow-ups in force. The figure is that of a public pledge of the other metric for the same place, or
    the place that the target names, with the same measure and for the same years.
    """
    same = Pledge.objects.public().filter(
        metric=pledge.compared_with_id,
        district=pledge.compared_with_district_id or pledge.district_id,
        compared_with=None,
        measure=pledge.measure,
        year=pledge.year,
        period=pledge.period,
        baseline_year=pledge.baseline_year,
    )
    figures = approved.filter(
        pledge__in=same, as_of=as_of, actual__isnull=False, actual_bound__in=[Bound.EXACT, Bound.ABOUT]
    ).filter(unit__dimension__base_unit=PERCENT)
    return figures.select_related("unit", "pledge").decisive_first().first() if as_of else None  # type: ignore[attr-defined]
