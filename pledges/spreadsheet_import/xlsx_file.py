"""Read the first visible sheet of an XLSX file, as spreadsheet programs show it.

openpyxl's read-only mode returns neither hidden rows, merged cells nor formulas without results; its full mode keeps
all cells in memory, about 50 times the size of the file. So this module takes a stream of rows from openpyxl's parser,
which has all of it. Only the shared strings are kept in memory.
"""

import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

from django.utils.translation import gettext as _
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import from_excel
from openpyxl.utils.escape import unescape
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet._reader import FORMULA_TAG, INLINE_STRING, WorkSheetParser
from openpyxl.worksheet.cell_range import MultiCellRange
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from pledges.domain.numbers import MAX_DECIMALS, plain
from pledges.spreadsheet_import.cells import (
    FORMULA_FAILED,
    MAX_COLUMN,
    MAX_ROW,
    Cell,
    CellRange,
    Sheet,
    SheetError,
    SheetRow,
)
from pledges.spreadsheet_import.number_formats import NumberFormat

XLSX_ERRORS = (
    *(BadZipFile, zlib.error, EOFError, KeyError, IndexError, OSError, SyntaxError, TypeError, ValueError),
    *(NotImplementedError, OverflowError, AttributeError),
)
STRING, TEXT, RUN, RUN_FONT, RAISED, STRUCK = (
    f"{{{SHEET_MAIN_NS}}}{name}" for name in ("si", "t", "r", "rPr", "vertAlign", "strike")
)
# How a raised or lowered run is written in plain text, so that 810 with a raised 2 is not read as 8102.
RAISED_CHARACTERS = {
    "superscript": str.maketrans("0123456789+-=().", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾˙"),
    "subscript": str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎"),
}


class PartlyStruckText(str):
    """The text of a cell, of which a part is struck through."""

    __slots__ = ()


class _Reader(ExcelReader):  # type: ignore[misc]  # openpyxl has no types
    """Reads shared strings with their raised runs, and leaves their escapes for `unescape()`."""

    def read_strings(self) -> None:
        part = self.package.find(SHARED_STRINGS)
        if part is None:
            return
        with self.archive.open(part.PartName.removeprefix("/")) as source:
            for _event, element in iterparse(source):
                if element.tag == STRING:
                    self.shared_strings.append(_string(element))
                    element.clear()

    def read_worksheets(self) -> None:
        """List the sheets. openpyxl would also read all rows of those that do not begin with their dimensions."""
        for sheet, relation in self.parser.find_sheets():
            if relation.target in self.valid_files and "chartsheet" not in relation.Type:
                worksheet = _Worksheet(self.wb, sheet.name, relation.target, self.shared_strings)
                worksheet.sheet_state = sheet.state
                self.wb._sheets.append(worksheet)  # noqa: SLF001 openpyxl has no public way to add one


class _Worksheet(ReadOnlyWorksheet):  # type: ignore[misc]  # openpyxl has no types
    def _get_size(self) -> None:
        """Do nothing: the dimensions are not used."""


class _Parser(WorkSheetParser):  # type: ignore[misc]  # openpyxl has no types
    """Parses cells like openpyxl, and also formulas without a stored result and runs of inline strings."""

    def parse_row(self, row: Any) -> tuple[int, list[dict[str, Any]]]:
        """Parse a row. Raise ValueError for numbers that no spreadsheet program writes, and for rows out of order."""
        previous = self.row_counter
        number, cells = super().parse_row(row)
        if not previous < number <= MAX_ROW or any(not 0 < cell["column"] <= MAX_COLUMN for cell in cells):
            raise ValueError("a row or column outside the sheet")
        return number, cells

    def parse_cell(self, element: Any) -> dict[str, Any]:
        inline = element.find(INLINE_STRING)
        if inline is not None:
            element.remove(inline)
        cell: dict[str, Any] = super().parse_cell(element)
        formula = element.find(FORMULA_TAG)
        if inline is not None:
            cell |= {"value": _string(inline), "data_type": "s"}
        elif formula is not None and cell["value"] is None and element.get("t") != "str":
            cell |= {"value": f"={formula.text or ''}", "data_type": "f"}
        elif element.get("t") == "str" and cell["value"]:
            cell["value"] = _unescape(cell["value"])
        return cell

    def parse_extensions(self, element: Any) -> None:
        """Do nothing: openpyxl warns of extensions that it can't write, and nothing is written."""

    def parse_formatting(self, element: Any) -> None:
        """Note the ranges of conditional formats, with the keys of their styles."""
        keys = {rule.get("dxfId") for rule in element} - {None}
        self.formatting += [(element.get("sqref", ""), int(key)) for key in keys]


@dataclass(frozen=True, slots=True)
class _Style:
    number_format: NumberFormat
    is_struck: bool
    raised: dict[int, int]


def read_xlsx(content: bytes) -> Sheet:
    """Open the first visible sheet. Raises SheetError, here or when the rows are read."""
    try:
        with warnings.catch_warnings():  # of styles and extensions that openpyxl could not write
            warnings.simplefilter("ignore")
            reader = _Reader(BytesIO(content), read_only=True, data_only=True, keep_links=False)
            reader.read()
    except XLSX_ERRORS as error:
        raise SheetError(_("This XLSX file can't be read.")) from error
    sheets = reader.wb.worksheets
    visible = next((sheet for sheet in sheets if sheet.sheet_state == "visible"), None)
    if visible is None:
        raise SheetError(_("This XLSX file has no visible sheet."))
    others = [_unescape(sheet.title) for sheet in sheets if sheet is not visible]
    result = Sheet(iter(()), name=_unescape(visible.title), other_names=others)
    result.rows = _rows(visible, result)
    return result


def _rows(source: Any, sheet: Sheet) -> Iterator[SheetRow]:
    """Yield the rows with content, and note in `sheet` what is hidden or merged."""
    book = source.parent
    strings, stream = source._shared_strings, source._get_source()  # noqa: SLF001 openpyxl has no public stream of a sheet
    parser = _Parser(stream, strings, data_only=True)
    style_of = cache(lambda style_id: _style(ReadOnlyCell(source, 1, 1, None, style_id=style_id)))
    last_column = 0
    try:
        for number, found in parser.parse():
            converted = ((each["column"] - 1, _cell(each, style_of(each["style_id"]), book.epoch)) for each in found)
            cells = {column: cell for column, cell in converted if cell and cell.text}
            row = parser.row_dimensions.pop(str(number), {})
            if not cells:
                continue
            last_column = max(last_column, *cells)
            if _is_hidden(row, "ht"):
                sheet.hidden_rows.append(number)
            yield number, cells
    except XLSX_ERRORS as error:
        raise SheetError(_("This XLSX file can't be read.")) from error
    hidden_columns = {
        number
        for column in parser.column_dimensions.values()
        if _is_hidden(column, "width")
        for number in range(int(column["min"]), min(int(column["max"]), last_column + 1) + 1)
    }
    sheet.hidden_columns += map(get_column_letter, sorted(hidden_columns))
    merged = parser.merged_cells.mergeCell if parser.merged_cells else ()
    sheet.merged += [_range(each) for each in merged if each.max_row > each.min_row]
    styles = book._differential_styles.styles  # noqa: SLF001 openpyxl has no public list
    sheet.reformatted += [
        _range(each)
        for ranges, key in parser.formatting
        if styles[key].numFmt and NumberFormat(styles[key].numFmt.formatCode).is_rescaling
        for each in MultiCellRange(ranges).ranges
    ]


def _range(cells: Any) -> CellRange:
    rows, columns = range(cells.min_row, cells.max_row + 1), range(cells.min_col - 1, cells.max_col)
    return CellRange(cells.coord, rows, columns)


def _is_hidden(dimension: dict[str, str], size: str) -> bool:
    return dimension.get("hidden") in {"1", "true"} or float(dimension.get(size, 1)) == 0


def _style(cell: ReadOnlyCell) -> _Style:
    number_format = NumberFormat(cell.number_format, cell.style_array.numFmtId)
    return _Style(number_format, bool(cell.font.strike), RAISED_CHARACTERS.get(cell.font.vertAlign, {}))


def _cell(cell: dict[str, Any], style: _Style, epoch: datetime) -> Cell | None:
    value = cell["value"]
    match cell["data_type"], value:
        case _kind, None:
            return None
        case "e", _:
            return Cell(str(value), problem=str(FORMULA_FAILED))
        case "f", _:
            text = _("a stored result: open the file in a spreadsheet program, let it calculate, and save it")
            return Cell(str(value), problem=text)
        case _kind, PartlyStruckText():
            return Cell(value, problem=_("text without a part that is struck through"))
    warning = _("struck through") if style.is_struck else ""
    if isinstance(value, int | float) and not isinstance(value, bool) and not style.number_format.is_date:
        return _number(value, style, warning)
    return Cell(_text(value, style.number_format, epoch).strip().translate(style.raised), warning=warning)


def _number(value: float, style: _Style, warning: str) -> Cell:
    """Return a number with the 15 significant digits that spreadsheet programs show, and 25% rather than 0.25.

    A number with more decimals than are kept, such as 1/3, is rounded to those that are shown.
    """
    number, shown = Decimal(f"{value:.15g}"), style.number_format
    if day := shown.day(value):
        return Cell(day.isoformat().translate(style.raised), warning=warning)
    affix, is_percent = shown.affix(value), shown.is_percent(value)
    if is_percent:
        number *= 100
    decimals = shown.decimals(value)
    if decimals is not None and round(number, MAX_DECIMALS) != number:
        number = number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text = plain(number)
    if is_percent or affix in {"%", "％"}:
        text, affix = f"{text}%", affix.strip("%％")
    return Cell(text.translate(style.raised), warning=warning, is_rescaled=shown.is_rescaled(value), affix=affix)


def _text(value: Any, number_format: NumberFormat, epoch: datetime) -> str:
    match value:
        case bool():
            return str(value).upper()
        case int() | float():
            try:
                value = from_excel(value, epoch, timedelta=number_format.is_duration)
            except (OverflowError, ValueError):  # before 1900 or after 9999: programs show #######
                return str(value)
    match value:
        case datetime() if number_format.is_month and value.day == 1:
            return f"{value:%Y-%m}"
        case datetime():
            shows_time = number_format.has_time and (value.hour or value.minute or value.second)
            return value.isoformat(" ") if shows_time else value.date().isoformat()
        case date():
            return value.isoformat()
    return str(value)


def _string(element: Any) -> str:
    """Return the text of a string, whose parts may have fonts of their own. Phonetic guides are left out."""
    text, struck = "", False
    for child in element:
        if child.tag == TEXT:
            text += _unescape(child.text or "")
        elif child.tag == RUN:
            run, font = _unescape(child.findtext(TEXT) or ""), child.find(RUN_FONT)
            raised = None if font is None else font.find(RAISED)
            text += run if raised is None else run.translate(RAISED_CHARACTERS.get(raised.get("val"), {}))
            strike = None if font is None else font.find(STRUCK)
            struck = struck or (strike is not None and strike.get("val", "1") in {"1", "true"} and bool(run.strip()))
    return PartlyStruckText(text) if struck else text


def _unescape(text: str) -> str:
    """Replace escapes such as _x000D_. A character beyond U+FFFF has two; half of one becomes U+FFFD."""
    if "_x" in text:
        text = unescape(text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")
