"""Read an uploaded sheet in a process of its own, within limits of time and memory.

A small file can describe millions of cells, and the libraries that parse it can have errors: whatever happens, the
server is left with a message for the editor. The process needs no database, and gives the sheet as JSON.
"""

import json
import logging
import os
import resource
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import BoundedSemaphore

from django.apps import apps
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from pledges.spreadsheet_import.cells import Sheet, SheetError, too_large
from pledges.spreadsheet_import.sheets import check_size, read_sheet

logger = logging.getLogger(__name__)

MAX_SECONDS = 10
MAX_MEMORY = 1024**3
# Of the threads of a server process, most must stay free for other requests.
MAX_PROCESSES, SECONDS_TO_WAIT = 2, 1
slots = BoundedSemaphore(MAX_PROCESSES)


def read_uploaded_sheet(content: bytes) -> Sheet:
    """Read all rows of a file. Raise SheetError if it can't be read, or if too many files are being read."""
    check_size(len(content))
    if not slots.acquire(timeout=SECONDS_TO_WAIT):
        raise SheetError(_("Other files are being read. Try again in a few seconds."))
    try:
        found = subprocess.run(  # noqa: S603 the arguments are constants
            [sys.executable, "-m", __spec__.name, translation.get_language() or settings.LANGUAGE_CODE],
            input=content,
            capture_output=True,
            timeout=MAX_SECONDS,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        raise too_large() from error
    except subprocess.CalledProcessError as error:
        logger.warning("The process that read a sheet failed (%d): %s", error.returncode, error.stderr.decode()[-2000:])
        raise too_large() from error
    finally:
        slots.release()
    result = json.loads(found.stdout)
    if reasons := result.get("reasons"):
        raise SheetError(*reasons)
    return Sheet.from_json(result)


def main(language: str) -> None:
    """Read a file from the standard input, and write its sheet, or the reasons why it can't be read, as JSON."""
    limit_resources()
    settings.configure(LOCALE_PATHS=[Path(__file__).parents[1] / "locale"], LANGUAGE_CODE=language)
    apps.populate([])  # translations need it; `django.setup()` takes twice as long
    translation.activate(language)
    try:
        result = read_sheet(sys.stdin.buffer.read()).as_json()
    except SheetError as error:
        result = {"reasons": error.reasons}
    sys.stdout.buffer.write(json.dumps(result, default=str).encode())


def limit_resources() -> None:
    # The parent measures the time that passes; this ends the process if the parent has been killed.
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
    with suppress(ValueError, OSError):  # macOS has no limit of memory
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))


if __name__ == "__main__":
    main(sys.argv[1])
