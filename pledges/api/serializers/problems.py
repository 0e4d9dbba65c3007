"""The shape of problem documents, for the OpenAPI description."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from pledges.api.http.problems import INVALID_CONTENT, INVALID_PARAMETERS


@extend_schema_serializer(component_name="Fault")
class ErrorDetailSerializer(serializers.Serializer[Any]):
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
    errors = ErrorDetailSerializer(  # type: ignore[assignment]  # DRF takes it out of the class
        many=True, required=False, help_text="Everything that is wrong with the parameters or the body."
    )
    state = serializers.CharField(required=False, help_text="How far the follow-up has come, where that is the reason.")
    version = serializers.IntegerField(required=False, help_text="The follow-up's current version, with the state.")
