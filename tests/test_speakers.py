"""Statements by a body, such as a plan or a work report, without a person or beside one: everywhere they are shown."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from pledges.exports.flat_pledges import write
from pledges.importer.file_entry import FileEntry
from pledges.importer.loader import load
from pledges.importer.validation import speaker_errors
from pledges.integrity.invariants import INVARIANTS, violations
from pledges.models import Body, Pledge, Statement
from tests.factories import Record, make_body, make_document, make_follow_up, make_official, make_post
from tests.violations import assert_violates

GOVERNMENT = "云岭市人民政府"
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def by_body(record: Record) -> Pledge:
    """The first pledge of the record, which the work report of a government states now."""
    body = make_body(GOVERNMENT, name_en="Yunling Municipal Government", district=record.city, kind="government")
    report = Statement.objects.create(document=make_document("report-2025"), body=body)
    Pledge.objects.filter(pk=record.investment.pk).update(statement=report)
    return Pledge.objects.get(pk=record.investment.pk)


def test_speaker_is_a_person_in_a_post_or_a_body(record: Record) -> None:
    document, official, post, body = make_document("plan"), make_official(), make_post(), make_body()
    incomplete: list[tuple[str, dict[str, Any]]] = [
        ("statement_has_speaker", {}),
        ("statement_official_has_post", {"official": official}),
        ("statement_official_has_post", {"post": post, "body": body}),
    ]
    for rule, speaker in incomplete:
        with assert_violates(rule):
            Statement.objects.create(document=document, **speaker)
    speakers: list[dict[str, Any]] = [
        {"body": body},
        {"official": official, "post": post},
        {"official": official, "post": post, "body": body},
    ]
    for speaker in speakers:
        Statement.objects.create(document=document, **speaker)
        with assert_violates("statement_unique"):
            Statement.objects.create(document=document, **speaker)
    assert [str(row.speaker) for row in Statement.objects.filter(document=document)] == [
        body.name,
        *[official.slug] * 2,
    ]


def test_api_shows_body_where_no_person_speaks(by_body: Pledge, client: Client) -> None:
    body = {
        "slug": GOVERNMENT,
        "name": GOVERNMENT,
        "name_en": "Yunling Municipal Government",
        "kind": "government",
        "district": "yunling",
        "parent": None,
    }

    def get(path: str, **parameters: str) -> Any:
        return client.get(f"/api/v1/{path}", parameters).json()

    (row,) = get("pledges/", body=GOVERNMENT)["results"]
    detail = get(f"pledges/{by_body.ref}/")
    for pledge in (row, detail, get(f"statements/{by_body.statement_id}/")):
        assert [pledge[name] for name in ("official", "post", "body")] == [None, None, body]
    assert [row["body"] for row in get("pledges/", fields="ref,body.name")["results"]] == [
        {"name": GOVERNMENT},
        None,
        None,
    ]
    assert get("pledges/", fields="ref,official.name", body=GOVERNMENT)["results"] == [
        {"ref": by_body.ref, "official": None}
    ]
    assert [row["ref"] for row in get("pledges/", body="山阴县教育局")["results"]] == ["yl-2026-001"]
    assert [row["id"] for row in get("statements/", body=GOVERNMENT)["results"]] == [by_body.statement_id]
    assert GOVERNMENT in [row["slug"] for row in get("bodies/")["results"]]
    for words in ("市人民政府", "municipal gov", "yunlingshi"):
        assert by_body.ref in [row["ref"] for row in get("pledges/", q=words)["results"]]
    assert next(group["official"] for group in get("stats/", by="official")["groups"]) is None
    memberships = get("popolo/memberships/")["results"]
    assert [row["person_id"] for row in memberships] == ["令狐冲", "张三丰"]
    table = client.get("/api/v1/pledges/", {"body": GOVERNMENT}, headers={"Accept": "text/csv"}).getvalue().decode()
    assert GOVERNMENT in table


def test_verdict_on_pledge_of_a_body_names_the_body(by_body: Pledge, client: Client) -> None:
    make_follow_up(by_body, status="met", actual=400, state="approved")
    review = client.get(f"/api/v1/pledges/{by_body.ref}/", headers=ENGLISH).json()["claim_review"]
    assert review["itemReviewed"]["author"] == {"@type": "Organization", "name": "Yunling Municipal Government"}
    assert "(Yunling, Yunling Municipal Government)" in client.get("/feeds/status/", headers=ENGLISH).content.decode()
    with assert_violates("judged_by_amendment_only"):
        Body.objects.update(name="云岭市政府")
    assert not list(violations(INVARIANTS))


REPORT = """\
document: {slug: report-2026, date: 2026-02-05}
statements:
  - body: 山阴县人民政府
    district: 山阴县
    headline: 工作报告
    pledges:
      - {ref: sy-2026-001, PLEDGE}
  - official: 岳不群
    post: 县长
    body: 山阴县人民政府
    district: 山阴县
    pledges:
      - {ref: sy-2026-002, PLEDGE}
