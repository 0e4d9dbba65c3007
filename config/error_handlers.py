"""Error responses of Django handlers and middleware: problem documents for the API and feeds, HTML pages elsewhere."""

import sys
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.text import format_lazy
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext_lazy as _
from django.views import defaults

from config.api_requests import is_api_request
from pledges.api.http.negotiation import PROBLEM_TYPE
from pledges.api.http.problems import DETAILS, problem_document
from pledges.database.overload import RETRY_AFTER, TOO_SLOW, handle_overload


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    return _problem(request, HTTPStatus.BAD_REQUEST) or defaults.bad_request(request, exception)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    return _problem(request, HTTPStatus.FORBIDDEN) or defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    return _problem(request, HTTPStatus.NOT_FOUND) or defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Called by Django while it handles an exception, also one of the middleware."""
    return (
        overload_response(request, sys.exception())
        or _problem(request, HTTPStatus.INTERNAL_SERVER_ERROR)
        or defaults.server_error(request)
    )


def content_too_large(request: HttpRequest) -> HttpResponseBase:
    """Return a 413 response. Called by the middleware."""
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return _problem(request, status) or render(request, "413.html", {"message": DETAILS[status]}, status=status)


def overload_response(request: HttpRequest, error: BaseException | None) -> HttpResponseBase | None:
    """Return a 503 response if the error means that the database is overloaded or unavailable, otherwise None."""
    if not (message := handle_overload(error)):
        return None
    status = HTTPStatus.SERVICE_UNAVAILABLE
    context = {"message": message, "is_too_slow": message is TOO_SLOW}
    response = _problem(request, status, detail=message) or render(request, "503.html", context, status=status)
    response["Retry-After"] = RETRY_AFTER
    return response


def redirect_of_write(request: HttpRequest, location: str) -> HttpResponseBase:
    """Return a 308 response, after which clients send the request again as it is. Called by the middleware."""
    url = request.build_absolute_uri(location)
    response = _problem(
        request,
        HTTPStatus.PERMANENT_REDIRECT,
        detail=format_lazy(_("Nothing was written. Send the request to {url}."), url=url),
    )
    if response is None:
        return HttpResponsePermanentRedirect(url, preserve_request=True)
    response["Location"] = url
    return response


def _problem(request: HttpRequest, status: HTTPStatus, **members: Any) -> HttpResponseBase | None:
    """Return a problem document, or None if the request is not for the API or a feed.

    The language is determined from the request, because the error may occur before `LocaleMiddleware` activates one.
    """
    if not is_api_request(request):
        return None
    language = get_language_from_request(request)
    with override(language):
        translated = {name: str(value) for name, value in members.items()}
        response = JsonResponse(
            problem_document(status) | translated,
            status=status,
            content_type=PROBLEM_TYPE,
            json_dumps_params={"ensure_ascii": False},
        )
    response["Content-Language"] = language
    response["Cache-Control"] = "no-store"
    patch_vary_headers(response, ["Accept-Language"])
    return response
