"""Errors as `application/problem+json` (RFC 9457), whoever raises them."""

from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.views import defaults
from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.response import Response
from rest_framework.views import exception_handler as rest_exception_handler

CONTENT_TYPE = "application/problem+json"
INVALID_PARAMETERS = "urn:duixian:problem:invalid-parameters"
DETAILS = {
    HTTPStatus.BAD_REQUEST: "The request can't be understood.",
    HTTPStatus.NOT_FOUND: "There is nothing at this address.",
    HTTPStatus.METHOD_NOT_ALLOWED: "Nothing can be written here: use GET, HEAD or OPTIONS.",
    HTTPStatus.NOT_ACCEPTABLE: "This address answers in application/json only.",
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


class FaultSerializer(serializers.Serializer[Any]):
    parameter = serializers.CharField(help_text="The name of the parameter.")
    value = serializers.CharField(help_text="The value as it was given.")
    message = serializers.CharField(help_text="What is wrong with it.")
    known = serializers.ListField(
        child=serializers.CharField(), help_text="All that is known, or what comes nearest where that is too much."
    )


class ProblemSerializer(serializers.Serializer[Any]):
    type = serializers.CharField(help_text=f"`about:blank`, or `{INVALID_PARAMETERS}` for those with `errors`.")
    title = serializers.CharField(help_text="The same for all problems of this type.")
    status = serializers.IntegerField(help_text="The HTTP status.")
    detail = serializers.CharField(help_text="What went wrong this time.")
    errors = FaultSerializer(  # type: ignore[assignment]  # DRF takes it out of the class
        many=True, required=False, help_text="Everything that is wrong with the parameters."
    )


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


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """What REST framework turns into an answer; what is left ends in `server_error`, after it was logged."""
    response = rest_exception_handler(error, context)
    if response is None:
        return None
    response.data = (
        invalid_parameters(error.faults) if isinstance(error, InvalidParameters) else problem(response.status_code)
    )
    response.content_type = CONTENT_TYPE
    return response


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
