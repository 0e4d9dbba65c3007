"""The root document, the OpenAPI document and its HTML page."""

import hashlib
from functools import cache
from typing import Any
from urllib.parse import quote

from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.encoding import iri_to_uri
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from pledges.api.http.etags import PUBLIC, checked_precondition
from pledges.api.http.parameters import CheckedParametersView
from pledges.api.http.renderers import JSONRenderer
from pledges.api.http.throttling import ThrottledView
from pledges.api.serializers.root import RootSerializer
from pledges.models import Pledge

ENDPOINTS = {
    "pledges": "Pledges: figure, deadline, quote, district, official and status.",
    "follow-ups": "Follow-ups: findings with evidence. Staff tokens also see drafts and returned ones.",
    "amendments": "Corrections of pledges that had a verdict: before, after and reason.",
    "districts": "Cities, districts, banners, counties and development zones.",
    "officials": "Officials with at least one published pledge.",
    "bodies": "Bodies, such as departments of a government, with at least one published pledge.",
    "posts": "Posts as held on the day of a statement.",
    "documents": "Newspaper pages, reports, plans and other documents with pledges.",
    "statements": "Statements: each by an official, a body or both in one document.",
    "metrics": "Metrics: quantities that pledges state targets for.",
    "units": "Units as written, with the factor to the base unit.",
    "stats": "Counts and sums of pledges.",
    "series": "One metric over the years: targets, actual figures and their revisions.",
    "changes": "Change log in commit order, for mirrors.",
    "popolo": "Persons, organisations, posts and memberships in the Popolo format.",
}
# Their values are those of a pledge of the record.
EXAMPLES = {
    "pledges/?district={district}&year={year}": "Pledges of a district in a year.",
    "pledges/?within={district}&dimension={dimension}&ordering=-amount": "The largest first, with districts below it.",
    "pledges/?q={label}&count=exact": "Pledges that mention a word, with a count.",
    "pledges/?timeliness=overdue&status=unchecked": "Overdue and unchecked pledges.",
    "stats/?year={year}&by=district&by=status": "Status of the pledges of a year by district.",
    "series/?metric={metric}&district={district}": "A metric in a district over the years.",
}
FEEDS = {
    "status/": "Atom feed of the latest status changes.",
    "districts/{district}/": "The same for a district, by its slug, including the districts below it.",
    "officials/{official}/": "The same for an official, by their slug.",
}
EMPTY = (
    " The record is empty: nothing is published yet. Editors enter the first page in the admin ({admin}), or load it"
    " from a file (docs/own-record.md)."
)


class RootView(CheckedParametersView):
    """The API's entry point."""

    serializer_class = RootSerializer

    @extend_schema(operation_id="start", tags=["start"])
    def get(self, request: Request) -> Response:
        here = request.build_absolute_uri(reverse("api:root"))
        values = _example_values()
        empty = "" if values else EMPTY.format(admin=request.build_absolute_uri(reverse("admin:index")))
        return Response(
            {
                "name": "Duixian 兑现",
                "description": "Officials' quantified pledges from newspapers, and their outcomes. Reading needs no"
                f" token; only published data is served.{empty}",
                "licence": "Quotes belong to their newspapers. Each one has its source, so that it can be checked.",
                "documentation": request.build_absolute_uri(reverse("api:docs")),
                "schema": request.build_absolute_uri(reverse("api:schema")),
                "endpoints": [
                    {"url": f"{here}{name}/", "description": description} for name, description in ENDPOINTS.items()
                ],
                "examples": [
                    {"url": iri_to_uri(f"{here}{query.format_map(values)}"), "description": description}
                    for query, description in EXAMPLES.items()
                    if values
                ],
                "feeds": [
                    {
                        "url": request.build_absolute_uri(iri_to_uri(f"/feeds/{path.format_map(values)}")),
                        "description": description,
                    }
                    for path, description in FEEDS.items()
                    if values or "{" not in path
                ],
            }
        )


def _example_values() -> dict[str, object]:
    """Return the values of a published pledge for the examples; nothing if there is none."""
    columns = {
        "district": "district__slug",
        "dimension": "unit__dimension__slug",
        "label": "label",
        "metric": "metric__slug",
        "official": "statement__official__slug",
        "year": "year",
    }
    pledges = Pledge.objects.public().exclude(statement__official=None).order_by("-pk")
    found = pledges.values_list(*columns.values()).first()
    return {name: quote(str(value)) for name, value in zip(columns, found, strict=True)} if found else {}


@cache
def openapi_document() -> dict[str, Any]:
    """Return the OpenAPI document in English. It is generated once per process, since that takes a second."""
    with translation.override("en"):
        document: dict[str, Any] = SpectacularAPIView.generator_class().get_schema(public=True)  # type: ignore[no-untyped-call]
    return document


@cache
def openapi_file(format_name: str) -> tuple[bytes, str]:
    """Return the OpenAPI document as `json` or `yaml`, and its ETag. Writing it as YAML takes a second, too."""
    renderer = OpenApiYamlRenderer() if format_name == "yaml" else JSONRenderer()
    content: bytes = renderer.render(openapi_document())
    return content, f'W/"{hashlib.sha256(content).hexdigest()}"'


class OpenAPIJSONRenderer(JSONRenderer):
    media_type = "application/vnd.oai.openapi+json"


class YAMLRenderer(JSONRenderer):
    """A renderer of YAML that is ready as bytes. Error responses are JSON."""

    media_type = "application/yaml"
    format = "yaml"


class OpenAPIYAMLRenderer(YAMLRenderer):
    media_type = "application/vnd.oai.openapi"


class SchemaView(CheckedParametersView):
    """The OpenAPI description. It is always in English, like the clients generated from it."""

    renderer_classes = [JSONRenderer, OpenAPIJSONRenderer, YAMLRenderer, OpenAPIYAMLRenderer]

    @extend_schema(exclude=True)
    def get(self, request: Request, format: str | None = None) -> Any:  # noqa: A002  # the name in the URL pattern
        name = str(request.accepted_renderer.format)
        content, etag = openapi_file(name)
        headers = {
            "Content-Language": "en",
            "Content-Disposition": f'inline; filename="Duixian.{name}"',
            "ETag": etag,
            "Cache-Control": PUBLIC,
        }
        response: Any = Response(content, headers=headers)
        return checked_precondition(get_conditional_response(request, etag, response=response))


class DocsView(ThrottledView, SpectacularSwaggerSplitView):
    url_name = "api:schema"

    def get_renderers(self) -> list[Any]:
        """The page is HTML; errors are JSON, as in all endpoints."""
        return super().get_renderers() if self.request.method in ("GET", "HEAD") else [JSONRenderer()]

    def handle_exception(self, error: Exception) -> Any:
        self.request.accepted_renderer = JSONRenderer()
        return super().handle_exception(error)
