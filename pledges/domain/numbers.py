"""Parse and format decimal numbers."""

import re
from decimal import Decimal

MAX_DECIMALS = 6


def number_pattern(max_digits: int) -> str:
    """Return a pattern, without anchors, of a decimal with at most `max_digits` digits before the point."""
    return rf"-?[0-9]{{1,{max_digits}}}(\.[0-9]{{1,{MAX_DECIMALS}}})?"


VALUE = number_pattern(18)  # in the unit that the source uses
AMOUNT = number_pattern(32)  # in the base unit of a dimension
WRITTEN = re.compile(rf"(\+(?!-))?{VALUE}")
# Full-width digits, point and signs, and the minus sign U+2212. Unicode normalization would convert more: 385² to 3852.
TO_ASCII = str.maketrans("０１２３４５６７８９．＋－\u2212", "0123456789.+--")


def narrow(text: str) -> str:
    """Return the text without surrounding spaces, and with full-width digits, points and signs as ASCII."""
    return text.translate(TO_ASCII).strip()


def parse(text: str) -> Decimal:
    """Parse a number; full-width digits, points and signs are allowed. Raises ValueError for any other text.

    Ambiguous notations are errors: 38,5 and 1,550 and 约385 and 1e3 and 385² and 355①.
    """
    written = narrow(text)
    if not WRITTEN.fullmatch(written):
        raise ValueError("not a number such as 385 or 25.62, with at most 18 digits before the point and 6 after it")
    return Decimal(written)


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
