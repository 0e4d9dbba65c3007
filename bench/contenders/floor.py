"""The floor: a contender with as little work as possible in the Django view.

PostgreSQL builds the JSON from the same rows and joins as in the API. The view only sends it.
"""

from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

# The fields of a pledge in the API, without the computed ones: URLs, texts, timeliness.
SHAPE: dict[str, Any] = {
    "ref": "pledge.ref",
    "quote": "pledge.quote",
    "district": {
        "slug": "district.slug",
        "name": "district.name",
        "name_en": "district.name_en",
        "kind": "district.kind",
        "code": "district.code",
        "parent": "parent.slug",
    },
    "official": {"slug": "official.slug", "name": "official.name"},
    "post": {
        "id": "post.id",
        "title": "post.title",
        "organisation": "post_body.name",
        "body": "post_body.slug",
        "district": "post_district.slug",
    },
    "document": {
        "slug": "document.slug",
        "title": "document.title",
        "publisher": "document.publisher",
        "date": "document.date",
        "url": "document.url",
    },
    "statement": {"id": "statement.id", "headline": "statement.headline"},
    "metric": {
        "slug": "metric.slug",
        "name": "metric.name",
        "name_en": "metric.name_en",
        "topic": {"slug": "topic.slug", "name": "topic.name"},
        "dimension": "metric_dimension.slug",
        "direction": "metric.direction",
        "tolerance": "metric.tolerance",
    },
    "label": "pledge.label",
    "measure": "pledge.measure",
    "compared_with": "compared_metric.slug",
    "compared_with_district": "compared_district.slug",
    "bound": "pledge.bound",
    "value": "pledge.value",
    "value_max": "pledge.value_max",
    "unit": {
        "symbol": "unit.symbol",
        "dimension": "dimension.slug",
        "factor": "unit.factor",
        "numerator": "unit.numerator",
        "denominator": "unit.denominator",
    },
    "amount": "pledge.amount",
    "amount_max": "pledge.amount_max",
    "base_unit": "dimension.base_unit",
    "baseline": "pledge.baseline",
    "baseline_year": "pledge.baseline_year",
    "tolerance": "pledge.tolerance",
    "year": "pledge.year",
    "period": "pledge.period",
    "deadline": "pledge.deadline",
    "strength": "pledge.strength",
    "tier": "pledge.tier",
    "note": "pledge.note",
    "status": "pledge.status",
    "status_since": "pledge.status_since",
    "last_checked_on": "pledge.last_checked_on",
    "created_at": "pledge.created_at",
    "updated_at": "pledge.updated_at",
}
TABLES = """
    pledges_pledge pledge
    JOIN pledges_district district ON district.id = pledge.district_id
    LEFT JOIN pledges_district parent ON parent.id = district.parent_id
    JOIN pledges_statement statement ON statement.id = pledge.statement_id
    JOIN pledges_official official ON official.id = statement.official_id
    JOIN pledges_post post ON post.id = statement.post_id
    LEFT JOIN pledges_body post_body ON post_body.id = post.body_id
    JOIN pledges_district post_district ON post_district.id = post.district_id
    JOIN pledges_document document ON document.id = statement.document_id
    JOIN pledges_metric metric ON metric.id = pledge.metric_id
    JOIN pledges_topic topic ON topic.id = metric.topic_id
    JOIN pledges_dimension metric_dimension ON metric_dimension.id = metric.dimension_id
    LEFT JOIN pledges_metric compared_metric ON compared_metric.id = pledge.compared_with_id
    LEFT JOIN pledges_district compared_district ON compared_district.id = pledge.compared_with_district_id
    JOIN pledges_unit unit ON unit.symbol = pledge.unit_id
    JOIN pledges_dimension dimension ON dimension.id = unit.dimension_id
    WHERE pledge.state = 'published'
"""


def json_expression(shape: dict[str, Any]) -> str:
    """Return the SQL expression that builds the JSON object of a row."""
    members = (f"'{name}', {json_expression(part) if isinstance(part, dict) else part}" for name, part in shape.items())
    return f"json_build_object({', '.join(members)})"


def columns(shape: dict[str, Any]) -> list[str]:
    """Return the columns from which the object is built."""
    return [column for part in shape.values() for column in (columns(part) if isinstance(part, dict) else [part])]


LIST = f"""
    SELECT json_agg(shown)::text FROM (
        SELECT {json_expression(SHAPE)} AS shown FROM {TABLES} {{condition}} ORDER BY pledge.ref LIMIT {{limit}}
    ) AS rows
"""
FILTERED = LIST.format(
    condition="AND pledge.district_id = (SELECT id FROM pledges_district WHERE slug = %s) AND pledge.year = %s",
    limit=50,
)
FIRST = LIST.format(condition="", limit=100)
SEARCH = LIST.format(condition="AND pledge.search_text ILIKE %s", limit=200)
COPY = f"COPY (SELECT {', '.join(columns(SHAPE))} FROM {TABLES} ORDER BY pledge.ref) TO STDOUT"


def filtered(request: HttpRequest) -> HttpResponse:
    return json_response(FILTERED, request.GET["district"], int(request.GET["year"]))


def first(_request: HttpRequest) -> HttpResponse:
    return json_response(FIRST)


def search(request: HttpRequest) -> HttpResponse:
    return json_response(SEARCH, f"%{request.GET['q']}%")


def json_response(query: str, *parameters: str | int) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        (text,) = cursor.fetchone()
    return HttpResponse(text or "[]", content_type="application/json")
