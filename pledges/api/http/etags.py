"""Conditional requests on the public record: `ETag`, `Last-Modified`, 304 and 412 (RFC 9110, section 13)."""

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
from pledges.api.http.problems import ProblemError

SAFE_METHODS = ("GET", "HEAD")
VARY = ["Accept", "Accept-Language", "Authorization"]
# A published row can be retracted, so browsers revalidate each time, and shared caches at least every 10 seconds.
PUBLIC = "public, max-age=0, s-maxage=10, must-revalidate"
PRIVATE = "private, no-cache"
# `Last-Modified` has a resolution of one second, and a commit takes some time. During this period after a change,
# another change can get the same `Last-Modified`.
UNSETTLED_SECONDS = 2
LATEST_REVISION = """
    SELECT number, extract(epoch FROM at)::float8, extract(epoch FROM clock_timestamp())::float8
    FROM pledges_revision WHERE number IS NOT NULL ORDER BY number DESC LIMIT 1
"""


@dataclass(frozen=True)
class CacheValidators:
    """The validators of one URL at the time of a request. `last_modified` is in seconds since 1970.

    Until `is_settled`, a later change can get the same `last_modified`, so conditions must not rely on it.
    """

    opaque_tag: str
    last_modified: int
    is_settled: bool

    @property
    def etag(self) -> str:
        """Return a weak ETag, because equal content can be compressed to different bytes."""
        return f"W/{self.opaque_tag}"

    def conditional_response(self, request: HttpRequest | Request, response: Any) -> Any:
        """Return the response, or one with status 304 or 412 if the conditions of the request require it."""
        last_modified = self.last_modified if self.is_settled else None
        return get_conditional_response(request, self.etag, last_modified, response)

    def set_cache_headers(self, response: HttpResponseBase, cache_control: str, vary: Sequence[str] = VARY) -> None:
        response["ETag"] = self.etag
        response["Last-Modified"] = http_date(self.last_modified)
        response["Cache-Control"] = cache_control
        patch_vary_headers(response, vary)


def cache_validators(request: HttpRequest | Request) -> CacheValidators:
    """Return the validators of the requested URL, language and format.

    They change with each revision of the record, with each version of the software, and at midnight, because timeliness
    depends on the day.
    """
    number, at, now = _latest_revision()
    today = timezone.localdate()
    changed = max(at, _midnight(today))
    is_settled = now - changed > UNSETTLED_SECONDS
    variant = (get_language(), request.headers.get("Accept"), request.build_absolute_uri())
    parts = (number, at, today, *variant, __version__, settings.SITE_URL, settings.NEWSROOM)
    digest = salted_hmac("version", "\n".join(map(str, parts))).hexdigest()
    return CacheValidators(f'"{digest}"', int(changed) - (not is_settled), is_settled)


def _latest_revision() -> tuple[int, float, float]:
    """Return the number and time of the latest revision, and the current time by the clock of the database.

    Every request runs this query. As a prepared statement without Django's cursor, it takes a third of the time.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        return cursor.execute(LATEST_REVISION, prepare=True).fetchone() or (0, 0, timezone.now().timestamp())


@cache
def _midnight(today: date) -> float:
    return timezone.make_aware(datetime.combine(today, time.min)).timestamp()


def checked_precondition(response: Any) -> Any:
    """Return the result of `get_conditional_response()`. Raise `ProblemError` if `If-Match` failed."""
    if response is not None and response.status_code == HTTPStatus.PRECONDITION_FAILED:
        raise ProblemError(
            HTTPStatus.PRECONDITION_FAILED, _("The resource has changed since the version in `If-Match`.")
        )
    return response


class ConditionalResponseMixin(APIView):
    """A view whose responses depend only on the public record and the current day."""

    validators: CacheValidators

    def is_public_response(self, request: Request) -> bool:
        """Return whether the response contains only public data."""
        return True

    def perform_authentication(self, request: Request) -> None:
        """Compute the ETag before reading rows, so that a concurrent commit can only make it stale, never wrong."""
        super().perform_authentication(request)
        if request.method in SAFE_METHODS:
            self.validators = cache_validators(request)

    def not_modified_response(self, request: Request) -> HttpResponseBase | None:
        """Return 304 if the client's copy is current, otherwise None. Raise 412 if `If-Match` fails."""
        return self._conditional_response(request, None) if self.is_public_response(request) else None

    def _conditional_response(self, request: Request, response: Any) -> Any:
        return checked_precondition(self.validators.conditional_response(request, response))

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if (
            request.method not in SAFE_METHODS
            or response.status_code not in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED)
            or response.has_header("ETag")
            or not self.is_public_response(request)
        ):
            return response
        self.validators.set_cache_headers(response, PRIVATE if request.auth else PUBLIC)
        if response.streaming:  # the view has checked the conditions before starting the stream
            return response
        try:
            return self._conditional_response(request, response)
        except ProblemError as problem:
            return self.finalize_response(request, self.handle_exception(problem), *args, **kwargs)
