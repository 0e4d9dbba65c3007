"""Decimals as people write them."""

import re
import unicodedata
from decimal import Decimal

WRITTEN = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,6})?")


def parse(text: str) -> Decimal:
    """The number that a text is, full-width digits included; ValueError where it is anything else.

    Nothing is guessed: 38,5 and 1,550 and 约385 and 1e3 are no numbers.
    """
    narrow = unicodedata.normalize("NFKC", text).strip()
    if not WRITTEN.fullmatch(narrow):
        raise ValueError("not a number such as 385 or 25.62, of at most 18 digits before the point and 6 behind")
    return Decimal(narrow)


def plain(number: Decimal) -> str:
    """A number without exponent and without zeros at its end: 385, 25.62, 0."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
