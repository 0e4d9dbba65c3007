from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from bench.client import CONNECTIONS, Request, UnexpectedResponseError, line_rate, rate

BODY = b"[1]\r\n\r\n" * 20_000  # longer than one read, and with sequences that look like the end of the headers


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.paths.append(self.path)  # type: ignore[attr-defined]
        kind = self.path.strip("/")
        self.send_response(int(kind) if kind.isdigit() else 200)
        if kind == "chunks":
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for part in (BODY, b"end"):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
            self.wfile.write(b"0\r\n\r\n")
        elif kind == "304":
            self.end_headers()
        else:
            self.send_header("Content-Length", str(len(BODY)))
            self.end_headers()
            self.wfile.write(BODY)

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.paths: list[str] = []

    def handle_error(self, *_: object) -> None:
        """Ignore clients that close the connection early."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.mark.parametrize(("path", "status"), [("/length", 200), ("/chunks", 200), ("/304", 304)])
def test_response_is_read_to_its_end_and_counted(server: Server, path: str, status: int) -> None:
    measured = rate(server.server_port, [Request(path, status=status)], seconds=0.2)
    assert len(server.paths) >= CONNECTIONS
    assert 0 < measured.per_second <= len(server.paths) / 0.2
    assert measured.client_share > 0  # includes the thread of the server


def test_requests_are_sent_in_turn(server: Server) -> None:
    rate(server.server_port, [Request("/a"), Request("/b")], seconds=0)
    assert sorted(server.paths) == ["/a", "/a", "/b", "/b"]


def test_unexpected_status_is_an_error(server: Server) -> None:
    with pytest.raises(UnexpectedResponseError, match=r"429 .* instead of 200 at /429"):
        rate(server.server_port, [Request("/429")], seconds=0.2)


def test_stream_with_missing_lines_is_an_error() -> None:
    assert line_rate([b"1\n2", b"\n3\n"], 3).per_second > 0
    with pytest.raises(UnexpectedResponseError, match="2 lines instead of 3"):
        line_rate([b"1\n", b"2\n"], 3)
