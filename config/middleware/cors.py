"""CORS headers: pages of any origin may read the API and the feeds.

Responses don't depend on `Origin`, so a shared cache keeps one copy for all origins. `*` is safe, because these
URLs ignore cookies: a page of another site can't act on behalf of a logged-in user.

Writing needs a token in `Authorization`, for which browsers send a preflight request first. The preflight of a writing
method gets no CORS headers, so that browsers refuse to send the request.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from config.api_requests import is_api_request

ALLOW_METHODS = ("GET", "HEAD", "OPTIONS")
# What fetch libraries and tracing add to requests that read. `*` allows all others, except in old browsers. It does not
# include `Authorization`. The headers that are always allowed are so only with short and plain values.
ALLOW_HEADERS = (
    "Accept, Accept-Language, Authorization, Baggage, Cache-Control, Content-Language, Content-Type, If-Match,"
    " If-Modified-Since, If-None-Match, If-Range, If-Unmodified-Since, Pragma, Range, Sentry-Trace, Traceparent,"
    " Tracestate, X-Request-ID, X-Requested-With, *"
)
EXPOSE_HEADERS = (
    "Content-Disposition, Content-Language, Content-Length, ETag, Idempotency-Replayed, Last-Modified, Link, Location,"
    " RateLimit, RateLimit-Policy, Retry-After, Vary, X-Request-ID"
)
PREFLIGHT_MAX_AGE = "86400"  # seconds: one day


class CorsMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_api_request(request):
            return self.get_response(request)
        requested_method = request.headers.get("Access-Control-Request-Method")
        is_preflight = request.method == "OPTIONS" and requested_method is not None
        if is_preflight and requested_method not in ALLOW_METHODS:
            return HttpResponse(status=204)
        response = _preflight_response() if is_preflight else self.get_response(request)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = EXPOSE_HEADERS
        return response


def _preflight_response() -> HttpResponse:
    return HttpResponse(
        status=204,
        headers={
            "Access-Control-Allow-Methods": ", ".join(ALLOW_METHODS),
            "Access-Control-Allow-Headers": ALLOW_HEADERS,
            "Access-Control-Max-Age": PREFLIGHT_MAX_AGE,
        },
    )
