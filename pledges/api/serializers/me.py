"""The owner of a token."""

from typing import Any

from rest_framework import serializers


class MeTokenSerializer(serializers.Serializer[Any]):
    expires_at = serializers.DateTimeField(allow_null=True, help_text="The end of its validity; null if it has none.")
    may_approve = serializers.BooleanField(help_text="Whether it approves and returns follow-ups.")


class MeSerializer(serializers.Serializer[Any]):
    user = serializers.CharField()
    roles = serializers.ListField(child=serializers.CharField())
    permissions = serializers.ListField(child=serializers.CharField())
    token = MeTokenSerializer(help_text="The token of the request.")
