"""Read a spreadsheet as rows of text: CSV in the encodings that Chinese offices use, or XLSX."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from pledges.spreadsheet_import.cells import Sheet, SheetError, SheetRow
from pledges.spreadsheet_import.csv_file import read_csv
from pledges.spreadsheet_import.file_kinds import MIB, ZIP, reject_other_kinds
from pledges.spreadsheet_import.xlsx_file import read_xlsx

MAX_BYTES = 20 * MIB
MAX_ROWS = 50_000  # importing them takes about a minute, while the editor waits


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
    sheet = read_xlsx(content) if content.startswith(ZIP) else read_csv(content)
    sheet.rows = _at_most(sheet.rows)
    return sheet


def _at_most(rows: Iterator[SheetRow]) -> Iterator[SheetRow]:
    count = 0
    for row in rows:
        count += 1
        if count > MAX_ROWS + 1:
            raise SheetError(_("The file has more than %(count)d rows. Split it.") % {"count": MAX_ROWS})
        yield row
    if not count:
        raise SheetError(_("The file is empty."))
