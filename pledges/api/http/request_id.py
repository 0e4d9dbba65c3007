"""The ID of the current request, as in `X-Request-ID`; None outside a request. `RequestLogMiddleware` sets it."""

from contextvars import ContextVar

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
