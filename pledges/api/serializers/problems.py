"""The shape of problem documents, for the OpenAPI description."""

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from pledges.api.http.problems import INVALID_CONTENT, INVALID_PARAMETERS, UNCONFIRMED_WARNINGS
from pledges.models.entry_warnings import EntryWarning


@extend_schema_serializer(component_name="Fault")
class ErrorDetailSerializer(serializers.Serializer[Any]):
    parameter = serializers.CharField(required=False, help_text="The name of the query parameter or path parameter.")
    field = serializers.CharField(required=False, help_text="The field of the body: `as_of`, `evidence[0].url`.")
    value = serializers.CharField(required=False, help_text="The invalid value.")
    message = serializers.CharField(help_text="A message about the value.")
    known = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="The names or values that are valid; if there are too many, the most similar ones.",
    )


class WarningSerializer(serializers.Serializer[Any]):
    """Something in a pledge or follow-up that is possible but probably wrong."""

    code = serializers.CharField(help_text="The code, to be sent in `confirm`.")
    field = serializers.CharField(help_text="The field: `unit`; in a list of pledges, `[3].unit`.")
    found = serializers.CharField(help_text="The value that is unusual: `402600 亿元`.")
    compared = serializers.CharField(help_text="What it was compared with: `385 亿元`.")
    message = serializers.CharField(help_text="A message about both.")


def warning_document(warning: EntryWarning, path: str = "") -> dict[str, str]:
    return asdict(warning) | {"field": path + warning.field, "message": str(warning)}


class ProblemSerializer(serializers.Serializer[Any]):
    type = serializers.CharField(
        help_text=f"`{INVALID_PARAMETERS}` or `{INVALID_CONTENT}` for those with `errors`, `{UNCONFIRMED_WARNINGS}` for"
        " those with `warnings`, otherwise `about:blank`."
    )
    title = serializers.CharField(help_text="A short summary; the same for all problems of this type.")
    status = serializers.IntegerField(help_text="The HTTP status.")
    detail = serializers.CharField(help_text="The reason why this request failed.")
    request_id = serializers.CharField(
        help_text="The request ID, as in `X-Request-ID`. Operators find the request in the log by it."
    )
    errors = ErrorDetailSerializer(  # type: ignore[assignment]  # DRF takes it out of the class
        many=True, required=False, help_text="All errors of the parameters or of the body."
    )
    warnings = WarningSerializer(
        many=True,
        required=False,
        help_text="What is possible but unusual. Send the request again with `confirm` and, of follow-ups, `reason`.",
    )
    state = serializers.CharField(required=False, help_text="The review state of the follow-up, if it is the reason.")
    version = serializers.IntegerField(
        required=False, help_text="The current version of the follow-up, together with `state`."
    )
    by = serializers.CharField(
        required=False, help_text="The user who wrote, submitted, approved or returned the follow-up, as `state` says."
    )
    at = serializers.DateTimeField(required=False, help_text="The time at which it came into this state.")
