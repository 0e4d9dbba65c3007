"""Serve the site with Waitress until a signal stops this process.

Waitress reads a whole request before a thread executes it, and sends the response while the thread continues with other
requests. It ignores headers with an underscore in their name, so no client can forge `X-Forwarded-For` with them. The
classes here add limits, so that no client can hold a connection, memory or disk space for long.
"""

import resource
import signal
import socket
import sys
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.db import connections
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher
from waitress.utilities import BadRequest

from config.body_limits import body_limit
from config.serving import THREADS

KIB, MIB = 1024, 1024 * 1024
MIN_RATE = 16 * KIB  # bytes a second that a client has to send or to read, on average
MAX_CONNECTIONS = 2000
MAX_BUFFERED = 512 * MIB  # bodies and unread responses of all connections; those over 1 MiB are in temporary files
MAX_HEADERS = 32 * KIB
MAX_CHUNK_LINE = KIB  # the line before a chunk, with the length of the chunk, or the trailer after the last
MAX_UNREAD = 4 * MIB  # of a response, before its thread waits. It is more than any static file has.
SEND_BUFFER = 256 * KIB  # of the kernel, for each connection
LINGER_SECONDS = 5
MAX_SECONDS_BETWEEN_CHECKS = 2
OPEN_FILES = 8192
ACCEPTED_AT_ONCE = 64


