"""The one conversion of values to cells, and the limits of spreadsheet programs."""

import json
import re
from datetime import date, datetime
from decimal import Decimal

from pledges.domain.numbers import plain

MAX_ROWS = 100_000  # what a spreadsheet program still opens, and what can be written while a user waits
MAX_DIGITS = 15
MAX_TEXT_LENGTH = 32_767  # in UTF-16 code units
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
# Spreadsheet programs evaluate what begins so; those in Chinese accept full-width signs too.
FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
# What XML 1.0 can't hold. openpyxl has the same expression, but is too slow to import for commands that write no XLSX.
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def as_text(value: object) -> object:
    """A value of the database as text: 385, 2025-12-31, true, ["云市"]. Integers stay, and a missing value is None."""
    match value:
        case "":
            return None
        case Decimal():
            return plain(value)
        case datetime(tzinfo=None):  # local time, as spreadsheet programs write it
            return value.isoformat(sep=" ")
        case date():
            return value.isoformat()
        case bool() | list() | dict():
            return json.dumps(value, ensure_ascii=False)
    return value


def escape_formula(text: str) -> str:
    """Put an apostrophe before a text that would be evaluated as a formula.

    A text that begins with apostrophes and then a formula gets one more, so that removing one restores any text.
    """
    return f"'{text}" if FORMULA.match(text) and not NUMBER.fullmatch(text) else text


def fits_exactly(number: str) -> bool:
    """Whether a cell keeps all digits of a number that is written without exponent."""
    return len(number.lstrip("-").replace(".", "").strip("0")) <= MAX_DIGITS


def in_xml(text: str) -> str:
    """The text without the characters that XML can't hold."""
    return NOT_IN_XML.sub("", text)


def shortened(text: str) -> str:
    """The text as far as a cell can hold it, with … at its end where it was cut."""
    if len(text) <= MAX_TEXT_LENGTH // 2:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= 2 * MAX_TEXT_LENGTH:
        return text
    return units[: 2 * (MAX_TEXT_LENGTH - 1)].decode("utf-16-le", errors="ignore") + "…"
