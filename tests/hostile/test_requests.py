"""Requests that forge the IP address of the client, or have bodies larger than their view allows."""

import json
import socket
import time
from contextlib import suppress
from pathlib import Path

import pytest
from django.core.management import call_command

from config.web_server import MIB
from pledges.api.http.parsers import MAX_UPLOAD
from tests.hostile.conftest import Server, request, response_to

pytestmark = [pytest.mark.hostile, pytest.mark.slow, pytest.mark.database]

UPLOAD = "/admin/pledges/followup/add/"
MULTIPART = {"Content-Type": "multipart/form-data; boundary=x", "Cookie": "__Host-csrftoken=" + "a" * 32}
FILE = b'--x\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
CHUNK = b"100000\r\n" + b"a" * MIB + b"\r\n"


def logged_client(server: Server, request_id: str) -> str:
    """Return the client in the log line of a request."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        lines = [line for line in server.log.read_text().splitlines() if request_id in line]
        if lines:
            return str(json.loads(lines[0])["client"])
        time.sleep(0.05)
    raise AssertionError(f"{request_id} is not logged")


def temporary_bytes(server: Server) -> int:
    """Return the size of the server's temporary files, which are deleted but open."""
    size = 0
    for file in Path(f"/proc/{server.process.pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed in the meantime
            target = str(file.readlink())
            if target.startswith(str(server.log.parent)) and target.endswith("(deleted)"):
                size += file.stat().st_size
    return size


@pytest.mark.parametrize("name", ["X_Forwarded_For", "x_forwarded-for", "X-Forwarded_For"])
def test_header_with_underscore_does_not_forge_the_client(server: Server, name: str) -> None:
    for number, order in enumerate([["X-Forwarded-For", name], [name, "X-Forwarded-For"]]):
        addresses = {"X-Forwarded-For": "198.51.100.1", name: "203.0.113.77"}
        request_id = f"{name}-{number}"
        server.get("/healthz", {header: addresses[header] for header in order} | {"X-Request-ID": request_id})
        assert logged_client(server, request_id) == "198.51.100.1"


def test_repeated_header_does_not_forge_the_client(server: Server) -> None:
    head = request("GET", "/healthz", {"X-Request-ID": "twice", "X-Forwarded-For": "203.0.113.77"})
    with server.connect(head[:-2] + b"X-Forwarded-For: 198.51.100.1\r\n\r\n") as client:
        assert response_to(client).status == 200
    assert logged_client(server, "twice") == "198.51.100.1"


def test_header_with_underscore_does_not_forge_https(server: Server) -> None:
    head = request("GET", "/api/v1/").replace(b"X-Forwarded-Proto", b"X_Forwarded_Proto")
    with server.connect(head) as client:
        assert response_to(client).status == 301


@pytest.mark.parametrize("path", ["/admin/login/", UPLOAD, "/api/v1/units/", "/i18n/setlang/", "/nowhere"])
def test_body_is_refused_by_its_length(server: Server, path: str) -> None:
    with server.connect(request("POST", path, {**MULTIPART, "Content-Length": 600_000_000})) as client:
        response = response_to(client)
        assert (response.status, response.getheader("Connection")) == (413, "close")
        assert b"at most 2.5 MiB, a file 20 MiB" in response.read()


@pytest.mark.parametrize(("path", "limit"), [("/admin/login/", 2.5 * MIB), (UPLOAD, MAX_UPLOAD)])
def test_body_in_chunks_is_refused_while_it_is_read(server: Server, path: str, limit: int) -> None:
    head = request("POST", path, {**MULTIPART, "Transfer-Encoding": "chunked"})
    with server.connect(head + f"{len(FILE):x}\r\n".encode() + FILE + b"\r\n") as client:
        sent = stored = 0
        while not has_data(client):
            client.sendall(CHUNK)
            sent += MIB
            stored = max(stored, temporary_bytes(server))
            assert sent < limit + 16 * MIB, "more than the buffers of the kernel"
        response = response_to(client)
        assert (response.status, response.getheader("Connection")) == (413, "close")
    assert stored <= limit
    assert stored or path != UPLOAD  # the smaller body may be refused before it is measured
    assert temporary_bytes(server) == 0


def has_data(client: socket.socket) -> bool:
    client.setblocking(False)
    try:
        return bool(client.recv(1, socket.MSG_PEEK))
    except BlockingIOError:
        return False
    finally:
        client.setblocking(True)


def test_whole_body_can_be_sent_before_the_refusal_is_read(server: Server) -> None:
    """As a browser does. If the connection were closed at once, an editor would see no message."""
    size = 40 * MIB
    with server.connect(request("POST", UPLOAD, {**MULTIPART, "Content-Length": size})) as client:
        for _ in range(size // MIB):
            client.sendall(b"a" * MIB)
        assert response_to(client).status == 413


def test_request_continues_only_if_its_body_is_allowed(server: Server) -> None:
    for size, status in ((600_000_000, 413), (1000, 100)):
        headers: dict[str, str | int] = {**MULTIPART, "Content-Length": size, "Expect": "100-continue"}
        with server.connect(request("POST", "/admin/login/", headers)) as client:
            assert client.recv(12) == f"HTTP/1.1 {status}".encode()


@pytest.mark.parametrize("line", [b"1;" + b"a" * 100_000, b"0\r\n" + b"a" * 100_000])
def test_endless_line_of_a_chunk_is_rejected(server: Server, line: bytes) -> None:
    head = request("POST", "/admin/login/", {**MULTIPART, "Transfer-Encoding": "chunked"})
    with server.connect(head + line) as client:
        assert response_to(client).status == 400


def test_endless_header_is_rejected(server: Server) -> None:
    with server.connect(request("GET", "/", {"X-Long": "a" * 100_000})) as client:
        assert response_to(client).status == 431


def test_killed_server_leaves_no_worker(server: Server) -> None:
    """The last test of the module."""
    assert server.process.children(recursive=True) == []
    server.process.kill()
    server.process.wait()
    with pytest.raises(ConnectionRefusedError):
        server.get("/healthz")
    call_command("check_record")
