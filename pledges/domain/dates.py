"""Days that are known only roughly, in the notation of EDTF (ISO 8601-2)."""

import re
from datetime import date

FULL_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
# A year, a month, a day, or "that day or later".
PARTIAL_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:/\.\.)?)?)?", re.ASCII)


def earliest(partial_date: str) -> date:
    """The first day that is meant: 2024-01-01 for 2024 and for 2024-01; ValueError if it is no date."""
    match = PARTIAL_DATE.fullmatch(partial_date)
    if not match:
        raise ValueError("not of the form 2025, 2025-01, 2025-01-20 or 2025-01-20/..")
    year, month, day = match.groups(default="1")
    return date(int(year), int(month), int(day))
