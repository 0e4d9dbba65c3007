"""The root document of the API."""

from typing import Any

from rest_framework import serializers


class EndpointSerializer(serializers.Serializer[Any]):
    url = serializers.URLField()
    description = serializers.CharField()


class RootSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    description = serializers.CharField()
    licence = serializers.CharField()
    documentation = serializers.URLField()
    schema = serializers.URLField()
    endpoints = EndpointSerializer(many=True)
    examples = EndpointSerializer(many=True)
    feeds = EndpointSerializer(many=True)
