"""Rules for a single follow-up, as pure functions. Triggers enforce the same rules under the same names."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction


def broken_follow_up_rules(
    *,
    status: str,
    amount: Fraction | None,
    unit_factor: Fraction,
    measure: str,
    is_relative: bool,
    as_of: date | None,
    said_earliest: date,
    last_day: date,
    today: date,
) -> Iterator[tuple[str, str]]:
    """Yield each broken rule as (field, name of the rule).

    `amount` is the exact actual figure in base units, `unit_factor` the number of base units in the pledge's unit, and
    `measure` a value of `Measure`. The pledge was made on `said_earliest` or later; `last_day` is the last day on which
    it can be met. A relative target is a distance from another figure.
    """
    is_distance = is_relative and measure != "rank"
    if amount is not None and not is_distance and not is_possible(amount, measure, unit_factor=unit_factor):
        yield "actual", "follow_up_actual_is_possible"
    if as_of and as_of > today:
        yield "as_of", "follow_up_as_of_not_in_future"
    if as_of and as_of < said_earliest:
        yield "as_of", "follow_up_as_of_not_before_statement"
    if status == "missed" and today <= last_day:
        yield "status", "follow_up_missed_only_after_deadline"
    elif status == "missed" and as_of and as_of < last_day:
        yield "as_of", "follow_up_missed_as_of_last_day"


def is_possible(amount: Fraction, measure: str, *, unit_factor: Fraction) -> bool:
    """Return whether an amount in base units can be an actual figure: a rank is 1, 2, 3…, a share at most 100%."""
    match measure:
        case "rank":
            return amount >= unit_factor and amount % unit_factor == 0
        case "share":
            return 0 <= amount <= 100 * unit_factor
        case "growth" | "average_growth" | "increase" | "level":
            return True
        case _:
            return amount >= 0
