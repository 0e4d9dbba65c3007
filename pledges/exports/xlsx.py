"""Rows as a spreadsheet (XLSX), written while it is sent.

openpyxl makes the book with its header; the rows are put into it here, because openpyxl needs ten times as long for
them, and keeps them in a file until all are there.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, RawIOBase
from typing import Any, NamedTuple
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel

from pledges.database.batches import batches
from pledges.domain.numbers import plain
from pledges.exports.cells import fits_exactly, in_xml, shortened

SHEET = "xl/worksheets/sheet1.xml"
END_OF_ROWS = b"</sheetData>"
ROWS_AT_ONCE = 200
LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
CARRIAGE_RETURN = {"\r": "&#13;"}  # XML would take it for a line feed


class Book(NamedTuple):
    """A book with nothing but its header, and the numbers of its styles."""

    content: bytes
    style_of_days: int
    style_of_times: int


class Outlet(RawIOBase):
    """Takes what is written to a zip file, until it is sent; there is no way back in it."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, piece: Any, /) -> int:
        self.pieces.append(bytes(piece))
        return len(piece)

    def taken(self) -> bytes:
        taken, self.pieces = b"".join(self.pieces), []
        return taken


def spreadsheet(title: str, names: Sequence[str], rows: Iterable[Iterable[Any]]) -> Iterator[bytes]:
    book = _book(title, names)
    letters = [get_column_letter(number) for number in range(1, len(names) + 1)]
    outlet = Outlet()
    with ZipFile(BytesIO(book.content)) as empty, ZipFile(outlet, "w", ZIP_DEFLATED, compresslevel=1) as sent:
        for part in empty.namelist():
            if part != SHEET:
                sent.writestr(part, empty.read(part))
        before, after = empty.read(SHEET).split(END_OF_ROWS)
        with sent.open(SHEET, "w") as sheet:
            sheet.write(before)
            for batch in batches(enumerate(rows, start=2), ROWS_AT_ONCE):
                sheet.write("".join(_row(number, letters, row, book) for number, row in batch).encode())
                yield outlet.taken()
            sheet.write(END_OF_ROWS + after)
    yield outlet.taken()


def _book(title: str, names: Sequence[str]) -> Book:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    header = [WriteOnlyCell(sheet, name) for name in names]
    for cell in header:
        cell.font = Font(bold=True)
    sheet.append(header)
    day, time = WriteOnlyCell(sheet), WriteOnlyCell(sheet)
    day.number_format, time.number_format = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"
    styles = day.style_id, time.style_id
    content = BytesIO()
    book.save(content)
    return Book(content.getvalue(), *styles)


def _row(number: int, letters: Sequence[str], values: Iterable[Any], book: Book) -> str:
    cells = (_cell(f"{letter}{number}", value, book) for letter, value in zip(letters, values, strict=True))
    return f'<row r="{number}">{"".join(cells)}</row>'


def _cell(place: str, value: Any, book: Book) -> str:
    match value:
        case None | "":
            return ""
        case str():
            return _text_cell(place, value)
        case bool():
            return f'<c r="{place}" t="b"><v>{value:d}</v></c>'
        case int() | Decimal():
            text = plain(Decimal(value))
            return f'<c r="{place}"><v>{text}</v></c>' if fits_exactly(text) else _text_cell(place, text)
        case datetime():
            local = value.replace(tzinfo=None, microsecond=0)
            return f'<c r="{place}" s="{book.style_of_times}"><v>{to_excel(local)}</v></c>'
        case date():
            return f'<c r="{place}" s="{book.style_of_days}"><v>{to_excel(value)}</v></c>'
    raise TypeError(f"No cell is made of {type(value)}.")


def _text_cell(place: str, text: str) -> str:
    """What is a text by its type is never taken for a formula."""
    escaped = escape(LOOKS_ESCAPED.sub("_x005F_", in_xml(shortened(text))), CARRIAGE_RETURN)
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escaped}</t></is></c>'
