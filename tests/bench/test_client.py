from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from bench.client import CONNECTIONS, Request, UnexpectedResponseError, rate, rate_of_lines

BODY = b"[1]\r\n\r\n" * 20_000  # more than one read takes, and what looks like the end of headers


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
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
        self.asked: list[str] = []

    def handle_error(self, *_: object) -> None:
        """A client that has seen enough is no error."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.mark.parametrize(("path", "status"), [("/length", 200), ("/chunks", 200), ("/304", 304)])
def test_each_answer_is_read_to_its_end_and_counted(server: Server, path: str, status: int) -> None:
    found = rate(server.server_port, [Request(path, status=status)], seconds=0.2)
    asked = server.asked
    assert len(asked) >= CONNECTIONS
    assert 0 < found.per_second <= len(asked) / 0.2
    assert found.share_of_client > 0  # the server's thread counts here too


def test_requests_are_sent_in_turn(server: Server) -> None:
    rate(server.server_port, [Request("/a"), Request("/b")], seconds=0)
    assert sorted(server.asked) == ["/a", "/a", "/b", "/b"]


def test_another_status_is_no_measurement(server: Server) -> None:
    with pytest.raises(UnexpectedResponseError, match=r"429 .* instead of 200 at /429"):
        rate(server.server_port, [Request("/429")], seconds=0.2)


def test_a_stream_that_lacks_lines_is_no_measurement() -> None:
    assert rate_of_lines([b"1\n2", b"\n3\n"], 3).per_second > 0
    with pytest.raises(UnexpectedResponseError, match="2 lines instead of 3"):
        rate_of_lines([b"1\n", b"2\n"], 3)
