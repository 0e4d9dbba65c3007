"""Links give the text of their page, or an error; redirects are checked one by one."""

import gzip
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from pytest_django.fixtures import Settings

from pledges.outbound import connections
from pledges.reading import files
from pledges.reading.links import read_link
from pledges.reading.page import ReadingError

from .documents import TEXT, html

pytestmark = pytest.mark.usefixtures("english")


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(302 if "redirect" in self.path else 404 if self.path == "/missing" else 200)
        if self.path == "/redirect":
            self.send_header("Location", "page")
        elif self.path == "/redirects":
            self.send_header("Location", "/redirects")
        elif self.path == "/redirect-to-file":
            self.send_header("Location", "file:///etc/passwd")
        content = bytes(2_000_000) if self.path == "/bomb" else html(TEXT)
        if self.path in {"/bomb", "/compressed"}:
            content = gzip.compress(content)
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        if self.path not in {"/drip", "/endless"}:
            self.wfile.write(content)
        while self.path == "/endless":
            self.wfile.write(b"text " * 2000)
        while self.path == "/drip":
            self.wfile.write(b"text ")
            time.sleep(0.01)

    def log_message(self, *args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Print nothing when a client closes the connection."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with Server(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("path", ["page", "redirect", "compressed"])
def test_page_behind_a_link_is_read(
    server: str, settings: Settings, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    monkeypatch.setattr("pledges.reading.links.read_uploaded_file", files.read_file)  # without another process
    assert all(line in read_link(f"{server}/{path}").text for line in TEXT.split("\n"))


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("missing", "answered with the status 404"),
        ("redirects", "from page to page without an end"),
        ("redirect-to-file", "not a web address"),
        ("bomb", "too large"),
        ("endless", "too large"),
    ],
)
def test_unreadable_link_gives_an_error(
    server: str, settings: Settings, monkeypatch: pytest.MonkeyPatch, path: str, message: str
) -> None:
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    monkeypatch.setattr(files, "MAX_BYTES", 1_000_000)
    with pytest.raises(ReadingError, match=message):
        read_link(f"{server}/{path}")


def test_page_that_takes_too_long_is_not_read(server: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    monkeypatch.setattr(connections, "TOTAL_SECONDS", 0.2)
    with pytest.raises(ReadingError, match="can't be fetched: TimeoutError"):
        read_link(f"{server}/drip")


def test_private_network_is_not_read(server: str) -> None:
    with pytest.raises(ReadingError, match="Only https"):
        read_link(server)
    with pytest.raises(ReadingError, match="not a public address"):
        read_link(server.replace("http:", "https:").replace("127.0.0.1", "[::ffff:127.0.0.1]"))
