"""Errors as `application/problem+json` (RFC 9457), whoever raises them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, OperationalError
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils import translation
from django.views import defaults
from psycopg.errors import DeadlockDetected, SerializationFailure
from rest_framework import serializers
from rest_framework.exceptions import (
    APIException,
    MethodNotAllowed,
    ParseError,
    UnsupportedMediaType,
    ValidationError,
)
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler as rest_exception_handler

from pledges.models.refusals import broken_rule, rules

CONTENT_TYPE = "application/problem+json"
INVALID_PARAMETERS = "urn:duixian:problem:invalid-parameters"
INVALID_CONTENT = "urn:duixian:problem:invalid-content"
LONGEST_VALUE = 200
IN_THE_WAY = "Others wrote the same rows at this moment, so nothing was written: send it again."
DETAILS = {
    HTTPStatus.BAD_REQUEST: "The request can't be understood.",
    HTTPStatus.UNAUTHORIZED: "This needs a token that is known and has not expired: `Authorization: Token …`.",
    HTTPStatus.FORBIDDEN: "Your role does not allow this.",
    HTTPStatus.NOT_FOUND: "There is nothing at this address.",
    HTTPStatus.NOT_ACCEPTABLE: "This address answers in application/json only.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "This is too much: a body has at most 2.5 MiB, a file 20 MiB.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "The server failed; the operator can find out why in its log.",
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
        self, status: HTTPStatus, detail: str, *, headers: dict[str, str] | None = None, **members: Any
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
    errors = FaultSerializer(  # type: ignore[assignment]  # DRF takes it out of the class
        many=True, required=False, help_text="Everything that is wrong with the parameters or the body."
    )
    state = serializers.CharField(required=False, help_text="How far the follow-up has come, where that is the reason.")
    version = serializers.IntegerField(required=False, help_text="The follow-up's current version, with the state.")


def problem(status: int) -> dict[str, Any]:
    known = HTTPStatus(status)
    return {
        "type": "about:blank",
        "title": known.phrase,
        "status": status,
        "detail": DETAILS.get(known, known.description),
    }


def invalid_parameters(faults: list[Fault]) -> dict[str, Any]:
    names = ", ".join(dict.fromkeys(fault.parameter for fault in faults))
    return problem(HTTPStatus.BAD_REQUEST) | {
        "type": INVALID_PARAMETERS,
        "title": "Invalid parameters",
        "detail": f"Nothing was looked up, because of: {names}.",
        "errors": [asdict(fault) for fault in faults],
    }


def invalid_content(detail: Any, body: Any) -> dict[str, Any]:
    """`detail` is that of a ValidationError: messages by field, and by number and field in lists."""
    faults = list(_faults(detail, body))
    names = ", ".join(dict.fromkeys(fault["field"] or "the whole" for fault in faults))
    return problem(HTTPStatus.BAD_REQUEST) | {
        "type": INVALID_CONTENT,
        "title": "Invalid content",
        "detail": f"Nothing was written, because of: {names}.",
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
    if isinstance(error, RequestDataTooBig):
        error = TooLarge()
    if isinstance(error, DatabaseError) and (refused := rules().get(broken_rule(error)[0])):
        with translation.override("en"):  # it was checked, but others write too
            error = Problem(HTTPStatus.CONFLICT, str(refused))
    if isinstance(error, OperationalError) and isinstance(error.__cause__, DeadlockDetected | SerializationFailure):
        error = Problem(HTTPStatus.SERVICE_UNAVAILABLE, IN_THE_WAY, headers={"Retry-After": "1"})
    response = rest_exception_handler(error, context)
    if response is None:
        return None
    response.data = _problem_of(error, response.status_code, context)
    response.content_type = CONTENT_TYPE
    if isinstance(error, Problem):
        for name, value in error.headers.items():
            response[name] = value
    return response


def _problem_of(error: Exception, status: int, context: dict[str, Any]) -> dict[str, Any]:
    match error:
        case InvalidParameters():
            return invalid_parameters(error.faults)
        case ValidationError():
            return invalid_content(error.detail, context["request"].data)
        case Problem():
            return problem(status) | {"detail": str(error.detail)} | error.members
        case ParseError():
            return problem(status) | {"detail": str(error.detail)}
        case MethodNotAllowed():
            allowed = ", ".join(context["view"].allowed_methods)
            return problem(status) | {"detail": f"This address takes {allowed} only."}
        case UnsupportedMediaType():
            kinds = " or ".join(parser.media_type for parser in context["view"].get_parsers())
            return problem(status) | {"detail": f"Send {kinds}."}
    return problem(status)


def _is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


def _answer(status: int) -> JsonResponse:
    return JsonResponse(problem(status), status=status, content_type=CONTENT_TYPE)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    return _answer(HTTPStatus.BAD_REQUEST) if _is_api(request) else defaults.bad_request(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    return _answer(HTTPStatus.NOT_FOUND) if _is_api(request) else defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponseBase:
    return _answer(HTTPStatus.INTERNAL_SERVER_ERROR) if _is_api(request) else defaults.server_error(request)
