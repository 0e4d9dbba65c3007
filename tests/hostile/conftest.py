"""A real server with the settings of production and short time limits, for clients that don't play by the rules."""

import os
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import quote, urlencode

import psutil
import pytest
from django.conf import settings
from django.db import connection
from pytest_django import DjangoDbBlocker

from tests.database_setup import delete_all_rows

CLIENT_TIMEOUT = 4  # seconds; 30 by default
START_TIMEOUT = 60
HEADERS = {"X-Forwarded-Proto": "https", "Accept-Language": "en"}


@dataclass(frozen=True)
class Server:
    port: int
    process: psutil.Popen
    log: Path

    def connect(self, data: bytes = b"", *, receive_buffer: int = 0) -> socket.socket:
        """Open a connection and send data."""
        client = socket.socket()
        client.settimeout(START_TIMEOUT)
        if receive_buffer:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        client.connect(("127.0.0.1", self.port))
        client.sendall(data)
        return client

    def get(self, path: str, headers: Mapping[str, str] = {}) -> tuple[int, float]:
        """Return the status of a response, and the seconds until it was read."""
        start = time.monotonic()
        connection = HTTPConnection("127.0.0.1", self.port, timeout=START_TIMEOUT)
        try:
            connection.request("GET", path, headers={**HEADERS, **headers})
            response = connection.getresponse()
            response.read()
            return response.status, time.monotonic() - start
        finally:
            connection.close()


def request(method: str, path: str, headers: Mapping[str, str | int] = {}, body: bytes = b"") -> bytes:
    """Return the bytes of a request, or of its beginning."""
    lines = [f"{name}: {value}" for name, value in {"Host": "localhost", **HEADERS, **headers}.items()]
    return "\r\n".join([f"{method} {path} HTTP/1.1", *lines, "", ""]).encode() + body


def response_to(client: socket.socket) -> HTTPResponse:
    """Return the response that was received, after its head was read."""
    response = HTTPResponse(client)
    response.begin()
    return response


def is_closed(client: socket.socket) -> bool:
    """Read what was sent to a client. Return whether the server has closed the connection."""
    client.setblocking(False)
    try:
        while client.recv(2**20):
            pass
    except BlockingIOError:
        return False
    except ConnectionError:
        return True
    return True


@pytest.fixture(scope="module")
def committed_rows(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let the tests of a module commit rows, and delete them at the end."""
    with django_db_blocker.unblock():
        yield
        delete_all_rows()


@pytest.fixture(scope="module")
def server(committed_rows: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve the test database by the command of production. The server's temporary files are in `log.parent`."""
    folder = tmp_path_factory.mktemp("server")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    variables = {
        "CLIENT_TIMEOUT": str(CLIENT_TIMEOUT),
        "DATABASE_URL": database_url(),
        "HTTPS": "1",
        "NUM_PROXIES": "1",
        "SECRET_KEY": "only for tests",
        "THROTTLE_ANONYMOUS": "",
        "TMPDIR": str(folder),
    }
    with (folder / "log").open("wb") as log:
        process = psutil.Popen(
            [sys.executable, "manage.py", "serve", "--port", str(port)],
            cwd=settings.BASE_DIR,
            env=os.environ | variables,
            stdout=log,
            stderr=log,
        )
    server = Server(port, process, folder / "log")
    try:
        wait_until_serving(server)
        yield server
    finally:
        with suppress(psutil.NoSuchProcess):
            process.kill()
        process.wait()


def wait_until_serving(server: Server) -> None:
    end = time.monotonic() + START_TIMEOUT
    while time.monotonic() < end and server.process.is_running():
        with suppress(ConnectionError):
            assert server.get("/api/v1/units/?limit=1")[0] == 200  # the first response takes longer than others
            return
        time.sleep(0.1)
    raise TimeoutError(server.log.read_text())


def database_url() -> str:
    test = connection.settings_dict
    user = ":".join(quote(test[name], safe="") for name in ("USER", "PASSWORD") if test[name])
    options = {"host": test["HOST"]} | ({"port": test["PORT"]} if test["PORT"] else {})
    return f"postgres://{user}@/{test['NAME']}?{urlencode(options)}"
