"""Redirect requests that write with 308 instead of 301.

Django redirects to URLs with a final slash and to HTTPS with 301, after which clients send a GET: it succeeds, and
nothing was written. The redirects with 302 are left alone, because they follow a form that was saved.
"""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponseBase

from config.error_handlers import redirect_of_write
from pledges.api.http.etags import SAFE_METHODS


class RedirectMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code == HTTPStatus.MOVED_PERMANENTLY and request.method not in SAFE_METHODS:
            return redirect_of_write(request, response["Location"])
        return response
