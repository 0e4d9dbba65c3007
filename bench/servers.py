"""Start and stop the servers that are measured."""

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

START_TIMEOUT = 300  # seconds; Datasette reads its file first
STOP_TIMEOUT = 20  # seconds
LOG_LINES = 20


@dataclass(frozen=True)
class Server:
    port: int
    pid: int

    def get(self, path: str) -> Any:
        """Return the parsed JSON at a path."""
        with self.open(path) as response:
            return json.load(response)

    def open(self, path: str) -> Any:
        return urlopen(f"http://localhost:{self.port}{path}")

    def peak_memory(self) -> float:
        """Return the peak memory of the largest process of the server, in megabytes."""
        family = [self.pid, *(child.pid for child in psutil.Process(self.pid).children(recursive=True))]
        return max(peak_megabytes(pid) for pid in family)


@contextmanager
def django_server(settings: str, database: str) -> Iterator[Server]:
    """Serve Django by `manage.py serve`, with the named settings module and database."""
    port = free_port()
    environment = {"DJANGO_SETTINGS_MODULE": f"bench.settings.{settings}", "BENCH_DATABASE": database}
    with running_server([sys.executable, "manage.py", "serve", "--port", str(port)], port, environment) as server:
        yield server


@contextmanager
def running_server(command: Sequence[str], port: int, environment: Mapping[str, str] = {}) -> Iterator[Server]:
    """Start a server, wait until it accepts connections, and finally stop it. On failure, print the end of its log."""
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(command, env=os.environ | environment, stdout=log, stderr=log)
        try:
            wait_for(process, port)
            yield Server(port, process.pid)
        except Exception:
            log.seek(0)
            print(*log.readlines()[-LOG_LINES:], sep="", file=sys.stderr)
            raise
        finally:
            stop(process)


def wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.1)
    raise TimeoutError(f"A server did not start: {process.args!r}")


def stop(process: subprocess.Popen[bytes]) -> None:
    family = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    process.terminate()
    try:
        process.wait(STOP_TIMEOUT)
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
    """Return the peak resident memory of a process, as Linux reports it."""
    (kilobytes,) = re.findall(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(kilobytes) / 1024
