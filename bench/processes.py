"""Work of our own in a process of its own, so that its time and its memory are known."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass

from .databases import disconnect


@dataclass(frozen=True)
class Measured:
    seconds: float
    peak_megabytes: float


def in_a_process_of_its_own(work: Callable[[], object]) -> Measured:
    disconnect()
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
