"""Send requests to a server over four connections, and measure the rate of the responses.

The client is a simple loop over sockets. It shares the machine with the servers, so it must use little CPU time.
"""

import selectors
import socket
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import cycle

CONNECTIONS = 4
BLOCK_SIZE = 1 << 18  # bytes read at once
LENGTH = b"content-length:"
END_OF_HEADERS = b"\r\n\r\n"
END_OF_CHUNKS = b"0\r\n\r\n"


@dataclass(frozen=True)
class Request:
    path: str
    headers: tuple[str, ...] = ()
    status: int = 200

    def encoded(self, port: int) -> bytes:
        return "\r\n".join([f"GET {self.path} HTTP/1.1", f"Host: localhost:{port}", *self.headers, "", ""]).encode()


class UnexpectedResponseError(Exception):
    """A server returned a response that must not be measured, such as an error."""


class Connection:
    """A persistent connection with one request at a time."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, request: Request, encoded: bytes) -> None:
        self.request = request
        self.head = b""
        self.socket.sendall(encoded)

    def has_received_all(self, block: memoryview) -> bool:
        """Read the bytes that have arrived. Return whether the response is complete."""
        count = self.socket.recv_into(block)
        if not count:
            raise UnexpectedResponseError(f"The server closed the connection at {self.request.path}.")
        if self.head.endswith(END_OF_HEADERS):
            self.remaining -= count
        else:
            self.head, ends, body = (self.head + block[:count].tobytes()).partition(END_OF_HEADERS)
            if not ends:
                return False
            self.head += ends
            self._read_head(len(body))
        return self.remaining == 0 if self.has_length else block[:count].tobytes().endswith(END_OF_CHUNKS)

    def _read_head(self, body_length: int) -> None:
        status, *fields = self.head.lower().split(b"\r\n")
        if status.split()[1] != str(self.request.status).encode():
            raise UnexpectedResponseError(f"{status.decode()} instead of {self.request.status} at {self.request.path}")
        lengths = [int(field.removeprefix(LENGTH)) for field in fields if field.startswith(LENGTH)]
        self.has_length = bool(lengths) or self.request.status == 304
        self.remaining = sum(lengths) - body_length


@dataclass(frozen=True)
class Rate:
    """Responses per second, and the share of one CPU core that the client used."""

    per_second: float
    client_share: float


def rate(port: int, requests: Sequence[Request], seconds: float) -> Rate:
    """Repeat the requests for `seconds`, then wait for the last responses. Return the rate of responses."""
    following = cycle([(request, request.encoded(port)) for request in requests])
    block = memoryview(bytearray(BLOCK_SIZE))
    with selectors.DefaultSelector() as selector, ExitStack() as sockets:
        connections = [Connection(port) for _ in range(CONNECTIONS)]
        started, used = time.perf_counter(), time.process_time()
        for connection in connections:
            sockets.enter_context(connection.socket)
            connection.send(*next(following))
            selector.register(connection.socket, selectors.EVENT_READ, connection)
        responses = 0
        while selector.get_map():
            for key, _ in selector.select():
                if not key.data.has_received_all(block):
                    continue
                responses += 1
                if time.perf_counter() - started < seconds:
                    key.data.send(*next(following))
                else:
                    selector.unregister(key.fileobj)
        elapsed = time.perf_counter() - started
        return Rate(responses / elapsed, (time.process_time() - used) / elapsed)


def line_rate(blocks: Iterable[bytes], expected: int) -> Rate:
    """Read a stream to its end. Return the rate of lines. Raise UnexpectedResponseError if their number is wrong."""
    started, used = time.perf_counter(), time.process_time()
    lines = sum(bytes(block).count(b"\n") for block in blocks)
    elapsed = time.perf_counter() - started
    if lines != expected:
        raise UnexpectedResponseError(f"{lines} lines instead of {expected}")
    return Rate(lines / elapsed, (time.process_time() - used) / elapsed)
