"""The lists of the record and the details of their rows."""

import json
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection, transaction
from django.db.models import CharField, TextField
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pledges.api.serializers.fields import NullableCharField
from pledges.api.serializers.records import PledgeDetailSerializer, PledgeSerializer
from pledges.models import District, Metric, Pledge
from pledges.models.pledge_columns import exported_fields
from tests.factories import (
    Record,
    make_amendment,
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


def test_pledge_contains_all_related_rows(api: Api, record: Record) -> None:
    path = f"/api/v1/pledges/{record.investment.ref}/"
    pledge = api.client.get(path, headers={"Accept-Language": "zh-CN"}).json()
    assert pledge == {
        "ref": "yl-2025-001",
        "url": "http://testserver/api/v1/pledges/yl-2025-001/",
        "quote": "年度计划投资385亿元",
        "district": {
            "slug": "yunling",
            "name": "云岭市",
            "name_en": "Yunling",
            "kind": "prefecture_level_city",
            "code": "990100",
            "parent": None,
        },
        "official": {"slug": "张三丰", "name": "张三丰"},
        "post": {
            "id": record.investment.statement.post_id,
            "title": "云岭市委副书记、市长",
            "organisation": None,
            "body": None,
            "district": "yunling",
        },
        "body": None,
        "document": {
            "slug": "yunling-daily-1",
            "title": "云岭日报 1 版",
            "kind": "newspaper_page",
            "publisher": "云岭日报",
            "date": "2025-01",
            "published": None,
            "url": None,
            "archived_url": None,
            "archived_on": None,
        },
        "statement": {"id": record.investment.statement_id, "headline": "说到做到"},
        "metric": {
            "slug": "annual-investment",
            "name": "年度投资额",
            "name_en": "Annual investment",
            "topic": {"slug": "economy", "name": "经济"},
            "dimension": "money",
            "direction": "more",
            "tolerance": None,
        },
        "label": "年度投资额",
        "measure": "total",
        "compared_with": None,
        "compared_with_district": None,
        "bound": "at_least",
        "value": "385",
        "value_max": None,
        "unit": {
            "symbol": "亿元",
            "dimension": "money",
            "factor": "100000000",
            "numerator": "100000000",
            "denominator": "1",
        },
        "amount": "38500000000",
        "amount_max": None,
        "base_unit": "元",
        "baseline": None,
        "baseline_year": None,
        "tolerance": None,
        "year": 2025,
        "period": None,
        "deadline": "2025-12-31",
        "strength": "firm",
        "tier": "core",
        "responsible_bodies": [],
        "note": None,
        "target": "至少 385 亿元，不晚于 2025-12-31",
        "criterion": "不晚于 2025-12-31，年度投资额达到或超过 385 亿元，即为兑现。",
        "status": "unchecked",
        "status_since": None,
        "timeliness": pledge["timeliness"],
        "late": None,
        "pace": None,
        "actual": None,
        "actual_bound": None,
        "actual_unit": None,
        "actual_in_unit": None,
        "as_of": None,
        "evidence_url": None,
        "last_checked_on": None,
        "on_earlier_target": False,
        "created_at": pledge["created_at"],
        "updated_at": pledge["updated_at"],
        "supersedes": [],
        "superseded_by": [],
        "fulfilment": None,
        "follow_up": None,
        "follow_ups": "http://testserver/api/v1/pledges/yl-2025-001/follow-ups/",
        "claim_review": None,
        "amendments": [],
    }


def test_pledge_detail_extends_the_list_row(api: Api, record: Record) -> None:
    make_follow_up(record.investment, actual=390)
    for pledge in api.get("pledges/").json()["results"]:
        detail = api.client.get(pledge["url"]).json()
        assert detail == pledge | {name: detail[name] for name in DETAIL_FIELDS}


DETAIL_FIELDS = ["supersedes", "superseded_by", "fulfilment", "follow_up", "follow_ups", "claim_review", "amendments"]


def test_row_has_every_exported_column() -> None:
    exported = {field.name for field in exported_fields(Pledge)} - {"success_criterion"}  # `criterion` contains it
    missing = exported - {"supersedes"} - set(PledgeSerializer.Meta.fields)
    assert not missing, f"PledgeSerializer.Meta.fields lacks {missing}"
    assert exported <= set(PledgeDetailSerializer.Meta.fields)


def test_empty_texts_are_null() -> None:
    optional = {
        field.name
        for field in exported_fields(Pledge)
        if isinstance(field, CharField | TextField) and field.has_default() and field.get_default() == ""
    }
    fields = PledgeSerializer().fields
    assert "note" in optional
    wrong = {name for name in optional & set(fields) if not isinstance(fields[name], NullableCharField)}
    assert not wrong, f"PledgeSerializer declares no NullableCharField for {wrong}"


def test_numbers_are_plain_and_exact(api: Api, record: Record) -> None:
    make_pledge("yl-range", value="0.5", value_max="123456789012345678.000001", baseline="-0", measure="increase")
    pledge = api.get("pledges/yl-range/").json()
    assert [pledge[name] for name in ("value", "value_max", "baseline", "amount", "amount_max")] == [
        *("0.5", "123456789012345678.000001", "0", "50000000", "12345678901234567800000100"),
    ]
    assert api.get(f"pledges/{record.growth.ref}/").json()["value"] == "25.62"


def test_text_is_not_escaped(api: Api, record: Record) -> None:
    assert "年度计划投资385亿元" in api.get("pledges/").content.decode()


def test_target_is_in_the_language_of_the_client(api: Api, record: Record) -> None:
    response = api.client.get("/api/v1/pledges/yl-2025-001/", headers={"Accept-Language": "en"})
    assert response.json()["target"] == "at least 38.5 billion yuan by 2025-12-31"
    criterion = "Met if “Annual investment” reaches 38.5 billion yuan or more by 2025-12-31."
    assert response.json()["criterion"] == criterion
    assert "Accept-Language" in response["Vary"]


def test_target_and_criterion_of_increase_name_measure_and_baseline(api: Api, record: Record) -> None:
    items = make_dimension("items", base_unit="个")
    pledge = make_pledge(
        "increase",
        metric=make_metric("key-projects", name="重点项目数", name_en="Key projects", dimension=items),
        label="重点项目数",
        unit=make_unit("个", name_en="item", dimension=items, factor=1),
        measure="increase",
        value=200,
        baseline=1000,
        year=2030,
        deadline="2030-12-31",
    )
    for language, target, criterion in [
        (
            "zh-CN",
            "在 1000 个的基础上增加 200 个，不晚于 2030-12-31",
            "不晚于 2030-12-31，在 1000 个的基础上，重点项目数增加 200 个或更多，即为兑现。",
        ),
        (
            "en",
            "an increase of 200 from 1000 by 2030-12-31",
            "Met if “Key projects” shows an increase of 200 or more from 1000 by 2030-12-31.",
        ),
    ]:
        api.client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
        expected = {"target": target, "criterion": criterion}
        assert api.get(f"pledges/{pledge.ref}/", fields="target,criterion").json() == expected
        listed = api.get("pledges/", q="重点项目数", fields="target,criterion").json()["results"]
        assert listed == [expected]


@pytest.mark.parametrize(
    ("status", "actual", "as_of", "pace"),
    [
        ("in_progress", "192", "2025-06-30", "on_track"),
        ("in_progress", "300", "2025-06-30", "ahead"),
        ("stalled", "100", "2025-06-30", "behind"),
        ("not_started", "0", "2025-01-31", "on_track"),
        ("met", "400", "2025-12-31", "on_track"),
        ("stalled", None, "2025-06-30", None),
    ],
)
def test_pace_compares_newest_figure_with_the_time(
    api: Api, record: Record, status: str, actual: str | None, as_of: str, pace: str | None
) -> None:
    ten_thousand = make_unit("万元", factor=10_000)
    make_follow_up(record.investment, "in_progress", actual=1, as_of="2025-01-15")
    figure: dict[str, Any] = {} if actual is None else {"actual": 10_000 * Decimal(actual), "unit": ten_thousand}
    make_follow_up(record.investment, status, **figure, as_of=as_of)
    make_follow_up(record.investment, "met", actual=385, as_of=as_of, state="submitted")

    detail = api.get("pledges/yl-2025-001/").json()
    listed = {row["ref"]: row["pace"] for row in api.get("pledges/?fields=ref,pace").json()["results"]}

    assert (detail["status"], detail["pace"]) == (status, pace)
    found = detail["follow_up"]
    assert (detail["actual"], detail["actual_unit"], detail["as_of"]) == (found["actual"], found["unit"], as_of)
    assert (detail["actual_in_unit"], detail["fulfilment"]) == (actual, found["ratio"])
    assert detail["evidence_url"] == found["evidence"][0]["url"]
    (row,) = api.get("pledges/?year=2025&metric=annual-investment").json()["results"]
    assert row == {name: detail[name] for name in row}
    assert listed == {"yl-2025-001": pace, "yl-2025-002": None, "yl-2026-001": None}


def test_pace_is_null_while_the_figure_belongs_to_an_earlier_target(api: Api, record: Record) -> None:
    make_follow_up(record.investment, "in_progress", actual=200, as_of="2025-06-30", reason="半年")
    assert api.get("pledges/yl-2025-001/").json()["pace"] == "on_track"
    make_amendment(record.investment, value=3850)
    for row in (api.get("pledges/yl-2025-001/").json(), api.get("pledges/?status=in_progress").json()["results"][0]):
        assert (row["on_earlier_target"], row["pace"]) == (True, None)
        assert (row["actual_in_unit"], row["fulfilment"]) == ("200", "0.5194")  # of 385, the target that it judged
    make_follow_up(record.investment, "in_progress", actual=200, as_of="2025-06-30", reason="半年")
    assert api.get("pledges/yl-2025-001/").json()["pace"] == "behind"


def test_tolerance_of_pledge_overrides_that_of_metric(api: Api, record: Record) -> None:
    pledge = record.growth
    metric = Metric.objects.filter(pk=pledge.metric_id)

    def criterion() -> str:
        return str(api.get("pledges/yl-2025-002/").json()["criterion"])

    assert "growth of 25.32% or more (growth of about 25.62%, with a tolerance of 0.3 percentage" in criterion()
    metric.update(tolerance="0.5")
    assert "growth of 25.12% or more (growth of about 25.62%, with a tolerance of 0.5 percentage" in criterion()
    Pledge.objects.filter(pk=pledge.pk).update(tolerance="0.12")
    metric.update(direction="near")
    assert "growth of 25.5–25.74% (growth of about 25.62%, with a tolerance of 0.12 percentage" in criterion()
    listed = api.get("pledges/?metric=output-growth").json()["results"][0]
    assert (listed["tolerance"], listed["metric"]["tolerance"], listed["criterion"]) == ("0.12", "0.5", criterion())


def test_tolerance_of_metric_is_in_its_base_unit(record: Record) -> None:
    Pledge.objects.update(bound="about")
    Metric.objects.update(tolerance=500_000_000)
    assert Pledge.objects.get(pk=record.investment.pk).effective_tolerance == 5
    Pledge.objects.filter(pk=record.investment.pk).update(measure="growth", unit="%")
    assert Pledge.objects.get(pk=record.investment.pk).effective_tolerance is None


def test_english_text_keeps_chinese_names_without_english_ones(api: Api, record: Record) -> None:
    response = api.client.get("/api/v1/pledges/yl-2026-001/", headers={"Accept-Language": "en"})
    assert response.json()["criterion"] == "Met if “学校数” reaches 2 所 or more by 2026-05-31."


@pytest.mark.parametrize("state", ["draft", "retracted"])
def test_unpublished_pledge_is_absent(api: Api, record: Record, state: str) -> None:
    hidden = make_statement(
        document=make_document("hidden-page", title="密页"),
        official=make_official("任我行"),
        post=make_post("黑木崖教主"),
    )
    make_pledge("yl-hidden", state=state, statement=hidden)
    assert "hidden" not in api.refs()
    assert api.refs(q="任我行") == []
    for path in (
        *("pledges/yl-hidden/", "documents/hidden-page/", f"officials/{quote('任我行')}/"),
        *(f"posts/{hidden.post_id}/", f"statements/{hidden.pk}/"),
    ):
        assert api.get(path).status_code == 404
    for path in ("documents/", "officials/", "posts/", "statements/", "pledges/"):
        text = api.get(path).content.decode()
        assert not any(word in text for word in ("hidden", "密页", "任我行", "黑木崖"))
    Pledge.objects.filter(ref="yl-hidden").update(state="published")
    assert api.get("documents/hidden-page/").status_code == 200


def test_page_text_is_absent(api: Api, record: Record) -> None:
    for path in ("pledges/", "documents/", "documents/yunling-daily-1/", "statements/"):
        assert "全文不公开" not in api.get(path).content.decode()


LISTS = ["pledges", "districts", "officials", "bodies", "posts", "documents", "statements", "metrics", "units"]


@pytest.fixture(scope="module")
def queries_by_rows(module_record: Record) -> dict[str, dict[str, int]]:
    """Return the number of queries of each list with `few` rows, and with `many` (at least 29)."""
    with transaction.atomic():
        few = {path: number_of_queries(path) for path in LISTS}
        for number in range(28):
            make_row_in_every_list(number, module_record.city)
        many = {path: number_of_queries(path, rows=29) for path in LISTS}
        transaction.set_rollback(True)
    return {"few": few, "many": many}


def number_of_queries(path: str, *, rows: int = 0) -> int:
    with CaptureQueriesContext(connection) as captured:
        page = Client().get(f"/api/v1/{path}/").json()
    assert len(page["results"]) >= rows
    return len(captured)


def make_row_in_every_list(number: int, parent: District) -> None:
    district = make_district(f"d-{number}", parent=parent)
    statement = make_statement(
        document=make_document(f"page-{number}"),
        official=make_official(f"某人{number}"),
        post=make_post(f"局长{number}", district=district, body=make_body(f"局{number}", district=district)),
    )
    dimension = make_dimension(f"dimension-{number}")
    metric = make_metric(f"metric-{number}", dimension=dimension)
    unit = make_unit(f"个{number}", dimension=dimension, factor=1)
    make_pledge(f"yl-more-{number}", statement=statement, district=district, metric=metric, unit=unit)


@pytest.mark.slow
@pytest.mark.parametrize("path", LISTS)
def test_number_of_queries_does_not_grow_with_rows(queries_by_rows: dict[str, dict[str, int]], path: str) -> None:
    assert queries_by_rows["many"][path] == queries_by_rows["few"][path]


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        ("districts/shanyin/", "name", "山阴县"),
        ("districts/990121/", "name", "山阴县"),
        (f"officials/{quote('张三丰')}/", "name", "张三丰"),
        (f"bodies/{quote('山阴县教育局')}/", "district", "shanyin"),
        ("documents/yunling-daily-1/", "title", "云岭日报 1 版"),
        ("metrics/annual-investment/", "name", "年度投资额"),
        (f"units/{quote('亿元')}/", "factor", "100000000"),
        ("units/%25/", "symbol", "%"),
        (f"units/{quote('元/吨', safe='')}/", "symbol", "元/吨"),
    ],
)
def test_detail_is_found(api: Api, record: Record, path: str, key: str, value: str) -> None:
    make_unit("元/吨", factor=1)
    assert api.get(path).json()[key] == value


