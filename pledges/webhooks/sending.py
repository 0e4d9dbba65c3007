"""Sending one message: to the address that was checked and no other, within limits of time and size."""

import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException
from threading import Timer

from django.utils.translation import gettext as _
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from pledges.outbound.destinations import AddressError, Destination, destination_of

CONNECT_SECONDS = 5
READ_SECONDS = 10
TOTAL_SECONDS = 15
EXCERPT_BYTES = 2000
USER_AGENT = "Duixian-Webhooks"


@dataclass(frozen=True)
class Outcome:
    """What a receiver answered; without a status there was no answer, and `error` says why."""

    status: int | None = None
    excerpt: str = ""
    error: str = ""

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        return self.status == HTTPStatus.GONE


def send(url: str, headers: Mapping[str, str], body: bytes) -> Outcome:
    """Post a message once; whatever goes wrong is told in the outcome."""
    try:
        destination = destination_of(url)
        with _connected(destination) as connection:
            return _post(connection, destination, headers, body)
    except AddressError as refusal:
        return Outcome(error=str(refusal))
    except (OSError, HTTPException, HTTPError, ValueError) as failure:
        return Outcome(error=_readable(f"{type(failure).__name__}: {failure}"))


@contextmanager
def _connected(destination: Destination) -> Iterator[HTTPConnection]:
    """A connection to the first address that takes it; no name is looked up again, and no proxy asked."""
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


def _post(connection: HTTPConnection, destination: Destination, headers: Mapping[str, str], body: bytes) -> Outcome:
    own = {"Host": destination.host_header, "User-Agent": USER_AGENT}
    with _cut_off_after(TOTAL_SECONDS, connection):
        connection.timeout = READ_SECONDS
        connection.request("POST", destination.path, body, own | dict(headers), preload_content=False)
        response = connection.getresponse()
        return Outcome(response.status, _excerpt(response), _error(response))


@contextmanager
def _cut_off_after(seconds: float, connection: HTTPConnection) -> Iterator[None]:
    """End a conversation that goes on for too long: a receiver could send a byte now and then for ever."""
    timer = Timer(seconds, _hang_up, [connection.sock])
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _hang_up(conversation: socket.socket) -> None:
    with suppress(OSError):  # it is over already
        conversation.shutdown(socket.SHUT_RDWR)


def _excerpt(response: BaseHTTPResponse) -> str:
    """The beginning of an answer; that it breaks off afterwards changes nothing."""
    try:
        return _readable(response.read1(EXCERPT_BYTES, decode_content=False).decode(errors="replace"))
    except (OSError, HTTPException, HTTPError):
        return ""


def _error(response: BaseHTTPResponse) -> str:
    return _("It redirects; redirects are not followed.") if 300 <= response.status < 400 else ""


def _readable(text: str) -> str:
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}")[:EXCERPT_BYTES]
