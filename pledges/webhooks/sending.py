"""Send a webhook message, only to IP addresses that were checked, with limits of time and size."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException

from django.utils.translation import gettext as _
from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from pledges.outbound.connections import open_connection
from pledges.outbound.destinations import Destination, DestinationError, destination_of

MAX_EXCERPT_BYTES = 2000
USER_AGENT = "Duixian-Webhooks"


@dataclass(frozen=True)
class Outcome:
    """The response of a receiver. `status` is None if there was no response; `error` then says why."""

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
    """Post a message once. Errors are not raised, they are part of the outcome."""
    try:
        destination = destination_of(url)
        with open_connection(destination) as connection:
            return _post(connection, destination, headers, body)
    except DestinationError as error:
        return Outcome(error=str(error))
    except (OSError, HTTPException, HTTPError, ValueError) as error:
        return Outcome(error=_clean_text(f"{type(error).__name__}: {error}"))


def _post(connection: HTTPConnection, destination: Destination, headers: Mapping[str, str], body: bytes) -> Outcome:
    own_headers = {"Host": destination.host_header, "User-Agent": USER_AGENT}
    connection.request("POST", destination.path, body, own_headers | dict(headers), preload_content=False)
    response = connection.getresponse()
    return Outcome(response.status, _excerpt(response), _error(response))


def _excerpt(response: BaseHTTPResponse) -> str:
    """Return the beginning of the response body, or an empty string if reading fails. A failure changes no outcome."""
    try:
        return _clean_text(response.read1(MAX_EXCERPT_BYTES, decode_content=False).decode(errors="replace"))
    except (OSError, HTTPException, HTTPError):
        return ""


def _error(response: BaseHTTPResponse) -> str:
    return _("The receiver redirects; redirects are not followed.") if 300 <= response.status < 400 else ""


def _clean_text(text: str) -> str:
    """Return text without NUL, which PostgreSQL cannot store, cut to the maximum length."""
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}")[:MAX_EXCERPT_BYTES]