""".replace(
    "PLEDGE",
    "quote: 新建学校2所, metric: 新建学校数, measure: total, bound: exact, value: 2, unit: 所, year: 2026, "
    "strength: planned, tier: core",
)


def test_files_name_the_body_that_speaks(record: Record, tmp_path: Path) -> None:
    path = tmp_path / "report.yaml"

    def loaded(text: str, *, force: bool = False) -> list[tuple[str | None, str | None, str | None]]:
        path.write_text(text, encoding="utf-8")
        load([path], force=force)
        pledges = Pledge.objects.filter(ref__startswith="sy-").order_by("ref")
        names = ("statement__official__name", "statement__post__title", "statement__body__name")
        return list(pledges.values_list(*names))

    assert loaded(REPORT) == [(None, None, "山阴县人民政府"), ("岳不群", "县长", "山阴县人民政府")]
    body = Body.objects.get(name="山阴县人民政府")
    assert (body.kind, body.district) == ("government", record.county)
    statements = Statement.objects.filter(document__slug="report-2026")
    assert statements.count() == 2

    exported = tmp_path / "export.jsonl"
    with exported.open("w", encoding="utf-8") as file:
        write(file, "jsonl")
    rows = [json.loads(line) for line in exported.read_text(encoding="utf-8").splitlines()]
    row = next(row for row in rows if row["ref"] == "sy-2026-001")
    assert [row[name] for name in ("official", "post", "post_district", "body", "body_slug", "body_district")] == [
        *(None, None, None),
        *("山阴县人民政府", "山阴县人民政府", "shanyin"),
    ]
    report = load([exported])
    assert (report.created, report.updated, report.sources_updated, report.statements) == (0, 0, 0, 4)

    # A body can be named by its slug. A corrected body, or one that is added, belongs to the same statement.
    make_body("云岭市人民政府", slug="yunling-gov", district=record.city)
    changed = loaded(
        REPORT.replace("body: 山阴县人民政府", "body: yunling-gov", 1).replace("    body: 山阴县人民政府\n", "")
    )
    assert changed == [(None, None, "云岭市人民政府"), ("岳不群", "县长", None)]
    assert loaded(REPORT) == [(None, None, "山阴县人民政府"), ("岳不群", "县长", "山阴县人民政府")]
    assert statements.count() == 2

    # What an editor has corrected stays.
    statements.filter(official=None).update(body=Body.objects.get(slug="yunling-gov"))
    assert loaded(REPORT)[0] == (None, None, "云岭市人民政府")
    assert loaded(REPORT, force=True)[0] == (None, None, "山阴县人民政府")
    assert statements.count() == 2
    assert not list(violations(INVARIANTS))


def test_entry_without_a_speaker_is_an_error() -> None:
    for fields, errors in (
        ({}, {"official": "missing; give an official with a post, or a body"}),
        ({"official": "甲", "body_slug": "b"}, {"official": "found “甲”, but post is missing"}),
        ({"body": "省人民政府", "organisation": "省财政厅"}, {"organisation": "found “省财政厅”, but post is missing"}),
    ):
        with translation.override("en"):
            problems = list(speaker_errors(FileEntry("", 1, dict(fields), {}, {})))
        found = {problem.field: problem.message for problem in problems}
        assert errors.items() <= found.items()


def test_admin_lists_and_enters_what_a_body_states(by_body: Pledge, admin_client: Client) -> None:
    body = Body.objects.get(slug=GOVERNMENT)
    bodies = admin_client.get("/admin/pledges/body/").context["cl"].result_list
    assert {row.slug: row.pledge_count for row in bodies} == {GOVERNMENT: 1, "山阴县教育局": 1}
    pledges = "/admin/pledges/pledge/"
    found = admin_client.get(pledges, {"statement__body__id__exact": body.pk})
    assert [row.ref for row in found.context["cl"].result_list] == [by_body.ref]
    assert GOVERNMENT in found.content.decode()
    (department,) = (row for row in bodies if row != body)
    found = admin_client.get(pledges, {"statement__body__id__exact": department.pk})
    assert [row.ref for row in found.context["cl"].result_list] == ["yl-2026-001"]
    assert admin_client.get(pledges, {"statement__body__id__exact": "x"}).status_code == 302

    add = "/admin/pledges/statement/add/"
    plan = make_document("plan")
    refused = admin_client.post(add, {"document": plan.pk})
    assert refused.context["adminform"].form.non_field_errors() == ["请填写官员及其职务，或机构，或两者都填。"]
    assert admin_client.post(add, {"document": plan.pk, "body": body.pk}).status_code == 302
    statement = Statement.objects.get(document=plan)
    assert admin_client.get("/admin/pledges/statement/", {"q": "人民政府"}).context["cl"].result_count == 2
    response = admin_client.get(reverse("admin:pledges_statement_add_pledge", args=[statement.pk]))
    assert f"district={by_body.district_id}" in response.headers["Location"]
    assert GOVERNMENT in admin_client.get(f"/admin/pledges/document/{plan.pk}/pledges/").content.decode()
