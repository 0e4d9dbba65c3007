"""Years, days, and partial dates such as a year or a month, in the notation of EDTF (ISO 8601-2)."""

import re
from calendar import monthrange
from datetime import date

from pledges.domain.numbers import narrow

# The patterns have no anchors: match them with `re.fullmatch()`.
DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
# A year, a month, a day, or "that day or later".
PARTIAL_DATE = r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01])(/\.\.)?)?)?"
# A year, a month or a day.
YEAR_MONTH_OR_DAY = "[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?"
# The first and the last year, an interval of ISO 8601.
PERIOD = "[0-9]{4}/[0-9]{4}"
# The separators after year, month and day. 04/03/2026 has no place here: it is 4 March or 3 April, by country.
SPELLINGS = [
    re.compile(f"([0-9]{{4}}){after_year}([0-9]{{1,2}}){after_month}([0-9]{{1,2}}){after_day}")
    for after_year, after_month, after_day in (
        ("-", "-", ""),
        ("[/／]", "[/／]", ""),
        (r"\.", r"\.", ""),
        ("年", "月", "日"),
    )
]


def parse_year(text: str) -> int:
    """Parse a year of four digits, which may be full-width. Raises ValueError for any other text."""
    written = narrow(text)
    if not re.fullmatch("[0-9]{4}", written):
        raise ValueError("not a year such as 2025")
    return int(written)


def parse_day(text: str) -> date:
    """Parse 2025-12-31, 2025/12/31, 2025.12.31 or 2025年12月31日; leading zeros are optional. Raises ValueError."""
    written = narrow(text)
    for spelling in SPELLINGS:
        if match := spelling.fullmatch(written):
            return date(*map(int, match.groups()))
    raise ValueError("not a day such as 2025-12-31")


def parse_partial_date(text: str) -> str:
    """Return a partial date in EDTF; a day may be written in any spelling of `parse_day()`. Raises ValueError."""
    try:
        return parse_day(text).isoformat()
    except ValueError:
        written = narrow(text)
        earliest(written)
        return written


def parse_period(text: str) -> str:
    """Return a period of several years as an interval of ISO 8601, 2021/2025. Raises ValueError for any other text."""
    written = narrow(text).replace("／", "/")
    if not re.fullmatch(PERIOD, written):
        raise ValueError("not a period such as 2021/2025")
    return written


def plan_year(day: date, fiscal_year_starts: int) -> int:
    """Return the fiscal year of a day. It is named by the calendar year in which it begins, with this month."""
    return day.year - (day.month < fiscal_year_starts)


def first_year(period: str, year: int, *, counted_from: int | None = None) -> int:
    """Return the first year that a target covers.

    It is the year after the one from which a change is counted, otherwise the first year of the period or, without one,
    the plan year.
    """
    if counted_from is not None:
        return counted_from + 1
    return int(period[:4]) if period else year


def counted_from(measure: str, baseline_year: int | None) -> int | None:
    """Return the year from whose end a change is counted, if that is stated. A rate per year covers its period."""
    return baseline_year if measure in {"growth", "increase"} else None


def is_day(text: str) -> bool:
    """Return whether a text has the form 2025-12-31. The day need not exist."""
    return re.fullmatch(DAY, text) is not None


def earliest(partial_date: str) -> date:
    """Return the earliest day that a date can mean, 2024-01-01 for 2024 and 2024-01. Raise ValueError if malformed."""
    if not re.fullmatch(PARTIAL_DATE, partial_date):
        raise ValueError("not of the form 2025, 2025-01, 2025-01-20 or 2025-01-20/..")
    year, month, day = partial_date[:4], partial_date[5:7] or "1", partial_date[8:10] or "1"
    return date(int(year), int(month), int(day))


def latest(partial_date: str) -> date | None:
    """Return the latest day that a well-formed date can mean, 2024-12-31 for 2024; None for “that day or later”."""
    if partial_date.endswith("/.."):
        return None
    first = earliest(partial_date)
    month = first.month if len(partial_date) > len("2024") else 12
    day = first.day if len(partial_date) > len("2024-01") else monthrange(first.year, month)[1]
    return date(first.year, month, day)
