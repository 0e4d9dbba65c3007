"""Read an uploaded sheet within limits of time and memory."""

from typing import Any

from django.utils.translation import gettext as _

from pledges.spreadsheet_import.cells import Sheet, SheetError, too_large
from pledges.spreadsheet_import.sheets import check_size, read_sheet
from pledges.untrusted_files import isolation


def read_uploaded_sheet(content: bytes) -> Sheet:
    """Read all rows of a file. Raise SheetError if it can't be read, or if too many files are being read."""
    check_size(len(content))
    try:
        result = isolation.read_isolated(__name__, content)
    except isolation.BusyError as error:
        raise SheetError(_("Other files are being read. Try again in a few seconds.")) from error
    except isolation.FailedError as error:
        raise too_large() from error
    if reasons := result.get("reasons"):
        raise SheetError(*reasons)
    return Sheet.from_json(result)


def read(content: bytes) -> dict[str, Any]:
    """Return the sheet, or the reasons why it can't be read, as values of JSON."""
    try:
        return read_sheet(content).as_json()
    except SheetError as error:
        return {"reasons": error.reasons}


if __name__ == "__main__":
    isolation.serve(read)
