"""Connect to other hosts, only to IP addresses that were checked, and with a limit of time."""

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Timer

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from pledges.outbound.destinations import Destination

CONNECT_SECONDS = 5
READ_SECONDS = 10
TOTAL_SECONDS = 15


@contextmanager
def open_connection(destination: Destination) -> Iterator[HTTPConnection]:
    """Connect to the first IP address that accepts a connection, without another DNS lookup or a proxy.

    After TOTAL_SECONDS the socket is shut down. A read timeout alone allows the host to send single bytes forever.
    """
    with _connected(destination) as connection:
        timer = Timer(TOTAL_SECONDS, _shut_down, [connection.sock])
        timer.start()
        try:
            connection.timeout = READ_SECONDS
            yield connection
        finally:
            timer.cancel()


@contextmanager
def _connected(destination: Destination) -> Iterator[HTTPConnection]:
    deadline = time.monotonic() + CONNECT_SECONDS
    for address in destination.addresses:
        connection = _connection(destination, address, max(deadline - time.monotonic(), 1))
        try:
            connection.connect()
        except (OSError, HTTPError):
            connection.close()
            if address == destination.addresses[-1] or time.monotonic() > deadline:
                raise
            continue
        try:
            yield connection
        finally:
            connection.close()
        return


def _connection(destination: Destination, address: str, timeout: float) -> HTTPConnection:
    if destination.scheme == "http":
        return HTTPConnection(address, destination.port, timeout=timeout)
    return HTTPSConnection(
        address,
        destination.port,
        timeout=timeout,
        ssl_context=ssl.create_default_context(),
        server_hostname=destination.host,
    )


def _shut_down(open_socket: socket.socket) -> None:
    with suppress(OSError):  # closed already
        open_socket.shutdown(socket.SHUT_RDWR)
