"""Read a spreadsheet as rows of text: CSV in the encodings that Chinese offices use, or XLSX."""

import codecs
import csv
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from pledges.domain.numbers import plain

MIB = 1024 * 1024
MAX_BYTES = 20 * MIB
MAX_UNPACKED_BYTES = 300 * MIB
MAX_ROWS = 50_000  # importing them takes about a minute, while the editor waits
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
XLSX_ERRORS = (BadZipFile, zlib.error, EOFError, KeyError, IndexError, OSError, SyntaxError, TypeError, ValueError)

SheetRow = tuple[int, list[str]]
"""The number of a row as a spreadsheet program shows it, and the texts of its cells."""


class SheetError(Exception):
    """A file cannot be read. `reasons` has a message for each error, in the language of the user."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(*reasons)
        self.reasons = reasons


def check_size(size: int) -> None:
    """Raise SheetError if a file is too large."""
    if size > MAX_BYTES:
        raise SheetError(_("The file is too large: at most %(size)d MiB.") % {"size": MAX_BYTES // MIB})


def read_rows(content: bytes) -> Iterator[SheetRow]:
    """Yield the non-empty rows of a file, header row first. Raises SheetError if the file can't be read."""
    if not content.strip():
        raise SheetError(_("The file is empty."))
    check_size(len(content))
    if content.startswith(OLE):
        raise SheetError(_("This is an old Excel file (.xls). Save it as .xlsx or .csv."))
    rows = _xlsx(content) if content.startswith(ZIP) else _csv(_decode(content))
    count = 0
    for number, cells in rows:
        if not any(cells):
            continue
        count += 1
        if count > MAX_ROWS + 1:
            raise SheetError(_("The file has more than %(count)d rows. Split it.") % {"count": MAX_ROWS})
        yield number, cells
    if not count:
        raise SheetError(_("The file is empty."))


def _decode(content: bytes) -> str:
    is_utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ["utf-16"] if is_utf16 else ["utf-8-sig", "gb18030"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise SheetError(_("The file is neither XLSX nor text in UTF-8, UTF-16 or GB18030."))


def _csv(text: str) -> Iterator[SheetRow]:
    header = text.lstrip("\r\n").split("\n", 1)[0]
    reader = csv.reader(StringIO(text, newline=""), delimiter=max(",;\t", key=header.count), strict=True)
    number = 1
    try:
        for cells in reader:
            yield number, [cell.strip() for cell in cells]
            number = reader.line_num + 1  # a cell may have line breaks
    except csv.Error as error:
        raise SheetError(_("Row %(row)d can't be read as CSV. Check its quotation marks.") % {"row": number}) from error


def _xlsx(content: bytes) -> Iterator[SheetRow]:
    try:
        with ZipFile(BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED_BYTES:
                text = _("Uncompressed, the file is larger than %(size)d MiB. Remove unneeded sheets or columns.")
                raise SheetError(text % {"size": MAX_UNPACKED_BYTES // MIB})
        # `data_only`: the values that formulas had when the file was saved, instead of the formulas.
        book = load_workbook(BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # the size that the file states is often wrong
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            yield number, [_text(cell) for cell in cells]
    except XLSX_ERRORS as error:
        raise SheetError(_("This XLSX file can't be read.")) from error


def _text(cell: Any) -> str:
    """Return a cell as a spreadsheet program shows it: with 15 significant digits, and 25% rather than 0.25."""
    match cell.value:
        case None:
            return ""
        case bool():
            return str(cell.value).upper()
        case int() | float():
            number = Decimal(f"{cell.value:.15g}")
            return f"{plain(number * 100)}%" if "%" in cell.number_format else plain(number)
        case datetime() if cell.value.time() == time():
            return cell.value.date().isoformat()
        case datetime() | date() | time():
            return cell.value.isoformat()
    return str(cell.value).strip()
