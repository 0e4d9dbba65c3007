"""What must hold of a assessment, whoever makes it; the database holds the same under the same names."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal


def broken_follow_up_rules(
    *,
    status: str,
    actual: Decimal | None,
    measure: str,
    as_of: date | None,
    said_earliest: date,
    last_day: date,
    today: date,
) -> Iterator[tuple[str, str]]:
    """The rules that a assessment breaks on a day, each as the field at fault and the rule's name.

    `actual` is in the unit of the pledge, `measure` how that is measured; the pledge was said on `said_earliest` or
    later, and `last_day` is the last on which it can be met.
    """
    if actual is not None and not is_possible(actual, measure):
        yield "actual", "follow_up_actual_is_possible"
    if as_of and as_of > today:
        yield "as_of", "follow_up_as_of_not_in_future"
    if as_of and as_of < said_earliest:
        yield "as_of", "follow_up_as_of_not_before_statement"
    if status == "missed" and today <= last_day:
        yield "status", "follow_up_missed_only_after_deadline"
    elif status == "missed" and as_of and as_of < last_day:
        yield "as_of", "follow_up_missed_as_of_last_day"


def is_possible(actual: Decimal, measure: str) -> bool:
    """Whether a figure can be what is measured: a place is 1, 2, 3…, and a share has at most 100 per cent."""
    match measure:
        case "rank":
            return actual >= 1 and actual == actual.to_integral_value()
        case "share":
            return 0 <= actual <= 100
        case "growth" | "increase":
            return True
        case _:
            return actual >= 0
