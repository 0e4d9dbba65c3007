"""The JSON that PostgreSQL writes equals, byte for byte, the output of the DRF serializers."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from pledges.api.fast_lists.json_rows import encode
from pledges.api.fast_lists.selection import ALL, Selection
from pledges.api.serializers.records import render_context
from pledges.api.views import follow_ups, records
from pledges.domain.text import clean_line, clean_name, clean_text
from pledges.models import Pledge, Statement
from tests.factories import (
    Record,
    make_body,
    make_dimension,
    make_district,
    make_document,
    make_follow_up,
    make_metric,
    make_official,
    make_pledge,
    make_post,
    make_statement,
    make_unit,
)

from .conftest import Api

VIEWS: dict[str, Any] = {
    "pledges": records.PledgeViewSet,
    "districts": records.DistrictViewSet,
    "officials": records.OfficialViewSet,
    "posts": records.PostViewSet,
    "documents": records.DocumentViewSet,
    "statements": records.StatementViewSet,
    "metrics": records.MetricViewSet,
    "units": records.UnitViewSet,
    "follow-ups": follow_ups.FollowUpViewSet,
}
SPECIAL_LINE = "a\"b\\c/d\\u0041 \\n\u0338 兑现 🇨🇳❤\ufe0f\ue000 <&>'%s"
NOT_IN_RECORD = "\x01\x7f\r\u2028x\u2029y\ufffe"
SPECIAL_NAME = clean_name(SPECIAL_LINE)
SPECIAL_TEXT = f"{SPECIAL_LINE}\n\n \t\u00a0\u3000\u2003{SPECIAL_LINE}"


def drf_rows(name: str, selection: Selection = ALL) -> bytes:
    """Return the rows of a list as rendered by the serializers of Django REST framework."""
    view = VIEWS[name]
    request = Request(APIRequestFactory().get(f"/api/v1/{name}/"))
    context = {"request": request, **render_context(), "can_view_unapproved": False}
    rows = view.queryset.order_by(view.default_ordering.replace("reviewed", "reviewed_at") or view.key)
    return JSONRenderer().render(view.serializer_class(rows, many=True, selection=selection, context=context).data)


def api_rows(api: Api, name: str, language: str = "zh-hans", **parameters: Any) -> bytes:
    api.client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    response = api.get(f"{name}/", limit=1000, **parameters)
    assert response.status_code == 200, response.content.decode()
    return bytes(response.content).partition(b'"results":')[2][:-1]


@pytest.fixture(scope="module")
def module_extreme_values(module_record: Record) -> None:
    """Add rows with extreme values of every column to the record."""
    parent = make_district("edge", name=SPECIAL_NAME, name_en=SPECIAL_NAME, code="999999", aliases=[SPECIAL_NAME, "b"])
    ratio = make_dimension("edges", name=SPECIAL_NAME, base_unit='"')
    place = make_district("edge-1", name="e", parent=parent)
    body = make_body(SPECIAL_NAME, slug="edge", name_en=SPECIAL_NAME, district=place)
    post = make_post(SPECIAL_NAME, body=body, district=place)
    page = make_document(
        "edge", title=SPECIAL_LINE, publisher="", date="2024-02-20/..", url="https://news.example/a?b=c&d"
    )
    statement = make_statement(
        document=page, official=make_official(SPECIAL_NAME, slug="边·缘"), post=post, headline=SPECIAL_LINE
    )
    other_body = make_body("边", district=parent)
    metric = make_metric("edge", name=SPECIAL_NAME, name_en=SPECIAL_NAME, direction="less", dimension=ratio)
    unit = make_unit("元/吨", name_en="yuan per tonne", dimension=ratio, factor="0.000000000001")
    plan = Statement.objects.create(document=page, body=body)
    values = ["0", "0.000001", "-999999999999999999.999999", "999999999999999999.999999", "100", "1e2"]
    for number, value in enumerate(values):
        pledge = make_pledge(
            f"Edge.{number}_-",
            statement=plan if number == 3 else statement,
            district=parent,
            metric=metric,
            unit=unit,
            quote=SPECIAL_LINE,
            label=SPECIAL_LINE,
            note=SPECIAL_TEXT,
            success_criterion=SPECIAL_TEXT if number == 1 else "",
            measure="increase",
            bound=["exact", "at_most", "about"][number % 3],
            value=value,
            value_max="999999999999999999.999999" if number == 2 else None,
            baseline="-0.5" if number else None,
            year=2200,
            deadline="2200-12-31" if number else None,
            responsible_bodies=[body.slug, other_body.slug][:number],
        )
    Pledge.objects.filter(pk=pledge.pk).update(created_at=datetime(2025, 7, 1, 23, 59, 59, tzinfo=UTC))
    for ref, status, as_of in (("yl-2025-001", "met", "2026-01-01"), ("yl-2026-001", "partly_met", "2026-05-30")):
        make_follow_up(Pledge.objects.get(ref=ref), status, as_of=as_of, actual=1, reason=SPECIAL_TEXT)
    make_pledge("draft", state="draft")


@pytest.fixture
def extreme_values(module_extreme_values: None, db: None) -> None:
    pass


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", VIEWS)
def test_sql_and_drf_give_equal_bytes(api: Api, extreme_values: None, name: str, language: str) -> None:
    sent = api_rows(api, name, language)
    with translation.override(language):
        assert sent == drf_rows(name)
    assert len(json.loads(sent)) >= 2


@pytest.mark.parametrize(
    ("fields", "expand"),
    [
        (("ref",), None),
        (("status", "timeliness"), None),
        (("late", "quote", "url", "district.name", "official.name", "metric.topic.slug"), None),
        ((), ("district",)),
        ((), ("metric.topic", "document")),
        (("district", "official", "metric.name", "unit", "body"), ("unit", "body")),
    ],
)
def test_sql_and_drf_select_the_same_fields(
    api: Api, extreme_values: None, fields: tuple[str, ...], expand: tuple[str, ...] | None
) -> None:
    parameters = {"fields": ",".join(fields)} if fields else {}
    parameters |= {"expand": ",".join(expand)} if expand else {}
    with translation.override("zh-hans"):
        assert api_rows(api, "pledges", **parameters) == drf_rows("pledges", Selection(fields, expand))


@pytest.mark.slow
@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1).map(clean_text).filter(bool))
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sql_and_drf_encode_any_text_alike(api: Api, record: Record, text: str) -> None:
    Pledge.objects.filter(pk=record.growth.pk).update(quote=clean_line(f"算{text}"), note=text)
    with translation.override("zh-hans"):
        assert api_rows(api, "pledges") == drf_rows("pledges")


@given(value=st.text(st.characters(exclude_categories=["Cs"])) | st.just(NOT_IN_RECORD))
@settings(deadline=None, max_examples=60)
def test_values_computed_in_python_are_encoded_like_drf(value: str) -> None:
    assert encode(value).encode() == JSONRenderer().render(value)


@pytest.mark.parametrize("name", [name for name in VIEWS if name != "follow-ups"])
def test_number_of_queries_does_not_grow_with_rows(api: Api, extreme_values: None, name: str) -> None:
    api.get(f"{name}/")
    with CaptureQueriesContext(connection) as few:
        api_rows(api, name)
    for number in range(5):
        statement = make_statement(document=make_document(f"more-{number}"), official=make_official(f"更{number}"))
        make_pledge(f"more-{number}", statement=statement)
    with CaptureQueriesContext(connection) as many:
        api_rows(api, name)
    assert len(many) == len(few)


def test_row_retracted_while_reading_is_left_out(api: Api, record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    read = records.PledgeViewSet.json_rows

    def retract_and_read(view: Any, keys: Any) -> Any:
        Pledge.objects.filter(pk=record.growth.pk).update(state="retracted")
        return read(view, keys)

    monkeypatch.setattr(records.PledgeViewSet, "json_rows", retract_and_read)
    assert record.growth.ref not in [f"yl-{ref}" for ref in api.refs()]


def test_json_is_indented_if_the_accept_header_requests_it(api: Api, record: Record) -> None:
    indented = api.client.get("/api/v1/units/", headers={"Accept": "application/json; indent=2"}).content.decode()
    assert indented.startswith('{\n  "count": null,')
    assert json.loads(indented) == api.get("units/").json()
