"""Reading from pages of any origin (CORS). Answers don't depend on the origin, so that caches can keep them for all.

No cookie counts here, so nobody is asked in somebody else's name; and a page that writes is one of this site.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from pledges.api.addresses import is_for_programs

METHODS = "GET, HEAD, OPTIONS"
# What a page may send beyond what each may, and what it may read beyond what each may.
SENT = "Authorization, If-Match, If-Modified-Since, If-None-Match, X-Request-ID"
READ = (
    "Content-Disposition, Content-Language, Content-Length, ETag, Idempotency-Replayed, Last-Modified, Link, Location,"
    " RateLimit, RateLimit-Policy, Retry-After, Vary, X-Request-ID"
)
DAY = "86400"


class CorsMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_for_programs(request):
            return self.get_response(request)
        is_preflight = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
        response = _preflight() if is_preflight else self.get_response(request)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = READ
        return response


def _preflight() -> HttpResponse:
    """The question of a browser whether it may send the request itself."""
    return HttpResponse(
        status=204,
        headers={
            "Access-Control-Allow-Methods": METHODS,
            "Access-Control-Allow-Headers": SENT,
            "Access-Control-Max-Age": DAY,
        },
    )
