"""Give each request an ID, and log one line for it after the response was sent.

The ID is in the response (`X-Request-ID`), in the API's error documents and in every line that is logged during the
request. The line contains no query string, header, cookie or body, because these may contain secrets.
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
        current_id = given if WELL_FORMED.fullmatch(given) else str(uuid.uuid4())
        request_id.set(current_id)
        response = self.get_response(request)
        response[HEADER] = current_id
        close = response.close

        def close_and_log() -> None:
            """Called by the server when it has the whole response, for a file in another thread."""
            request_id.set(current_id)
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
    """Return the primary key of the user, or None if the view has not loaded the user. Don't query."""
    user = getattr(request, "user", None)
    loaded = getattr(request, "_cached_user", None) if isinstance(user, SimpleLazyObject) else user
    return getattr(loaded, "pk", None)
