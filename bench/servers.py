"""The servers that are measured, each in processes that end with the benchmark."""

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psutil

SECONDS_TO_START = 300  # Datasette first reads its file
SECONDS_TO_STOP = 20
LINES_OF_LOG = 20


@dataclass(frozen=True)
class Server:
    port: int
    pid: int

    def get(self, path: str) -> Any:
        """The JSON at a path."""
        with self.open(path) as response:
            return json.load(response)

    def open(self, path: str) -> Any:
        return urlopen(f"http://localhost:{self.port}{path}")

    def peak_megabytes(self) -> float:
        """The peak memory of its largest process, granian's worker."""
        family = [self.pid, *(child.pid for child in psutil.Process(self.pid).children(recursive=True))]
        return max(peak_megabytes(pid) for pid in family)


@contextmanager
def django_server(settings: str, database: str) -> Iterator[Server]:
    """The project's own server with one worker."""
    port = free_port()
    environment = {"DJANGO_SETTINGS_MODULE": f"bench.settings.{settings}", "BENCH_DATABASE": database}
    with running([sys.executable, "-m", "bench.serve", str(port)], port, environment) as server:
        yield server


@contextmanager
def running(command: Sequence[str], port: int, environment: Mapping[str, str] = {}) -> Iterator[Server]:
    """Start a server and wait until it accepts connections; on failure, print the end of its log."""
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(command, env=os.environ | environment, stdout=log, stderr=log)
        try:
            wait_for(process, port)
            yield Server(port, process.pid)
        except Exception:
            log.seek(0)
            print(*log.readlines()[-LINES_OF_LOG:], sep="", file=sys.stderr)
            raise
        finally:
            stop(process)


def wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    ends = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < ends and process.poll() is None:
        with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.1)
    raise TimeoutError(f"A server did not start: {process.args!r}")


def stop(process: subprocess.Popen[bytes]) -> None:
    family = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    process.terminate()
    try:
        process.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for child in family:
        with suppress(psutil.NoSuchProcess):
            child.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def peak_megabytes(pid: int) -> float:
    (kilobytes,) = re.findall(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(kilobytes) / 1024
