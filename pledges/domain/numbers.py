"""Parse and format decimal numbers."""

import re
import unicodedata
from decimal import Decimal

MAX_DECIMALS = 6


def number_pattern(max_digits: int) -> str:
    """Return a pattern, without anchors, of a decimal with at most `max_digits` digits before the point."""
    return rf"-?[0-9]{{1,{max_digits}}}(\.[0-9]{{1,{MAX_DECIMALS}}})?"


VALUE = number_pattern(18)  # in the unit that the source uses
AMOUNT = number_pattern(32)  # in the base unit of a dimension
WRITTEN = re.compile(rf"(\+(?!-))?{VALUE}")


def parse(text: str) -> Decimal:
    """Parse a number; full-width digits are allowed. Raises ValueError for any other text.

    Ambiguous notations are errors: 38,5 and 1,550 and 约385 and 1e3.
    """
    narrow = unicodedata.normalize("NFKC", text).strip()
    if not WRITTEN.fullmatch(narrow):
        raise ValueError("not a number such as 385 or 25.62, with at most 18 digits before the point and 6 after it")
    return Decimal(narrow)


def grouped(number: Decimal) -> str:
    """Format a number for people. From five digits on, the integer part is grouped by thousands."""
    text = plain(number)
    whole, point, rest = text.partition(".")
    return text if len(whole.lstrip("-")) < 5 else f"{int(whole):,}{point}{rest}"


def plain(number: Decimal) -> str:
    """Format a number without exponent and trailing zeros: 385, 25.62, 0."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
