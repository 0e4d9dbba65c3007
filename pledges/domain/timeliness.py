"""Whether a pledge is upcoming, due soon or overdue: computed from its deadline and the current day, never stored."""

from datetime import date, timedelta
from enum import StrEnum

DUE_SOON_DAYS = 90


class Timeliness(StrEnum):
    UPCOMING = "upcoming"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"


def timeliness(deadline: date | None, *, has_verdict: bool, today: date) -> Timeliness | None:
    """Return the timeliness of a pledge, or None if it has no deadline, or has a verdict.

    The deadline is the last day on which the target can be reached: the pledge is overdue from the day after it, and
    due soon in the `DUE_SOON_DAYS` up to and including it.
    """
    if deadline is None or has_verdict:
        return None
    if deadline < today:
        return Timeliness.OVERDUE
    if deadline <= today + timedelta(days=DUE_SOON_DAYS):
        return Timeliness.DUE_SOON
    return Timeliness.UPCOMING


def window(kind: Timeliness, today: date) -> tuple[date | None, date | None]:
    """Return the first and the last deadline of pledges with this timeliness on `today`, None for an open end."""
    last_due_soon = today + timedelta(days=DUE_SOON_DAYS)
    match kind:
        case Timeliness.OVERDUE:
            return None, today - timedelta(days=1)
        case Timeliness.DUE_SOON:
            return today, last_due_soon
        case Timeliness.UPCOMING:
            return last_due_soon + timedelta(days=1), None


def is_late(deadline: date | None, met_on: date | None) -> bool | None:
    """Return whether a target was met after its deadline, or None if one of the two days is unknown."""
    return met_on > deadline if deadline and met_on else None
