"""What is answered to errors that no view of the API has caught: a problem in API and feeds, elsewhere a page."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request, override
from django.views import defaults

from config.overload import overload
from pledges.api.addresses import is_for_programs
from pledges.api.http.problems import CONTENT_TYPE, problem


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    return _problem(request, HTTPStatus.BAD_REQUEST) or defaults.bad_request(request, exception)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    return _problem(request, HTTPStatus.FORBIDDEN) or defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    return _problem(request, HTTPStatus.NOT_FOUND) or defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponseBase:
    return _problem(request, HTTPStatus.INTERNAL_SERVER_ERROR) or defaults.server_error(request)


class OverloadMiddleware:
    """For what the database has stopped; it failed no more than the client did."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        return overloaded(request, error)


def overloaded(request: HttpRequest, error: Exception) -> HttpResponseBase | None:
    """What is answered to an error of the database that is an overload."""
    if not (words := overload(error)):
        return None
    status = HTTPStatus.SERVICE_UNAVAILABLE
    return _problem(request, status, detail=words) or render(request, "503.html", {"words": words}, status=status)


def _problem(request: HttpRequest, status: HTTPStatus, **members: Any) -> HttpResponseBase | None:
    """In the language of this request, which may have failed before anybody has asked for it."""
    if not is_for_programs(request):
        return None
    language = get_language_from_request(request)
    with override(language):
        told = {name: str(words) for name, words in members.items()}
        response = JsonResponse(
            problem(status) | told,
            status=status,
            content_type=CONTENT_TYPE,
            json_dumps_params={"ensure_ascii": False},
        )
    response["Content-Language"] = language
    response["Cache-Control"] = "no-store"
    patch_vary_headers(response, ["Accept-Language"])
    return response
