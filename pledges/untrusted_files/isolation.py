"""Read an uploaded file in a process of its own, within limits of time and memory.

A small file can describe millions of cells or pages, and the libraries that parse it can have errors: whatever happens,
the server is left with a message for the editor. The process needs no database, and gives its result as JSON.
"""

import json
import logging
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from django.apps import apps
from django.conf import settings
from django.utils import translation

logger = logging.getLogger(__name__)

MAX_SECONDS = 10
MAX_MEMORY = 1024**3
# Of the threads of a server process, most must stay free for other requests.
MAX_PROCESSES, SECONDS_TO_WAIT = 2, 1
slots = BoundedSemaphore(MAX_PROCESSES)


class BusyError(Exception):
    """Too many files are being read."""


class FailedError(Exception):
    """The process took too much time or memory, or crashed. Its error was logged."""


def read_isolated(module: str, content: bytes, *arguments: str) -> Any:
    """Run a module that calls `serve`, and return its result. The module's language is the active one.

    Raises BusyError or FailedError.
    """
    if not slots.acquire(timeout=SECONDS_TO_WAIT):
        raise BusyError
    try:
        found = subprocess.run(  # noqa: S603 the module is a constant, and arguments are no options
            [sys.executable, "-m", module, translation.get_language() or settings.LANGUAGE_CODE, *arguments],
            input=content,
            capture_output=True,
            timeout=MAX_SECONDS,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        raise FailedError from error
    except subprocess.CalledProcessError as error:
        logger.warning("The process that read a file failed (%d): %s", error.returncode, error.stderr.decode()[-2000:])
        raise FailedError from error
    finally:
        slots.release()
    return json.loads(found.stdout)


def serve(read: Callable[..., Any]) -> None:
    """Call `read` with the standard input and the arguments, in the language of the first, and write JSON."""
    language, *arguments = sys.argv[1:]
    limit_resources()
    settings.configure(LOCALE_PATHS=[Path(__file__).parents[1] / "locale"], LANGUAGE_CODE=language)
    apps.populate([])  # translations need it; `django.setup()` takes twice as long
    translation.activate(language)
    result = read(sys.stdin.buffer.read(), *arguments)
    sys.stdout.buffer.write(json.dumps(result, default=str).encode())


def limit_resources() -> None:
    # The parent measures the time that passes; this ends the process if the parent has been killed.
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
    with suppress(ValueError, OSError):  # macOS has no limit of memory
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
