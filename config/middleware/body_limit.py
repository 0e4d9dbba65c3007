"""Respond 413 if the body of a request is larger than its view allows, before anything reads it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from config.body_limits import body_limit
from config.error_handlers import content_too_large


class BodyLimitMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > body_limit(request.path_info):
            return content_too_large(request)
        return self.get_response(request)