def stop_on_signals() -> None:
    """Let SIGTERM and SIGHUP raise KeyboardInterrupt, as Ctrl-C does."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)


def serve(host: str, port: int, when_ready: Callable[[], None]) -> None:
    """Serve the site. `when_ready` is called once the port accepts connections."""
    connections.close_all()  # those that were opened before are not in the pool
    from config.wsgi import application

    dispatcher = ThreadedTaskDispatcher()
    dispatcher.queue = NewestFirst()
    dispatcher.set_thread_count(THREADS)
    server = Server(
        application,
        host=host,
        port=port,
        dispatcher=dispatcher,
        ident=None,
        asyncore_use_poll=True,
        cleanup_interval=1,
        connection_limit=sys.maxsize,  # Waitress would accept no more; see `handle_accept`
        clear_untrusted_proxy_headers=False,  # NUM_PROXIES says which are trusted
        inbuf_overflow=MIB,
        outbuf_high_watermark=MAX_UNREAD,
        max_request_header_size=MAX_HEADERS,
        max_request_body_size=sys.maxsize,  # see `Request`
        log_socket_errors=False,
    )
    when_ready()
    server.run()


class NewestFirst(deque[Any]):
    """A queue of requests. After a burst, a new request does not have to wait until all earlier ones are finished."""

    def popleft(self) -> Any:
        return self.pop()


class Request(HTTPRequestParser):
    """A request while it is received. The body is not stored if it is larger than the view allows."""

    error: Any = None

    def received(self, data: bytes) -> int:
        consumed: int = super().received(data)
        if self.body_rcv is not None and not self.error:
            size = max(self.content_length, self.body_bytes_received)
            if size > body_limit(self.path):
                self._refuse_body(size)
            elif self.chunked and len(self.body_rcv.control_line) + len(self.body_rcv.trailer) > MAX_CHUNK_LINE:
                self.error = BadRequest("Invalid chunk")
                self.completed = True
        if self.completed and not self.empty and consumed < len(data):
            # Requests that are sent before the response was received are dropped. They could fill the memory with
            # responses. The client has to send them again, because the connection is closed.
            self.headers["CONNECTION"] = "close"
            return len(data)
        return consumed

    def _refuse_body(self, size: int) -> None:
        """Let the application respond without the body. `BodyLimitMiddleware` responds 413."""
        self.close()
        self.body_rcv = None
        self.headers |= {"CONTENT_LENGTH": str(size), "CONNECTION": "close"}
        self.expect_continue = False
        self.completed = True


class Channel(HTTPChannel):
    """A connection. It is closed if the client stalls, or sends or reads more slowly than `MIN_RATE`.

    `time_left` is the number of seconds that the client has. It decreases while the server waits for the client, and
    increases with each byte that is sent or received. A new request sets it to CLIENT_TIMEOUT, its maximum.
    """

    parser_class = Request
    close_when_flushed: bool = False
    is_lingering = False

    def __init__(self, *args: Any, **options: Any) -> None:
        self.time_left = float(settings.CLIENT_TIMEOUT)
        self.transferred = 0
        super().__init__(*args, **options)

    @property
    def buffered(self) -> int:
        """The number of bytes that were received but not processed, or written but not sent."""
        requests = [self.request, *self.requests]
        bodies = sum(len(request.body_rcv) for request in requests if request and request.body_rcv is not None)
        return int(self.total_outbufs_len) + bodies

    def pass_time(self, seconds: float) -> None:
        if self.requests and not self.total_outbufs_len:  # the client waits for the server
            self.time_left = settings.CLIENT_TIMEOUT
        else:
            earned = 0 if self.is_lingering else self.transferred / MIN_RATE
            self.time_left = min(self.time_left - seconds + earned, settings.CLIENT_TIMEOUT)
        self.transferred = 0

    def end(self) -> None:
        """Let the main loop close the connection.

        It must not be closed here: the loop could take a new connection that gets the same number for the closed one.
        """
        self.will_close = True
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)  # otherwise, the loop would wait until the client reads

    def service(self) -> None:
        self.time_left = settings.CLIENT_TIMEOUT
        super().service()

    def send(self, data: bytes, do_close: bool = True) -> int:
        sent: int = super().send(data, do_close=do_close)
        self.transferred += sent
        return sent

    def received(self, data: bytes) -> bool:
        self.transferred += len(data)
        return not self.is_lingering and super().received(data)

    def handle_write(self) -> None:
        """Send what is buffered. If the connection is to be closed, wait until the client has closed it too.

        Otherwise, a client that is still sending a body would get an error instead of the response.
        """
        if not self.close_when_flushed:
            super().handle_write()
            return
        self._flush_exception(self._flush_some)
        if self.will_close:
            self.handle_close()
        elif self.connected and not self.total_outbufs_len:
            self.close_when_flushed = False
            self.is_lingering = True
            self.time_left = min(self.time_left, LINGER_SECONDS)
            with suppress(OSError):
                self.socket.shutdown(socket.SHUT_WR)


class Server(TcpWSGIServer):
    channel_class = Channel

    def __init__(self, *args: Any, **options: Any) -> None:
        self.last_maintenance = time.monotonic()
        self.max_connections = min(MAX_CONNECTIONS, allowed_files() // 3)
        super().__init__(*args, **options)

    def set_socket_options(self, conn: socket.socket) -> None:
        super().set_socket_options(conn)
        conn.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)

    def handle_accept(self) -> None:
        """Accept connections. If there are too many, close the ones that have the least time left."""
        for _ in range(ACCEPTED_AT_ONCE):  # Waitress accepts one, and then checks all connections again
            before = len(self.active_channels)
            super().handle_accept()
            if len(self.active_channels) == before:
                break
            if before >= self.max_connections:
                remaining = (channel for channel in self.active_channels.values() if not channel.will_close)
                min(remaining, key=lambda channel: channel.time_left).end()

    def maintenance(self, now: float) -> None:
        """Close connections of slow clients, and the slowest ones if too much is buffered. Called every second."""
        now = time.monotonic()
        # If the server itself was busy for longer, the clients are not to blame.
        seconds = min(now - self.last_maintenance, MAX_SECONDS_BETWEEN_CHECKS)
        self.last_maintenance = now
        channels = list(self.active_channels.values())
        for channel in channels:
            channel.pass_time(seconds)
        buffered = 0
        for channel in sorted(channels, key=lambda channel: channel.time_left, reverse=True):
            buffered += channel.buffered
            if channel.time_left < 0 or buffered > MAX_BUFFERED:
                channel.end()


def allowed_files() -> int:
    """Allow this process to open more files, since each connection is one, and return how many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < OPEN_FILES:
        soft = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return soft
