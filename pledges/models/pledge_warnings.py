"""Warnings about pledges, with their sentences."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _

from pledges.domain.assessment import convert
from pledges.domain.follow_up_warnings import RANK_UNIT
from pledges.domain.numbers import plain
from pledges.domain.pledge_warnings import COMPARED_MEASURES, FIELDS, pledge_warnings
from pledges.models.entry_warnings import EntryWarning
from pledges.models.follow_up_warnings import SENTENCES as FOLLOW_UP_SENTENCES
from pledges.models.pledge import Pledge

SENTENCES = {
    "unit_of_other_dimension": _("The metric is not measured in “%(found)s”, but in units such as “%(compared)s”."),
    "change_as_amount": _("“%(found)s” is a change, but the measure is not one of a change."),
    "rank_as_amount": _("“%(found)s” is a rank, but the measure is not “rank”."),
    "rank_in_other_unit": FOLLOW_UP_SENTENCES["rank_in_other_unit"],
    "amount_far_from_earlier": _(
        "%(found)s is more than 100 times the earlier figures of this place and metric or less than 1/100 of them"
        " (%(compared)s)."
    ),
    "negative_count": _("There can't be fewer than none: %(found)s."),
}
CURRENCIES = frozenset({"money", "dollars"})  # slugs of dimensions; a balance can be negative
RELATED = ("unit__dimension", "metric__dimension", "compared_with")


class PledgeWarning(EntryWarning):
    sentences = SENTENCES
    fields = FIELDS


def find_warnings(pledges: Sequence[Pledge]) -> Iterator[list[PledgeWarning]]:
    """Yield the warnings about each pledge, which need not be saved."""
    earlier = _EarlierFigures(pledges)
    return (list(_warnings(pledge, earlier)) for pledge in pledges)


def _warnings(pledge: Pledge, earlier: "_EarlierFigures") -> Iterator[PledgeWarning]:
    unit, metric, target = pledge.unit, pledge.metric, pledge.target
    year, compared = earlier.of(pledge)
    figure = "～".join(plain(end) for end in dict.fromkeys((target.value, target.upper)))
    found = pledge_warnings(
        quote=pledge.quote,
        label=pledge.label or metric.name,
        measure=pledge.measure,
        figures=(target.value, target.upper),
        unit_factor=unit.exact_factor,
        base_unit=unit.dimension.base_unit,
        metric_base_unit=metric.dimension.base_unit,
        is_relative=pledge.is_relative,
        can_fall_below_zero=not unit.dimension.is_additive or unit.dimension.slug in CURRENCIES,
        earlier=compared and (Fraction(compared[0]), Fraction(compared[1])),
    )
    for code, words in found:
        match code:
            case "unit_of_other_dimension":
                yield PledgeWarning(code, unit.symbol, metric.dimension.base_unit)
            case "rank_in_other_unit":
                yield PledgeWarning(code, unit.symbol, RANK_UNIT)
            case "amount_far_from_earlier" if compared:
                ends = "～".join(dict.fromkeys(plain(convert(end, Fraction(1), unit.exact_factor)) for end in compared))
                yield PledgeWarning(code, f"{figure} {unit.symbol}", f"{year}: {ends} {unit.symbol}")
            case _:
                yield PledgeWarning(code, words or f"{figure} {unit.symbol}", "")


class _EarlierFigures:
    """The targets and actual figures of public pledges, with which those of other pledges are compared."""

    def __init__(self, pledges: Sequence[Pledge]) -> None:
        self.by_year: dict[Any, dict[int, list[Decimal]]] = defaultdict(lambda: defaultdict(list))
        rows = Pledge.objects.public().filter(
            compared_with=None,
            measure__in=COMPARED_MEASURES,
            district__in={pledge.district_id for pledge in pledges},
            metric__in={pledge.metric_id for pledge in pledges},
        )
        columns = ("district", "metric", "measure", "unit__dimension", "period", "year")
        figures = ("amount", "amount_max", "actual_amount")
        for *key, period, year, amount, amount_max, actual in rows.with_actual().values_list(*columns, *figures):
            found = self.by_year[*key, period != ""][year]
            found += [figure for figure in (amount, amount_max, actual) if figure is not None]

    def of(self, pledge: Pledge) -> tuple[int, tuple[Decimal, Decimal] | None]:
        """Return the last year before that of a pledge, and both ends of the range of its figures, in base units.

        The figure from which the pledge itself says that it starts goes before others.
        """
        if pledge.baseline is not None and pledge.measure in {"total", "level"}:
            baseline = convert(pledge.baseline, pledge.unit.exact_factor)
            return pledge.baseline_year or pledge.year - 1, (baseline, baseline)
        key = (pledge.district_id, pledge.metric_id, pledge.measure, pledge.unit.dimension_id, pledge.period != "")
        by_year = self.by_year.get(key, {})
        year = max((year for year in by_year if year < pledge.year), default=0)
        return year, (min(by_year[year]), max(by_year[year])) if year else None
