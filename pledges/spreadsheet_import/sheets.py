"""Read a spreadsheet as rows of text: CSV in the encodings that Chinese offices use, or XLSX.

A hostile file can take any time and memory; `uploaded_sheets` reads it within limits.
"""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from pledges.spreadsheet_import.cells import Sheet, SheetError, SheetRow, too_large
from pledges.spreadsheet_import.csv_file import read_csv
from pledges.spreadsheet_import.file_kinds import reject_other_kinds
from pledges.untrusted_files.containers import MIB, ZIP

MAX_BYTES = 20 * MIB
MAX_ROWS = 50_000  # importing them takes about a minute, while the editor waits
MAX_COLUMNS = 1000
MAX_CELLS = 1_000_000
MAX_RANGES = 100_000  # of cells that are merged or have a conditional format
MAX_TEXT_LENGTH = 32_767  # what spreadsheet programs keep in a cell


def check_size(size: int) -> None:
    """Raise SheetError if a file is too large."""
    if size > MAX_BYTES:
        raise SheetError(_("The file is too large: at most %(size)d MiB.") % {"size": MAX_BYTES // MIB})


def read_sheet(content: bytes) -> Sheet:
    """Open the sheet of a file. Its rows are not empty, header row first.

    Raises SheetError if the file can't be read, here or when its rows are read.
    """
    if not content.strip():
        raise SheetError(_("The file is empty."))
    check_size(len(content))
    reject_other_kinds(content)
    if content.startswith(ZIP):
        from pledges.spreadsheet_import.xlsx_file import read_xlsx

        sheet = read_xlsx(content)
    else:
        sheet = read_csv(content)
    sheet.rows = _within_limits(sheet, sheet.rows)
    return sheet


def _within_limits(sheet: Sheet, rows: Iterable[SheetRow]) -> Iterator[SheetRow]:
    """Yield the rows. Texts are counted too: a small XLSX file can have any number of cells with one long text."""
    row_count = cell_count = size = last_row = last_column = 0
    for number, cells in rows:
        row_count += 1
        cell_count += len(cells)
        size += sum(len(cell.text) for cell in cells.values())
        if row_count > MAX_ROWS + 1:
            raise SheetError(_("The file has more than %(count)d rows. Split it.") % {"count": MAX_ROWS})
        last_row, last_column = number, max(last_column, *cells)
        if last_column >= MAX_COLUMNS or cell_count > MAX_CELLS or size > MAX_BYTES:
            raise too_large()
        if any(len(cell.text) > MAX_TEXT_LENGTH for cell in cells.values()):
            text = _("Row %(row)d has a cell with more than %(length)d characters.")
            raise SheetError(text % {"row": number, "length": MAX_TEXT_LENGTH})
        yield number, cells
    if not row_count:
        raise SheetError(_("The file is empty."))
    merged_cells = sum(_length(each.rows, last_row) * _length(each.columns, last_column) for each in sheet.merged)
    reformatted_rows = sum(_length(each.rows, last_row) for each in sheet.reformatted)
    ranges = len(sheet.merged) + len(sheet.reformatted)
    if ranges > MAX_RANGES or max(merged_cells, reformatted_rows) > MAX_CELLS:
        raise too_large()


def _length(numbers: range, last: int) -> int:
    """Return how many numbers are in the sheet, and 1 for none, because a file may have any number of ranges."""
    return max(1, min(numbers.stop, last + 1) - numbers.start)