def test_post_and_statement_are_found_by_id(api: Api, record: Record) -> None:
    statement = api.get(f"statements/{record.schools.statement_id}/").json()
    assert statement["post"] == api.get(f"posts/{statement['post']['id']}/").json()
    assert statement["post"]["organisation"] == "山阴县教育局"
    assert statement["official"]["name"] == "令狐冲"
    assert statement["document"]["date"] == "2025-03-01"


@pytest.mark.parametrize(
    ("path", "parameters", "key", "found"),
    [
        ("districts", {"kind": "zone"}, "slug", ["yunling-etdz"]),
        ("districts", {"parent": "云岭市"}, "slug", ["shanyin", "yunling-etdz"]),
        ("officials", {"q": "三"}, "slug", ["张三丰"]),
        ("officials", {"district": "shanyin"}, "slug", ["令狐冲"]),
        ("posts", {"district": "990121"}, "title", ["山阴县教育局局长"]),
        ("documents", {"q": "2 版"}, "slug", ["yunling-daily-2"]),
        ("statements", {"official": "令狐冲"}, "headline", ["说到做到"]),
        ("statements", {"document": "yunling-daily-1"}, "headline", ["说到做到"]),
        ("metrics", {"topic": "education"}, "slug", ["schools-built"]),
        ("metrics", {"q": "增速", "dimension": "ratio"}, "slug", ["output-growth"]),
        ("metrics", {"direction": "less"}, "slug", []),
        ("units", {"dimension": "money"}, "symbol", ["亿元"]),
    ],
)
def test_smaller_lists_have_filters(
    api: Api, record: Record, path: str, parameters: dict[str, Any], key: str, found: list[str]
) -> None:
    assert [row[key] for row in json.loads(api.get(f"{path}/", **parameters).content)["results"]] == found
