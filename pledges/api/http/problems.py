"""Errors as `application/problem+json` (RFC 9457), whoever raises them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, OperationalError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from psycopg.errors import DeadlockDetected, SerializationFailure
from rest_framework import serializers
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

from pledges.api.http.overload import overload_message
from pledges.api.http.request_id import request_id
from pledges.models.violations import violated_constraint, violation_messages

CONTENT_TYPE = "application/problem+json"
INVALID_PARAMETERS = "urn:duixian:problem:invalid-parameters"
INVALID_CONTENT = "urn:duixian:problem:invalid-content"
LONGEST_VALUE = 200
TITLES = {
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
    HTTPStatus.BAD_REQUEST: _("The request can't be understood."),
    HTTPStatus.UNAUTHORIZED: _("This needs a token that is known and has not expired: `Authorization: Token …`."),
    HTTPStatus.FORBIDDEN: _("Your role does not allow this."),
    HTTPStatus.NOT_FOUND: _("There is nothing at this address."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _("This is too much: a body has at most 2.5 MiB, a file 20 MiB."),
    HTTPStatus.INTERNAL_SERVER_ERROR: _("The server failed; the operator finds out why in its log, by the request_id."),
}


@dataclass(frozen=True)
class Fault:
    """What is wrong with one parameter; `known` lists what would be right, or comes near to it."""

    parameter: str
    value: str
    message: str
    known: list[str]


class InvalidParameters(APIException):
    status_code = HTTPStatus.BAD_REQUEST

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__()
        self.faults = faults


class Problem(APIException):
    """Ends a request with a status, the reason, and what else helps to go on."""

    def __init__(
        self, status: HTTPStatus, detail: Any, *, headers: dict[str, str] | None = None, **members: Any
    ) -> None:
        super().__init__(detail)
        self.status_code = status
        self.headers = headers or {}
        self.members = members


class TooLarge(APIException):
    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class FaultSerializer(serializers.Serializer[Any]):
    parameter = serializers.CharField(required=False, help_text="The name of the parameter in the address.")
    field = serializers.CharField(required=False, help_text="The field of the body: `as_of`, `evidence[0].url`.")
    value = serializers.CharField(required=False, help_text="The value as it was given.")
    message = serializers.CharField(help_text="What is wrong with it.")
    known = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="For a parameter, all that is known, or what comes nearest where that is too much.",
    )


class ProblemSerializer(serializers.Serializer[Any]):
    type = serializers.CharField(
        help_text=f"`{INVALID_PARAMETERS}` or `{INVALID_CONTENT}` for those with `errors`, otherwise `about:blank`."
    )
    title = serializers.CharField(help_text="The same for all problems of this type.")
    status = serializers.IntegerField(help_text="The HTTP status.")
    detail = serializers.CharField(help_text="What went wrong this time.")
    request_id = serializers.CharField(help_text="As in `X-Request-ID`: by it, the operator finds it in the log.")
    errors = FaultSerializer(  # type: ignore[assignment]  # DRF takes it out of the class
        many=True, required=False, help_text="Everything that is wrong with the parameters or the body."
    )
    state = serializers.CharField(required=False, help_text="How far the follow-up has come, where that is the reason.")
    version = serializers.IntegerField(required=False, help_text="The follow-up's current version, with the state.")


def problem(status: int) -> dict[str, Any]:
    known = HTTPStatus(status)
    return {
        "type": "about:blank",
        "title": str(TITLES.get(known, known.phrase)),
        "status": status,
        "detail": str(DETAILS.get(known, known.description)),
        "request_id": request_id.get(),
    }


def invalid_parameters(faults: list[Fault]) -> dict[str, Any]:
    names = ", ".join(dict.fromkeys(fault.parameter for fault in faults))
    return problem(HTTPStatus.BAD_REQUEST) | {
        "type": INVALID_PARAMETERS,
        "title": gettext("Invalid parameters"),
        "detail": gettext("Nothing was looked up, because of: %(names)s.") % {"names": names},
        "errors": [asdict(fault) for fault in faults],
    }


def invalid_content(detail: Any, body: Any) -> dict[str, Any]:
    """`detail` is that of a ValidationError: messages by field, and by number and field in lists."""
    faults = list(_faults(detail, body))
    names = ", ".join(dict.fromkeys(fault["field"] or gettext("the whole") for fault in faults))
    return problem(HTTPStatus.BAD_REQUEST) | {
        "type": INVALID_CONTENT,
        "title": gettext("Invalid content"),
        "detail": gettext("Nothing was written, because of: %(names)s.") % {"names": names},
        "errors": faults,
    }


def _faults(detail: Any, body: Any, field: str = "") -> Iterator[dict[str, str]]:
    """The messages with the field and the value that each is about; a list's items have numbers for names."""
    if not isinstance(detail, dict):
        found = {} if body is None or isinstance(body, dict | list) else {"value": _as_text(body)}
        for message in detail:
            yield {"field": field, **found, "message": str(message)}
        return
    for name, inner in detail.items():
        if name in ("__all__", api_settings.NON_FIELD_ERRORS_KEY):
            yield from _faults(inner, None, field)
        elif isinstance(name, int):
            yield from _faults(inner, body[name], f"{field}[{name}]")
        else:
            value = body.get(name) if isinstance(body, Mapping) else None
            yield from _faults(inner, value, _writable(f"{field}.{name}" if field else name))


