"""Respond 503 instead of 500 if a view fails because the database is overloaded or unavailable."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from config.error_handlers import overload_response


class OverloadMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        return overload_response(request, error)
