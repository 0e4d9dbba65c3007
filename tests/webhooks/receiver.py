"""An HTTP server that receives webhooks. Some paths select a kind of misbehaviour, such as `/hang`."""

import json
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from trustme import LeafCert


@dataclass(frozen=True)
class Received:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def content(self) -> Any:
        return json.loads(self.body)


@dataclass
class Receiver:
    url: str = ""
    received: list[Received] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)
    """The status of the response by path; 200 for other paths."""
    is_stopped: Event = field(default_factory=Event)

    @property
    def contents(self) -> list[Any]:
        return [message.content for message in self.received]

    def wait_for(self, messages: int, timeout: float = 30) -> None:
        end = time.monotonic() + timeout
        while len(self.received) < messages:
            assert time.monotonic() < end, f"{len(self.received)} of {messages} messages were received."
            time.sleep(0.02)


class Handler(BaseHTTPRequestHandler):
    receiver: Receiver
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.receiver.received.append(Received(self.path, headers, body))
        self.close_connection = True
        getattr(self, f"respond_{self.path.strip('/')}", self.respond)()

    def respond(self, *, content: bytes = b"thanks", **headers: str) -> None:
        self.send_response(self.receiver.statuses.get(self.path, 200))
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def respond_redirect(self) -> None:
        self.receiver.statuses[self.path] = 302
        self.respond(Location="/elsewhere")

    def respond_hang(self) -> None:
        self.receiver.is_stopped.wait()

    def respond_drip(self) -> None:
        """Send single bytes that never form a complete line."""
        while not self.receiver.is_stopped.wait(0.05):
            try:
                self.wfile.write(b"H")
            except OSError:
                return

    def respond_never_end(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"to be continued")
        self.receiver.is_stopped.wait()

    def respond_long(self) -> None:
        self.respond(content=b"x\x00" * 100_000)

    def respond_nonsense(self) -> None:
        self.wfile.write(b"\x00\x01 what?\r\n\r\n")

    def respond_disconnect(self) -> None:
        pass

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def listening(certificate: LeafCert | None = None) -> Iterator[Receiver]:
    """Run a receiver, over HTTPS if a certificate is given."""
    receiver = Receiver()
    handler = type("BoundHandler", (Handler,), {"receiver": receiver})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            certificate.configure_cert(context)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        receiver.url = f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_port}"
        try:
            yield receiver
        finally:
            receiver.is_stopped.set()
            server.shutdown()
