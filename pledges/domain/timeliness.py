"""Whether a pledge is due: computed from dates on the day of asking, never stored."""

from datetime import date, timedelta
from enum import StrEnum

DUE_SOON_DAYS = 90


class Timeliness(StrEnum):
    UPCOMING = "upcoming"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"


def timeliness(deadline: date | None, *, has_verdict: bool, today: date) -> Timeliness | None:
    """How a pledge stands towards its deadline; None where it has none, or is decided.

    The deadline is the last day on which the target can be reached, so the pledge is overdue from the
    day after, and due soon in the 90 days up to and including it.
    """
    if deadline is None or has_verdict:
        return None
    if deadline < today:
        return Timeliness.OVERDUE
    if deadline <= today + timedelta(days=DUE_SOON_DAYS):
        return Timeliness.DUE_SOON
    return Timeliness.UPCOMING


def window(kind: Timeliness, today: date) -> tuple[date | None, date | None]:
    """The first and the last deadline of those that are of a kind on a day; None where it is open."""
    last_due_soon = today + timedelta(days=DUE_SOON_DAYS)
    match kind:
        case Timeliness.OVERDUE:
            return None, today - timedelta(days=1)
        case Timeliness.DUE_SOON:
            return today, last_due_soon
        case Timeliness.UPCOMING:
            return last_due_soon + timedelta(days=1), None


def is_late(deadline: date | None, met_on: date | None) -> bool | None:
    """Whether a target was met after its deadline; None where one of the two days isn't known."""
    return met_on > deadline if deadline and met_on else None
