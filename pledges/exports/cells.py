"""Convert values to cells of CSV and XLSX files, within the limits of spreadsheet programs."""

import json
import re
from datetime import date, datetime
from decimal import Decimal

from pledges.domain.numbers import plain

MAX_ROWS = 100_000  # spreadsheet programs can open this many, and a user can wait for them
MAX_DIGITS = 15
MAX_TEXT_LENGTH = 32_767  # in UTF-16 code units
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
# Spreadsheet programs evaluate texts that begin like this. Chinese versions accept full-width signs too. Some programs
# drop white space and invisible characters at the beginning.
SIGN = r"[\s'\ufeff\u200b-\u200f\u2060]*[=+\-@＝＋－＠]"
FORMULA = re.compile(rf"{SIGN}|'*[\t\r\n]")
# Where the list separator is a semicolon, programs split rows at semicolons and line breaks, whatever the quotation
# marks: what follows begins a cell.
FORMULA_AFTER_SEPARATOR = re.compile(rf"[;\t\r\n](?={SIGN})")
# Characters that XML 1.0 can't contain. openpyxl has the same expression, but importing it would slow down commands.
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def as_text(value: object) -> object:
    """Return a database value as text: 385, 2025-12-31, true, ["云市"]. Integers are unchanged; no value is None."""
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
    """Put an apostrophe before a text that would be evaluated as a formula, and before such parts after a separator.

    A text that has apostrophes and then a formula gets one more, so that removing one restores any text. Numbers stay
    as they are.
    """
    if FORMULA.match(text) and not NUMBER.fullmatch(text):
        text = f"'{text}"
    return FORMULA_AFTER_SEPARATOR.sub(r"\g<0>'", text)


def fits_exactly(number: str) -> bool:
    """Return whether a cell keeps all digits of a number, which is given as text without an exponent."""
    return len(number.lstrip("-").replace(".", "").strip("0")) <= MAX_DIGITS


def without_invalid_xml(text: str) -> str:
    """Return the text without the characters that XML can't contain."""
    return NOT_IN_XML.sub("", text)


def shortened(text: str) -> str:
    """Return the text, cut to the maximum length of a cell. A text that was cut ends in "…"."""
    if len(text) <= MAX_TEXT_LENGTH // 2:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= 2 * MAX_TEXT_LENGTH:
        return text
    return units[: 2 * (MAX_TEXT_LENGTH - 1)].decode("utf-16-le", errors="ignore") + "…"
