"""Decimal numbers as text."""

import re
import unicodedata
from decimal import Decimal

WRITTEN = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,6})?")


def parse(text: str) -> Decimal:
    """Parse a number; full-width digits are allowed. Raises ValueError for any other text.

    Ambiguous notations are errors: 38,5 and 1,550 and 约385 and 1e3.
    """
    narrow = unicodedata.normalize("NFKC", text).strip()
    if not WRITTEN.fullmatch(narrow):
        raise ValueError("not a number such as 385 or 25.62, of at most 18 digits before the point and 6 behind")
    return Decimal(narrow)


def plain(number: Decimal) -> str:
    """Format a number without exponent and trailing zeros: 385, 25.62, 0."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
