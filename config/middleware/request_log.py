"""A request id for each request, and one log line when its response was sent.

The id is in the response (`X-Request-ID`), in the API's error documents and in every line logged meanwhile. A line has
no query string, header, cookie or body: these may contain secrets.
"""

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject

from pledges.api.http.clients import client_address
from pledges.api.http.request_id import request_id

HEADER = "X-Request-ID"
WELL_FORMED = re.compile(r"[!-~]{1,128}")
logger = logging.getLogger("requests")


class RequestLogMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        start = time.perf_counter()
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        own_id = given if WELL_FORMED.fullmatch(given) else str(uuid.uuid4())
        request_id.set(own_id)
        response = self.get_response(request)
        response[HEADER] = own_id
        close = response.close

        def close_and_log() -> None:
            """The server closes a response after sending it; sending an export can take minutes."""
            try:
                close()
            finally:
                _log(request, response, time.perf_counter() - start)
                request_id.set(None)

        response.close = close_and_log  # type: ignore[method-assign]
        return response


def _log(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
    logger.info(
        "%s %s",
        request.method,
        request.path,
        extra={
            "method": request.method,
            "path": request.path,
            "status": response.status_code,
            "duration_ms": round(seconds * 1000, 1),
            "client": client_address(request),
            "user": _user_id(request),
        },
    )


def _user_id(request: HttpRequest) -> int | None:
    """The primary key of the user if the view has loaded them: a log line is not worth a query."""
    user = getattr(request, "user", None)
    loaded = getattr(request, "_cached_user", None) if isinstance(user, SimpleLazyObject) else user
    return getattr(loaded, "pk", None)
