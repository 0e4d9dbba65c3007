"""Write XLSX files as a stream.

openpyxl writes the workbook with its header. The rows are written by this module: openpyxl would take five times as
long and XlsxWriter three times as long, and both need all rows before they return the first bytes.
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
from pledges.exports.cells import fits_exactly, shortened, without_invalid_xml

SHEET = "xl/worksheets/sheet1.xml"
END_OF_ROWS = b"</sheetData>"
BATCH_SIZE = 200
LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
CARRIAGE_RETURN = {"\r": "&#13;"}  # otherwise, XML parsers would read it as a line feed


class Template(NamedTuple):
    """A workbook that contains only the header, and the IDs of its styles for dates and times."""

    content: bytes
    date_style: int
    time_style: int


class ZipBuffer(RawIOBase):
    """A file object that buffers the bytes of a zip file until they are sent. It can't seek."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, piece: Any, /) -> int:
        self.pieces.append(bytes(piece))
        return len(piece)

    def flushed(self) -> bytes:
        """Return the bytes that were written since the last call."""
        flushed, self.pieces = b"".join(self.pieces), []
        return flushed


def xlsx_chunks(title: str, header: Sequence[str], rows: Iterable[Iterable[Any]]) -> Iterator[bytes]:
    """Yield the file in pieces of 200 rows. It has one sheet, with a bold header that stays visible.

    Cells are text, numbers, dates or None. A number with more than 15 digits is written as text, which isn't rounded.
    """
    template = _template(title, header)
    letters = [get_column_letter(number) for number in range(1, len(header) + 1)]
    buffer = ZipBuffer()
    with ZipFile(BytesIO(template.content)) as empty, ZipFile(buffer, "w", ZIP_DEFLATED, compresslevel=1) as sent:
        for part in empty.namelist():
            if part != SHEET:
                sent.writestr(part, empty.read(part))
        before, after = empty.read(SHEET).split(END_OF_ROWS)
        with sent.open(SHEET, "w") as sheet:
            sheet.write(before)
            for batch in batches(enumerate(rows, start=2), BATCH_SIZE):
                sheet.write("".join(_row(number, letters, row, template) for number, row in batch).encode())
                yield buffer.flushed()
            sheet.write(END_OF_ROWS + after)
    yield buffer.flushed()


def _template(title: str, names: Sequence[str]) -> Template:
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
    return Template(content.getvalue(), *styles)


def _row(number: int, letters: Sequence[str], values: Iterable[Any], template: Template) -> str:
    cells = (_cell(f"{letter}{number}", value, template) for letter, value in zip(letters, values, strict=True))
    return f'<row r="{number}">{"".join(cells)}</row>'


def _cell(place: str, value: Any, template: Template) -> str:
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
            return f'<c r="{place}" s="{template.time_style}"><v>{to_excel(local)}</v></c>'
        case date():
            return f'<c r="{place}" s="{template.date_style}"><v>{to_excel(value)}</v></c>'
    raise TypeError(f"{type(value)} can't be written to a cell.")


def _text_cell(place: str, text: str) -> str:
    """Return a cell of type text, which is never evaluated as a formula."""
    escaped = escape(LOOKS_ESCAPED.sub("_x005F_", without_invalid_xml(shortened(text))), CARRIAGE_RETURN)
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escaped}</t></is></c>'
