"""Decimals as people write them."""

from decimal import Decimal


def plain(number: Decimal) -> str:
    """A number without exponent and without zeros at its end: 385, 25.62, 0."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
