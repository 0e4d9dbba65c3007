"""Measure the time and memory of a function in a child process."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True)
class Measurement:
    seconds: float
    peak_megabytes: float


def measure_in_child_process(work: Callable[[], object]) -> Measurement:
    """Call `work` in a forked process. Exit if it fails."""
    connection.close()  # parent and child must not share it
    started = time.monotonic()
    if (child := os.fork()) == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    _, status, usage = os.wait4(child, 0)
    if status:
        raise SystemExit("A measured process failed; see above.")
    return Measurement(time.monotonic() - started, usage.ru_maxrss / 1024)
