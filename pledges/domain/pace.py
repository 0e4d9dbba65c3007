"""Whether a target is reached as fast as time passes. It is computed from the newest figure, never stored."""

from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from pledges.domain.assessment import Target

MARGIN = Fraction(1, 10)
ADDED_UP = frozenset({"total", "increase"})  # measures whose figures grow from 0 while the period passes


class Pace(StrEnum):
    ON_TRACK = "on_track"
    AHEAD = "ahead"
    BEHIND = "behind"


def pace(
    target: Target,
    reached: Fraction | None,
    *,
    as_of: date | None,
    first_year: int,
    last_day: date,
    fiscal_year_starts: int = 1,
) -> Pace | None:
    """Compare the share of the target that was reached on a day with the share of the time that had passed by then.

    `reached` is the actual figure as of the end of `as_of`, in the unit of the target. The time runs from the
    first day of the first fiscal year to the end of the last day. The result is None without a figure or day, and for
    limits, rates, shares and levels, which have no share that grows.
    """
    share = _share_reached(target, reached)
    if share is None or as_of is None:
        return None
    ahead = share - share_of_time(
        as_of, first_year=first_year, last_day=last_day, fiscal_year_starts=fiscal_year_starts
    )
    if abs(ahead) <= MARGIN:
        return Pace.ON_TRACK
    return Pace.AHEAD if ahead > 0 else Pace.BEHIND


def share_of_time(as_of: date, *, first_year: int, last_day: date, fiscal_year_starts: int = 1) -> Fraction:
    """Return the share of the time that has passed at the end of a day, from 0 to 1."""
    day_before = date(first_year, fiscal_year_starts, 1) - timedelta(days=1)
    passed = Fraction((as_of - day_before).days, (last_day - day_before).days)
    return min(max(passed, Fraction(0)), Fraction(1))


def _share_reached(target: Target, reached: Fraction | None) -> Fraction | None:
    """Return the figure as a share of the target. The baseline of a total is another period's, and does not count."""
    figure = next((end.figure for end in target.ends if end.is_amount), None)
    if reached is None or figure is None or target.measure not in ADDED_UP or target.is_relative:
        return None
    # Figures in other units are rounded when they are converted; 110% must not become a little more by that.
    return (reached / Fraction(figure)).limit_denominator(10**9)
