"""Read CSV in UTF-8, UTF-16 or GB18030, and find the texts that were probably written in another encoding."""

import codecs
import csv
import re
from collections.abc import Iterator
from io import StringIO

from django.utils.translation import gettext as _

from pledges.domain.gb2312 import outside_gb2312
from pledges.domain.text import damaged_character
from pledges.spreadsheet_import.cells import MAX_COLUMN, Cell, Sheet, SheetError, SheetRow, too_large

UTF_8, UTF_16, GB18030 = "UTF-8", "UTF-16", "GB18030"
CODECS = {UTF_8: "utf-8-sig", UTF_16: "utf-16", GB18030: "gb18030"}


def read_csv(content: bytes) -> Sheet:
    """Open a text file. Raises SheetError, here or when the rows are read."""
    encoding, text = _decode(content)
    return Sheet(_rows(text, encoding), encoding=encoding)


def _decode(content: bytes) -> tuple[str, str]:
    is_utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in [UTF_16] if is_utf16 else [UTF_8, GB18030]:
        try:
            text = content.decode(CODECS[encoding])
        except UnicodeDecodeError:
            continue
        if not damaged_character(_first_line(text)) and "\x00" not in text:
            return encoding, text
    raise SheetError(_("The file is neither XLSX nor text in UTF-8, UTF-16 or GB18030."))


def _first_line(text: str) -> str:
    return re.split("[\r\n]", text.lstrip("\r\n"), maxsplit=1)[0]


def _rows(text: str, encoding: str) -> Iterator[SheetRow]:
    delimiter = max(",;\t", key=_first_line(text).count)
    number = 0
    try:
        # Spreadsheets number records, not lines: a cell may have line breaks.
        for number, texts in enumerate(csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True), 1):
            if len(texts) > MAX_COLUMN:
                raise too_large()
            stripped = (each.strip() for each in texts)
            cells = {index: _cell(each, encoding) for index, each in enumerate(stripped) if each}
            if cells:
                yield number, cells
    except csv.Error as error:
        text = _("Row %(row)d can't be read as CSV. Check its quotation marks.")
        raise SheetError(text % {"row": number + 1}) from error


def _cell(text: str, encoding: str) -> Cell:
    unusual = "" if encoding == UTF_8 else outside_gb2312(text)
    if not unusual:
        return Cell(text)
    warning = _("read as %(encoding)s, with characters outside GB 2312: %(characters)s")
    return Cell(text, warning=warning % {"encoding": encoding, "characters": unusual})
