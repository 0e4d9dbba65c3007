"""Runs work in a process of its own, to know its time and memory."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True)
class Measured:
    seconds: float
    peak_megabytes: float


def in_own_process(work: Callable[[], object]) -> Measured:
    connection.close()  # a forked child must not share it
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
    return Measured(time.monotonic() - started, usage.ru_maxrss / 1024)
