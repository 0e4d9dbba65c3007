"""Error responses: all errors of the API are rendered as `application/problem+json` (RFC 9457)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, OperationalError
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from psycopg.errors import DeadlockDetected, SerializationFailure
from rest_framework.exceptions import (
    APIException,
    MethodNotAllowed,
    NotAcceptable,
    ParseError,
    Throttled,
    UnsupportedMediaType,
    ValidationError,
)
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler as rest_exception_handler

from pledges.api.http.negotiation import PROBLEM_TYPE
from pledges.api.http.request_id import request_id
from pledges.database.overload import RETRY_AFTER, handle_overload
from pledges.domain.text import encodable
from pledges.locale.display_names import joined
from pledges.models.violations import violated_constraint, violation_messages

INVALID_PARAMETERS = "urn:duixian:problem:invalid-parameters"
INVALID_CONTENT = "urn:duixian:problem:invalid-content"
UNCONFIRMED_WARNINGS = "urn:duixian:problem:unconfirmed-warnings"
MAX_VALUE_LENGTH = 200
TITLES = {
    HTTPStatus.PERMANENT_REDIRECT: _("Permanent Redirect"),
    HTTPStatus.BAD_REQUEST: _("Bad Request"),
    HTTPStatus.UNAUTHORIZED: _("Unauthorized"),
    HTTPStatus.FORBIDDEN: _("Forbidden"),
    HTTPStatus.NOT_FOUND: _("Not Found"),
    HTTPStatus.METHOD_NOT_ALLOWED: _("Method Not Allowed"),
    HTTPStatus.NOT_ACCEPTABLE: _("Not Acceptable"),
    HTTPStatus.CONFLICT: _("Conflict"),
    HTTPStatus.LENGTH_REQUIRED: _("Length Required"),
    HTTPStatus.PRECONDITION_FAILED: _("Precondition Failed"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _("Content Too Large"),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: _("Unsupported Media Type"),
    HTTPStatus.UNPROCESSABLE_ENTITY: _("Unprocessable Content"),
    HTTPStatus.PRECONDITION_REQUIRED: _("Precondition Required"),
    HTTPStatus.TOO_MANY_REQUESTS: _("Too Many Requests"),
    HTTPStatus.INTERNAL_SERVER_ERROR: _("Internal Server Error"),
    HTTPStatus.SERVICE_UNAVAILABLE: _("Service Unavailable"),
}
DETAILS = {
    HTTPStatus.BAD_REQUEST: _("The request is malformed."),
    HTTPStatus.UNAUTHORIZED: _("A valid token is required: `Authorization: Token …` or `Authorization: Bearer …`."),
    HTTPStatus.FORBIDDEN: _("Your role does not permit this."),
    HTTPStatus.NOT_FOUND: _("There is no resource at this URL."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _("The body is too large: at most 2.5 MiB, a file 20 MiB."),
    HTTPStatus.INTERNAL_SERVER_ERROR: _("Server error. The operator can find it in the log by `request_id`."),
}


class UnknownName(str):
    """The code of an error in a body, with the valid names, or the most similar ones.

    `ValidationError` copies the details that it gets, and keeps only their texts and codes.
    """

    known: list[str]

    def __new__(cls, known: Sequence[str]) -> "UnknownName":
        code = super().__new__(cls, "unknown")
        code.known = list(known)
        return code


@dataclass(frozen=True)
class ParameterError:
    """An invalid parameter. `known` lists the valid names or values, or the most similar ones."""

    parameter: str
    value: str
    message: str
    known: list[str]


class InvalidParameters(APIException):
    status_code = HTTPStatus.BAD_REQUEST

    def __init__(self, errors: list[ParameterError]) -> None:
        super().__init__()
        self.errors = errors


class ProblemError(APIException):
    """An error response with a status, its reason, and further members of the problem document."""

    def __init__(
        self, status: HTTPStatus, detail: Any, *, headers: dict[str, str] | None = None, **members: Any
    ) -> None:
        super().__init__(detail)
        self.status_code = status
        self.headers = headers or {}
        self.members = members


def unconfirmed_warnings(detail: Any, warnings: list[dict[str, str]]) -> ProblemError:
    return ProblemError(
        HTTPStatus.CONFLICT, detail, type=UNCONFIRMED_WARNINGS, title=_("Unconfirmed warnings"), warnings=warnings
    )


class ContentTooLarge(APIException):
    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def problem_document(status: int) -> dict[str, Any]:
    http_status = HTTPStatus(status)
    return {
        "type": "about:blank",
        "title": str(TITLES.get(http_status, http_status.phrase)),
        "status": status,
        "detail": str(DETAILS.get(http_status, http_status.description)),
        "request_id": request_id.get(),
    }


def invalid_parameters(errors: list[ParameterError]) -> dict[str, Any]:
    names = joined(dict.fromkeys(error.parameter for error in errors))
    return problem_document(HTTPStatus.BAD_REQUEST) | {
        "type": INVALID_PARAMETERS,
        "title": gettext("Invalid parameters"),
        "detail": gettext("Invalid parameters, so nothing was queried: %(names)s.") % {"names": names},
        "errors": [asdict(error) for error in errors],
    }


def invalid_content(detail: Any, body: Any) -> dict[str, Any]:
    """Return the problem document for the `detail` of a `ValidationError`.

    `detail` maps field names to messages; in lists, it maps indexes to such mappings.
    """
    errors = list(_field_errors(detail, body))
    names = joined(dict.fromkeys(error["field"] or gettext("the body") for error in errors))
    return problem_document(HTTPStatus.BAD_REQUEST) | {
        "type": INVALID_CONTENT,
        "title": gettext("Invalid content"),
        "detail": gettext("Invalid fields, so nothing was written: %(names)s.") % {"names": names},
        "errors": errors,
    }


def _field_errors(detail: Any, body: Any, field: str = "") -> Iterator[dict[str, Any]]:
    """Yield each message with its value, the known names, and the path of its field, such as `evidence[0].url`."""
    if not isinstance(detail, dict):
        value = {} if body is None or isinstance(body, dict | list) else {"value": _as_text(body)}
        for message in detail:
            code = getattr(message, "code", None)
            known = {"known": code.known} if isinstance(code, UnknownName) else {}
            yield {"field": field, **value, "message": str(message), **known}
        return
    for name, inner in detail.items():
        if name in ("__all__", api_settings.NON_FIELD_ERRORS_KEY):
            yield from _field_errors(inner, None, field)
        elif isinstance(name, int):
            yield from _field_errors(inner, body[name], f"{field}[{name}]")
        else:
            inner_body = body.get(name) if isinstance(body, Mapping) else None
            yield from _field_errors(inner, inner_body, encodable(f"{field}.{name}" if field else name))


def _as_text(value: Any) -> str:
    return encodable(value if isinstance(value, str) else json.dumps(value, default=str))[:MAX_VALUE_LENGTH]


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Render exceptions that DRF knows, and expected database errors; Django logs all others."""
    error = _as_problem(error)
    response = rest_exception_handler(error, context)
    if response is None:
        return None
    response.data = _document_for(error, response.status_code, context)
    response.content_type = PROBLEM_TYPE
    response["Cache-Control"] = "no-store"  # a missing row may be published later
    if isinstance(error, ProblemError):
        for name, value in error.headers.items():
            response[name] = value
    return response


