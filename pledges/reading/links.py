"""Read the text of a page behind a link that an editor has typed."""

import time
from http import HTTPStatus
from http.client import HTTPException
from urllib.parse import urljoin

from django.utils.translation import gettext as _
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from pledges.outbound import connections
from pledges.outbound.destinations import DestinationError, destination_of
from pledges.reading.files import check_size
from pledges.reading.page import Page, ReadingError
from pledges.reading.uploaded_files import read_uploaded_file

MAX_REDIRECTS = 5
CHUNK = 64 * 1024
HEADERS = {"User-Agent": "Duixian-Reader", "Accept-Encoding": "gzip", "Accept": "text/html, application/pdf, */*;q=0.5"}
REDIRECTS = {301, 302, 303, 307, 308}


def read_link(url: str) -> Page:
    """Fetch a page from a public host, and return its text. Raises ReadingError.

    Each URL of a chain of redirects is checked as those of webhooks are (`pledges.outbound`).
    """
    for _redirect in range(MAX_REDIRECTS + 1):
        try:
            content, target = _fetch(url)
        except DestinationError as error:
            raise ReadingError(str(error)) from error
        except (OSError, HTTPException, HTTPError, ValueError) as error:
            text = _("The page can't be fetched: %(error)s")
            raise ReadingError(text % {"error": str(error) or type(error).__name__}) from error
        if not target:
            return read_uploaded_file(content)
        url = urljoin(url, target)
    raise ReadingError(_("The link leads from page to page without an end."))


def _fetch(url: str) -> tuple[bytes, str]:
    """Return the content behind a URL, or the target of its redirect."""
    destination = destination_of(url)
    started = time.monotonic()
    with connections.open_connection(destination) as connection:
        headers = HEADERS | {"Host": destination.host_header}
        connection.request("GET", destination.path, headers=headers, preload_content=False)
        response = connection.getresponse()
        if response.status in REDIRECTS and (target := response.headers.get("Location")):
            return b"", target
        if response.status != HTTPStatus.OK:
            raise ReadingError(_("The host answered with the status %(status)d.") % {"status": response.status})
        content = _content(response)
    if time.monotonic() - started >= connections.TOTAL_SECONDS:
        raise TimeoutError  # the connection was shut down, which looks like the end of the page
    return content, ""


def _content(response: BaseHTTPResponse) -> bytes:
    """Return the uncompressed content. Its size is checked while it is read, since little data can unpack to a lot."""
    content = bytearray()
    while chunk := response.read(CHUNK, decode_content=True):
        content += chunk
        check_size(len(content))
    return bytes(content)