def _as_text(value: Any) -> str:
    return _writable(value if isinstance(value, str) else json.dumps(value, default=str))[:LONGEST_VALUE]


def _writable(text: str) -> str:
    """JSON can escape halves of characters, which no answer can hold."""
    return text.encode(errors="replace").decode()


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """What REST framework turns into an answer; what is left ends in `server_error`, after it was logged."""
    error = _as_problem(error)
    response = rest_exception_handler(error, context)
    if response is None:
        return None
    response.data = _problem_of(error, response.status_code, context)
    response.content_type = CONTENT_TYPE
    response["Cache-Control"] = "no-store"  # what is not there yet will be
    if isinstance(error, Problem):
        for name, value in error.headers.items():
            response[name] = value
    return response


def _as_problem(error: Exception) -> Exception:
    """What the server and the database refuse, with what the client can do about it."""
    if isinstance(error, RequestDataTooBig):
        return TooLarge()
    if isinstance(error, DatabaseError) and (refused := violation_messages().get(violated_constraint(error)[0])):
        return Problem(HTTPStatus.CONFLICT, refused)  # it was checked, but others write too
    if isinstance(error, OperationalError) and isinstance(error.__cause__, DeadlockDetected | SerializationFailure):
        detail = _("Others wrote the same rows at this moment, so nothing was written: send it again.")
        return Problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers={"Retry-After": "1"})
    if message := overload_message(error):
        return Problem(HTTPStatus.SERVICE_UNAVAILABLE, message)
    return error


def _problem_of(error: Exception, status: int, context: dict[str, Any]) -> dict[str, Any]:
    told = problem(status)
    match error:
        case InvalidParameters():
            return invalid_parameters(error.faults)
        case ValidationError():
            return invalid_content(error.detail, context["request"].data)
        case Problem():
            return told | {"detail": str(error.detail)} | error.members
        case ParseError():
            return told | {"detail": str(error.detail)}
        case Throttled():
            words = gettext("You have asked too often: wait %(seconds)s seconds.")
            return told | {"detail": words % {"seconds": error.wait}}  # type: ignore[attr-defined]  # the stubs lack it
        case MethodNotAllowed():
            allowed = ", ".join(context["view"].allowed_methods)
            return told | {"detail": gettext("This address takes %(methods)s only.") % {"methods": allowed}}
        case NotAcceptable():
            kinds = ", ".join(renderer.media_type for renderer in error.available_renderers or ())
            return told | {"detail": gettext("This address answers in %(types)s only.") % {"types": kinds}}
        case UnsupportedMediaType():
            kinds = ", ".join(parser.media_type for parser in context["view"].get_parsers())
            return told | {"detail": gettext("Send one of these: %(types)s.") % {"types": kinds}}
    return told
