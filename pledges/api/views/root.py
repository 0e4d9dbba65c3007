"""The root document, the OpenAPI document and its HTML page."""

from typing import Any

from django.utils import translation
from django.utils.encoding import iri_to_uri
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from pledges.api.http.parameters import CheckedParametersView
from pledges.api.http.throttling import ThrottledView
from pledges.api.serializers.root import RootSerializer

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
    "stats": "How many pledges there are of each kind, and what they add up to.",
    "series": "One metric over the years: target and actual, and what either was before.",
    "changes": "What changed, in the order of commit: for those who keep a copy.",
    "popolo": "Persons, organisations, posts and memberships in the terms of Popolo.",
}
EXAMPLES = {
    "pledges/?district=saihan&year=2025": "What 赛罕区 is to reach in 2025.",
    "pledges/?within=150100&dimension=money&amount_min=10000000000&ordering=-amount": "Pledges of 100亿元 and more.",
    "pledges/?q=算力&count=exact": "All that speaks of computing power, and how many they are.",
    "pledges/?timeliness=overdue&status=unchecked": "What was due and nobody has looked at.",
    "stats/?year=2025&by=district&by=status": "What became of the pledges of 2025 in each place.",
    "series/?metric=key-projects&district=saihan": "The key projects of 赛罕区 over the years.",
}
FEEDS = {
    "status/": "What became of pledges, as an Atom feed: the newest changes of status.",
    "districts/saihan/": "The same for a district, by its slug, with everything below it.",
    "officials/李玉蛟/": "The same for an official, by their slug.",
}


class RootView(CheckedParametersView):
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
                "feeds": [
                    {"url": request.build_absolute_uri(iri_to_uri(f"/feeds/{path}")), "description": description}
                    for path, description in FEEDS.items()
                ],
            }
        )


class SchemaView(CheckedParametersView, SpectacularAPIView):
    """The OpenAPI description, in English whatever the client speaks, as its generated clients are."""

    renderer_classes = [JSONRenderer]

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        with translation.override("en"):
            response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]  # drf-spectacular's own
        response["Content-Language"] = "en"
        return response


class DocsView(ThrottledView, SpectacularSwaggerSplitView):
    url_name = "api:schema"

    def get_renderers(self) -> list[Any]:
        """The page is HTML; errors are JSON, as in all endpoints."""
        return super().get_renderers() if self.request.method in ("GET", "HEAD") else [JSONRenderer()]

    def handle_exception(self, error: Exception) -> Any:
        self.request.accepted_renderer = JSONRenderer()
        return super().handle_exception(error)
