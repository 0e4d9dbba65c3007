"""Whether an answer is still the one that a client or a cache has: `ETag`, `Last-Modified`, and 304 where it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from http import HTTPStatus
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.crypto import salted_hmac
from django.utils.http import http_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.views import APIView

from pledges import __version__
from pledges.api.http.problems import Problem

SAFE = ("GET", "HEAD")
VARY = ["Accept", "Accept-Language", "Authorization"]
# What is public can be retracted: a browser asks each time, a shared cache at least so often.
PUBLIC = "public, max-age=0, s-maxage=10, must-revalidate"
PRIVATE = "private, no-cache"
# `Last-Modified` counts in seconds, and a commit takes a moment: so long, another change can get the same one.
UNSETTLED_SECONDS = 2
LATEST = """
    SELECT number, extract(epoch FROM at)::float8, extract(epoch FROM clock_timestamp())::float8
    FROM pledges_revision WHERE number IS NOT NULL ORDER BY number DESC LIMIT 1
"""


@dataclass(frozen=True)
class Version:
    """One address as it was when a request came in: its tag, and its time in seconds since 1970.

    While it is not settled, that time does not tell it from what comes next.
    """

    tag: str
    modified: int
    is_settled: bool

    @property
    def etag(self) -> str:
        """Weak: what it stands for is the same, but not each byte of an answer that is compressed or zipped."""
        return f"W/{self.tag}"

    def condition(self, request: HttpRequest | Request, response: Any) -> Any:
        """The answer; 304 or 412 in its place where the conditions of the request ask for that."""
        return get_conditional_response(request, self.etag, self.modified if self.is_settled else None, response)

    def stamp(self, response: HttpResponseBase, cache_control: str, vary: Sequence[str] = VARY) -> None:
        response["ETag"] = self.etag
        response["Last-Modified"] = http_date(self.modified)
        response["Cache-Control"] = cache_control
        patch_vary_headers(response, vary)


def version_for(request: HttpRequest | Request) -> Version:
    """It changes with the record, at midnight, as timeliness does, and with the software.

    It is that of one language and format.
    """
    number, at, now = _latest()
    today = timezone.localdate()
    changed = max(at, _midnight(today))
    is_settled = now - changed > UNSETTLED_SECONDS
    asked = (get_language(), request.headers.get("Accept"), request.build_absolute_uri())
    parts = (number, at, today, *asked, __version__, settings.SITE_URL, settings.NEWSROOM)
    digest = salted_hmac("version", "\n".join(map(str, parts))).hexdigest()
    return Version(f'"{digest}"', int(changed) - (not is_settled), is_settled)


def _latest() -> tuple[int, float, float]:
    """The number and the time of the newest revision, and the time by the same clock.

    Each request asks this; as a prepared statement, past Django's cursor, it takes a third of the time.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        return cursor.execute(LATEST, prepare=True).fetchone() or (0, 0, timezone.now().timestamp())


@cache
def _midnight(today: date) -> float:
    return timezone.make_aware(datetime.combine(today, time.min)).timestamp()


class ConditionalResponseMixin(APIView):
    """A view whose answers change with the public record, and with nothing else but the day."""

    version: Version

    def is_public_response(self, request: Request) -> bool:
        """Whether an answer holds what is public, and no more."""
        return True

    def perform_authentication(self, request: Request) -> None:
        """Who is not refused gets what is read after this: what changes meanwhile is another version."""
        super().perform_authentication(request)
        if request.method in SAFE:
            self.version = version_for(request)

    def not_modified_response(self, request: Request) -> HttpResponseBase | None:
        """304 for who has the answer already; None for whoever needs it; a problem for who has seen another version."""
        return self._conditioned(request, None) if self.is_public_response(request) else None

    def _conditioned(self, request: Request, response: Any) -> Any:
        found = self.version.condition(request, response)
        if found is not None and found.status_code == HTTPStatus.PRECONDITION_FAILED:
            raise Problem(HTTPStatus.PRECONDITION_FAILED, _("This is not what you have seen: it has changed."))
        return found

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if (
            request.method not in SAFE
            or response.status_code not in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED)
            or response.has_header("ETag")
            or not self.is_public_response(request)
        ):
            return response
        self.version.stamp(response, PRIVATE if request.auth else PUBLIC)
        if response.streaming:  # it has begun already
            return response
        try:
            return self._conditioned(request, response)
        except Problem as problem:
            return self.finalize_response(request, self.handle_exception(problem), *args, **kwargs)
