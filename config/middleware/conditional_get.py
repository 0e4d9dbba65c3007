"""Respond 304 Not Modified to a current ETag, before a session is loaded and a view runs."""

from collections.abc import Callable

from django.db import Error
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotModified

from pledges.api.http.etags import PUBLIC, SAFE_METHODS, cache_validators


class ConditionalGetMiddleware:
    """Return 304 if `If-None-Match` contains the current ETag of the URL.

    An ETag is a keyed hash of the URL and the version of the record. A client can know the current one only from a
    response of the view, so the middleware doesn't check whether the view supports ETags.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return _not_modified_response(request) or self.get_response(request)


def _not_modified_response(request: HttpRequest) -> HttpResponseBase | None:
    known = request.headers.get("If-None-Match", "")
    if 'W/"' not in known or request.method not in SAFE_METHODS or "Authorization" in request.headers:
        return None
    try:
        validators = cache_validators(request)
    except Error:
        return None  # the view will fail for the same reason, and report it
    if validators.opaque_tag not in known:
        return None
    response = HttpResponseNotModified()
    validators.set_cache_headers(response, PUBLIC)
    return response
