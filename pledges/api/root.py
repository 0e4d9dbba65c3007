"""The entrance: what this API is, where its parts are, and its description for machines and people."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.encoding import iri_to_uri
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from .parameters import CheckedParameters

ENDPOINTS = {
    "pledges": "Quantified commitments: who promised which number, where, by when, in whose words, and its status.",
    "follow-ups": "What was found out about pledges, with the proof: for colleagues with a token all of it.",
    "districts": "Cities, districts, banners, counties and development zones.",
    "officials": "Who pledged.",
    "posts": "The posts they held on the day.",
    "documents": "The newspaper pages that the pledges stand on.",
    "statements": "What one official says on one page.",
    "metrics": "What is measured.",
    "units": "Units as written, with their factor to the base unit.",
}
EXAMPLES = {
    "pledges/?district=saihan&year=2025": "What 赛罕区 is to reach in 2025.",
    "pledges/?within=150100&dimension=money&amount_min=10000000000&ordering=-amount": "Pledges of 100亿元 and more.",
    "pledges/?q=算力&count=exact": "All that speaks of computing power, and how many they are.",
    "pledges/?timeliness=overdue&status=unchecked": "What was due and nobody has looked at.",
}


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


class RootView(CheckedParameters):
    """What there is, and how to ask for it."""

    serializer_class = RootSerializer

    @extend_schema(operation_id="start", tags=["start"])
    def get(self, request: Request) -> Response:
        here = request.build_absolute_uri(reverse("api:root"))
        return Response(
            {
                "name": "Duixian 兑现",
                "description": "Quantified commitments of officials as they stand in newspapers, and what became of"
                " them. Reading needs no token; what is not published is not here.",
                "licence": "Quotes belong to their newspapers, and are given with their source to be checked.",
                "documentation": request.build_absolute_uri(reverse("api:docs")),
                "schema": request.build_absolute_uri(reverse("api:schema")),
                "endpoints": [
                    {"url": f"{here}{name}/", "description": description} for name, description in ENDPOINTS.items()
                ],
                "examples": [
                    {"url": iri_to_uri(f"{here}{query}"), "description": description}
                    for query, description in EXAMPLES.items()
                ],
            }
        )


class SchemaView(CheckedParameters, SpectacularAPIView):
    """The OpenAPI description, in English whatever the client speaks, as its generated clients are."""

    renderer_classes = [JSONRenderer]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with translation.override("en"):
            return super().dispatch(request, *args, **kwargs)


class DocsView(SpectacularSwaggerView):
    url_name = "api:schema"

    def get_renderers(self) -> list[Any]:
        """The page is HTML; what is said to those who don't get it is JSON, as everywhere."""
        return super().get_renderers() if self.request.method in ("GET", "HEAD") else [JSONRenderer()]
