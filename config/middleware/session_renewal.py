"""Renew the session of a user while it is in use, so that it ends `SESSION_HOURS` after the last request."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from config.api_requests import is_api_request

RENEWED_AT = "renewed_at"
# Django's SESSION_SAVE_EVERY_REQUEST would write at each request, and set cookies in public responses of the API.
INTERVAL = 5 * 60


class SessionRenewalMiddleware:
    """Save a session that a page has read, at most once in `INTERVAL` seconds."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.session.accessed and not is_api_request(request) and request.user.is_authenticated:
            now = int(time.time())
            login = request.user.last_login
            renewed_at = request.session.get(RENEWED_AT) or (login.timestamp() if login else 0)
            if abs(now - renewed_at) >= INTERVAL:
                request.session[RENEWED_AT] = now
        return response
