"""Days, and partial dates such as a year or a month, in the notation of EDTF (ISO 8601-2)."""

import re
from datetime import date

# The patterns have no anchors: match them with `re.fullmatch()`.
DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
# A year, a month, a day, or "that day or later".
PARTIAL_DATE = r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01])(/\.\.)?)?)?"


def is_day(text: str) -> bool:
    """Return whether a text has the form 2025-12-31. The day need not exist."""
    return re.fullmatch(DAY, text) is not None


def earliest(partial_date: str) -> date:
    """Return the earliest day that a date can mean, 2024-01-01 for 2024 and 2024-01. Raise ValueError if malformed."""
    if not re.fullmatch(PARTIAL_DATE, partial_date):
        raise ValueError("not of the form 2025, 2025-01, 2025-01-20 or 2025-01-20/..")
    year, month, day = partial_date[:4], partial_date[5:7] or "1", partial_date[8:10] or "1"
    return date(int(year), int(month), int(day))
