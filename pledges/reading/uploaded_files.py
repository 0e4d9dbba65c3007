"""Read the text of an uploaded file within limits of time and memory."""

from typing import Any

from django.utils.translation import gettext as _

from pledges.reading.files import check_size, read_file
from pledges.reading.page import Page, ReadingError
from pledges.untrusted_files import isolation


def read_uploaded_file(content: bytes) -> Page:
    """Return the text of a file. Raise ReadingError if it can't be read, or if too many files are being read."""
    check_size(len(content))
    try:
        result = isolation.read_isolated(__name__, content)
    except isolation.BusyError as error:
        raise ReadingError(_("Other files are being read. Try again in a few seconds.")) from error
    except isolation.FailedError as error:
        text = _("The file is too complex to be read. Save the part that you need as its own file, or as text.")
        raise ReadingError(text) from error
    if "error" in result:
        raise ReadingError(result["error"])
    return Page.from_json(result)


def read(content: bytes) -> dict[str, Any]:
    """Return the page, or the reason why it can't be read, as values of JSON."""
    try:
        return read_file(content).as_json()
    except ReadingError as error:
        return {"error": str(error)}


if __name__ == "__main__":
    isolation.serve(read)
