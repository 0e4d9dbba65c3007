"""Each request has an id, which is in its answer and in every line logged for it; the last line tells how it went.

A line is one JSON object. It names no query, header, cookie or body, for secrets are sent in these.
"""

import logging
import re
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject
from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

from config.clients import client_address

HEADER = "X-Request-ID"
WELL_FORMED = re.compile(r"[!-~]{1,128}")
# What can be told by its look, wherever it got in: tokens of the API, secrets of webhooks, passwords in addresses.
SECRET = re.compile(r"dx_[0-9a-f]{16,}|whsec_[\w+/=-]+|(?<=://)[^\s/?#]+(?=@)")

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
logger = logging.getLogger("requests")


class RequestLogMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        start = time.perf_counter()
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        name = given if WELL_FORMED.fullmatch(given) else str(uuid.uuid4())
        request_id.set(name)
        response = self.get_response(request)
        response[HEADER] = name
        close = response.close

        def close_and_log() -> None:
            """The server closes an answer when it was sent, which takes long for an export."""
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
            "user": _user(request),
        },
    )


def _user(request: HttpRequest) -> int | None:
    """The key of the user, if anybody has asked who it is: a line in the log is not worth a query."""
    user = getattr(request, "user", None)
    known = getattr(request, "_cached_user", None) if isinstance(user, SimpleLazyObject) else user
    return getattr(known, "pk", None)


class RequestIdFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True


class Formatter(JsonFormatter):
    """JSON in one line, without secrets."""

    def __init__(self) -> None:
        super().__init__(
            ["levelname", "name", "message", "request_id"],
            rename_fields={"levelname": "level", "name": "logger", "exc_info": "exception"},
            reserved_attrs=[*RESERVED_ATTRS, "request", "status_code"],  # Django's; a request tells its query
            timestamp="time",
            json_ensure_ascii=False,
        )

    def format(self, record: logging.LogRecord) -> str:
        return SECRET.sub("***", super().format(record))
