"""Rules for a single target, as pure functions, so that a file of a million rows can be checked before it is loaded.

The database has constraints of the same names; a property test shows that both agree.
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from pledges.domain.assessment import CAN_BE_NEGATIVE, CHANGES, PERCENTAGE_POINTS, STRICT_BOUNDS
from pledges.domain.dates import PERIOD

FIRST_YEAR, LAST_YEAR = 1949, 2200
LAST_DAY = date(LAST_YEAR, 12, 31)
GROWTH_RATES = frozenset({"growth", "average_growth"})
PERCENTAGES = GROWTH_RATES | {"share"}
Key = int | str  # of a metric or district


def broken_target_rules(
    *,
    value: Decimal,
    value_max: Decimal | None,
    baseline: Decimal | None,
    baseline_year: int | None,
    unit: str,
    measure: str,
    year: int,
    deadline: date | None,
    period: str,
    bound: str,
    tolerance: Decimal | None,
    said_earliest: date,
    metric: Key,
    district: Key,
    compared_with: Key | None,
    compared_with_district: Key | None,
) -> Iterator[tuple[str, str]]:
    """Yield each broken rule as (field, name of the rule).

    `said_earliest` is the first day on which the target can have been stated. Metrics and districts are given by any
    keys; those of the figure with which a relative target is compared are None for other targets.
    """
    is_relative = compared_with is not None
    figures = [("value", value), ("value_max", value_max), ("baseline", baseline)]
    can_be_negative = measure in CAN_BE_NEGATIVE or (is_relative and measure != "rank")
    lowest = None if can_be_negative else Decimal(measure == "rank")
    rule_of_lowest = "pledge_rank_at_least_1" if measure == "rank" else "pledge_value_not_negative"
    for field, figure in figures:
        if figure is None:
            continue
        if lowest is not None and figure < lowest:
            yield field, rule_of_lowest
        if measure == "share" and figure > 100:
            yield field, "pledge_share_at_most_100"
    if value_max is not None and value_max < value:
        yield "value_max", "pledge_value_max_not_below_value"
    if not is_relative and measure in PERCENTAGES and unit != "%":
        yield "unit", "pledge_growth_and_share_in_percent"
    can_be_strict = is_relative or measure in GROWTH_RATES
    if bound in STRICT_BOUNDS and (not can_be_strict or value != 0 or value_max is not None):
        yield "bound", "pledge_strict_bound_of_zero"
    if is_relative:
        if measure == "rank":
            yield "measure", "pledge_comparison_not_of_ranks"
        if unit == "%" or (measure in PERCENTAGES and unit != PERCENTAGE_POINTS):
            yield "unit", "pledge_comparison_in_unit_of_distance"
        if compared_with == metric and compared_with_district in {None, district}:
            yield "compared_with", "pledge_comparison_with_other_figure"
    elif compared_with_district is not None:
        yield "compared_with_district", "pledge_comparison_has_metric"
    if tolerance is not None:
        if tolerance < 0:
            yield "tolerance", "pledge_tolerance_not_negative"
        if bound != "about" or measure == "rank":
            yield "tolerance", "pledge_tolerance_of_about"
    if not FIRST_YEAR <= year <= LAST_YEAR:
        yield "year", "pledge_year_plausible"
    if period:
        yield from (("period", rule) for rule in _broken_period_rules(period, year))
    elif measure == "average_growth":
        yield "period", "pledge_average_growth_has_period"
    if baseline_year is not None:
        if not FIRST_YEAR <= baseline_year < _first_year(period, year):
            yield "baseline_year", "pledge_baseline_year_before_target"
        if measure not in CHANGES and baseline is None:
            yield "baseline_year", "pledge_baseline_year_of_change"
    if deadline is not None:
        if deadline.year < year:
            yield "deadline", "pledge_deadline_not_before_year"
        if deadline > LAST_DAY:
            yield "deadline", "pledge_days_plausible"
        if deadline < said_earliest:
            yield "deadline", "pledge_deadline_not_before_statement"


def _first_year(period: str, year: int) -> int:
    return min(int(period[:4]), year) if re.fullmatch(PERIOD, period) else year


def _broken_period_rules(period: str, year: int) -> Iterator[str]:
    if not re.fullmatch(PERIOD, period):
        yield "pledge_period_is_interval"
        return
    first, last = int(period[:4]), int(period[5:])
    if not FIRST_YEAR <= first < last:
        yield "pledge_period_in_order"
    if last != year:
        yield "pledge_period_ends_with_year"
