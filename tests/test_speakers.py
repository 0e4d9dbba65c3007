"""Statements by a body, such as a plan or a work report, without a person or beside one: everywhere they are shown."""

from typing import Any

import pytest
from django.test import Client

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