def _as_problem(error: Exception) -> Exception:
    """Convert database errors and oversized bodies to errors with advice for the client."""
    if isinstance(error, RequestDataTooBig):
        return ContentTooLarge()
    if isinstance(error, DatabaseError) and (message := violation_messages().get(violated_constraint(error)[0])):
        return ProblemError(HTTPStatus.CONFLICT, message)  # validation passed, but a concurrent write came first
    if isinstance(error, OperationalError) and isinstance(error.__cause__, DeadlockDetected | SerializationFailure):
        detail = _("A concurrent write touched the same rows; nothing was written. Retry.")
        return ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers={"Retry-After": "1"})
    if message := handle_overload(error):
        return ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, message, headers={"Retry-After": RETRY_AFTER})
    return error


def _document_for(error: Exception, status: int, context: dict[str, Any]) -> dict[str, Any]:
    document = problem_document(status)
    match error:
        case InvalidParameters():
            return invalid_parameters(error.errors)
        case ValidationError():
            return invalid_content(error.detail, context["request"].data)
        case ProblemError():
            return document | {"detail": str(error.detail)} | error.members
        case ParseError():
            return document | {"detail": str(error.detail)}
        case Throttled():
            seconds = error.wait  # type: ignore[attr-defined]  # the stubs lack it
            message = ngettext(
                "Too many requests. Retry in %(seconds)s second.",
                "Too many requests. Retry in %(seconds)s seconds.",
                seconds,
            )
            return document | {"detail": message % {"seconds": seconds}}
        case MethodNotAllowed():
            allowed = joined(context["view"].allowed_methods)
            return document | {"detail": gettext("Allowed methods: %(methods)s.") % {"methods": allowed}}
        case NotAcceptable():
            media_types = joined(renderer.media_type for renderer in error.available_renderers or ())
            return document | {"detail": gettext("Available formats: %(types)s.") % {"types": media_types}}
        case UnsupportedMediaType():
            media_types = joined(parser.media_type for parser in context["view"].get_parsers())
            return document | {"detail": gettext("Accepted content types: %(types)s.") % {"types": media_types}}
    return document
