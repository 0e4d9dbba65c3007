"""What a cell of a spreadsheet holds, and what a spreadsheet program would take for something else."""

import re

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

MOST_ROWS = 100_000  # what such a program still opens, and what can be made while somebody waits
MOST_DIGITS = 15
LONGEST_TEXT = 32_767  # in units of UTF-16
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
# What begins so is taken for a formula; a program in Chinese does so with wide signs too.
FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
NOT_IN_XML = re.compile("[\ufffe\uffff]")  # openpyxl knows the others


def defused(text: str) -> str:
    """A text behind an apostrophe where it would be taken for a formula.

    It gets one more where it has one already, so that whoever takes one away has the text again.
    """
    return f"'{text}" if FORMULA.match(text) and not NUMBER.fullmatch(text) else text


def fits_exactly(number: str) -> bool:
    """Whether a cell keeps all digits of a number, written without exponent."""
    return len(number.lstrip("-").replace(".", "").strip("0")) <= MOST_DIGITS


def in_xml(text: str) -> str:
    """Without the characters that no XML can hold."""
    return NOT_IN_XML.sub("", ILLEGAL_CHARACTERS_RE.sub("", text))


def shortened(text: str) -> str:
    """A text that a cell holds: of a longer one its beginning, with … at its end."""
    if len(text) <= LONGEST_TEXT // 2:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= 2 * LONGEST_TEXT:
        return text
    return units[: 2 * (LONGEST_TEXT - 1)].decode("utf-16-le", errors="ignore") + "…"
