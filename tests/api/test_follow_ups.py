"""Reading follow-ups: anonymous clients see approved ones, staff users see all of them with their review."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pledges.models import Evidence, FollowUp, Pledge
from pledges.workflow import review
from pledges.workflow.uploads import read_upload, store
from tests.factories import (
    Record,
    make_amendment,
    make_document,
    make_follow_up,
    make_pledge,
    make_statement,
    make_unit,
    make_user,
)

from .conftest import Api, TokenClient

SECRETS = ("秘密草稿", "审稿备注", "hidden-file", '"editor"', '"chief"')


@pytest.fixture
def hidden_draft(record: Record) -> FollowUp:
    """Create a draft with a file and a returned follow-up of another pledge; return the draft."""
    draft = make_follow_up(record.investment, state="draft", summary="秘密草稿")
    upload = read_upload(SimpleUploadedFile("hidden-file.txt", "证据".encode()))
    Evidence.objects.create(follow_up=draft, file=store(upload), file_name=upload.name)
    make_follow_up(record.growth, state="returned", note="审稿备注", summary="秘密草稿", actual=30)
    return draft


def ids(response: Any) -> list[int]:
    assert response.status_code == 200, response.content
    return [row["id"] for row in response.json()["results"]]


def test_follow_ups_of_pledge_are_approved_ones_newest_first(api: Api, record: Record, hidden_draft: FollowUp) -> None:
    first = make_follow_up(record.investment, "in_progress", actual=200, as_of="2025-06-30")
    second = make_follow_up(record.investment, "met", actual=390)
    response = api.get("pledges/yl-2025-001/follow-ups/")
    assert ids(response) == [second.pk, first.pk]
    newest = response.json()["results"][0]
    assert newest == {
        "id": second.pk,
        "url": f"http://testserver/api/v1/follow-ups/{second.pk}/",
        "pledge": "yl-2025-001",
        "status": "met",
        "actual": "390",
        "actual_bound": "exact",
        "unit": "亿元",
        "amount": "39000000000",
        "ratio": "1.0129",
        "as_of": "2025-12-31",
        "summary": "统计公报已公布。",
        "reason": None,
        "supersedes": None,
        "previous_status": "in_progress",
        "resulting_status": "met",
        "reviewed_at": newest["reviewed_at"],
        "evidence": [
            {
                "id": second.evidence.get().pk,
                "url": "https://news.example/report",
                "file": None,
                "statement": None,
                "title": "统计公报",
                "publisher": None,
                "published_on": None,
                "quote": None,
            }
        ],
        "review": None,
    }


def test_follow_ups_are_paged(api: Api, record: Record) -> None:
    created = [make_follow_up(record.growth, "in_progress", as_of="2025-12-31").pk for _ in range(5)]
    url, seen = "/api/v1/pledges/yl-2025-002/follow-ups/?limit=2&count=exact", []
    while url:
        page = api.client.get(url).json()
        assert page["count"] == 5
        seen += [row["id"] for row in page["results"]]
        url = page["next"]
    assert seen == created[::-1]


@pytest.mark.parametrize("ref", ["nope", "yl-draft", "%00", "a%2Fb"])
def test_follow_ups_of_unpublished_pledge_are_not_found(api: Api, record: Record, ref: str) -> None:
    make_pledge("yl-draft", state="draft")
    assert api.get(f"pledges/{ref}/follow-ups/").status_code == 404


def test_follow_ups_of_retracted_pledge_are_absent(api: Api, record: Record, reader: TokenClient) -> None:
    follow_up = make_follow_up(record.investment)
    make_amendment(record.investment, state="retracted")
    assert ids(api.get("follow-ups/")) == []
    assert api.get(f"follow-ups/{follow_up.pk}/").status_code == 404
    assert ids(reader.get("follow-ups/")) == [follow_up.pk]


def test_pledge_has_its_status_and_evidence(api: Api, record: Record) -> None:
    make_follow_up(record.investment, "partly_met", actual=300, reason="")
    late = make_follow_up(record.schools, "met", actual=2, as_of="2026-06-30")
    pledge = api.get("pledges/yl-2025-001/").json()
    assert (pledge["status"], pledge["status_since"], pledge["late"]) == ("partly_met", "2025-12-31", None)
    assert pledge["last_checked_on"] == str(Pledge.objects.get(ref="yl-2025-001").last_checked_on)
    assert pledge["fulfilment"] == pledge["follow_up"]["ratio"] == "0.7792"
    assert pledge["follow_up"]["evidence"][0]["url"] == "https://news.example/report"
    assert ids(api.client.get(pledge["follow_ups"])) == [pledge["follow_up"]["id"]]
    assert api.get("pledges/yl-2026-001/").json()["late"] is True
    rows = {row["ref"]: row for row in api.get("pledges/").json()["results"]}
    assert rows[late.pledge.ref]["late"] is True


def test_pledge_met_in_time_is_not_late(api: Api, record: Record) -> None:
    make_follow_up(record.investment, "met", actual=385)
    assert api.get("pledges/yl-2025-001/").json()["late"] is False


def test_unchecked_pledge_has_no_follow_up(api: Api, record: Record, hidden_draft: FollowUp) -> None:
    pledge = api.get("pledges/yl-2025-001/").json()
    assert (pledge["status"], pledge["fulfilment"], pledge["follow_up"], pledge["late"]) == (
        "unchecked",
        None,
        None,
        None,
    )


def test_superseding_and_superseded_pledges_link_to_each_other(api: Api, record: Record) -> None:
    make_pledge("yl-2026-lower", value=104, year=2026, deadline="2026-12-31", supersedes=record.investment)
    make_pledge("yl-2026-draft", year=2026, deadline="2026-12-31", supersedes=record.investment, state="draft")
    assert api.get("pledges/yl-2026-lower/").json()["supersedes"] == ["yl-2025-001"]
    assert api.get("pledges/yl-2025-001/").json()["superseded_by"] == ["yl-2026-lower"]
    Pledge.objects.filter(pk=record.investment.pk).update(state="retracted")
    assert api.get("pledges/yl-2026-lower/").json()["supersedes"] == []


def test_criterion_is_derived_if_the_editor_gives_none(api: Api, record: Record) -> None:
    Pledge.objects.filter(pk=record.growth.pk).update(success_criterion="以统计公报为准")
    assert api.get("pledges/yl-2025-002/").json()["criterion"] == "以统计公报为准"
    derived = api.client.get("/api/v1/pledges/yl-2025-001/", headers={"Accept-Language": "en"}).json()["criterion"]
    assert "38.5 billion" in derived
    assert "reaches" in derived


@pytest.mark.parametrize("who", ["api", "outsider"])
def test_client_without_role_does_not_see_drafts(
    who: str, record: Record, hidden_draft: FollowUp, request: Any
) -> None:
    client = request.getfixturevalue(who)
    evidence = hidden_draft.evidence.get(url="").pk
    approved = make_follow_up(record.schools, actual=2, as_of="2026-01-01")
    for path in (
        *("", "schema/", "pledges/", "pledges/yl-2025-001/", "pledges/yl-2025-001/follow-ups/"),
        *("follow-ups/", f"follow-ups/{approved.pk}/"),
    ):
        text = client.get(path).content.decode()
        assert not any(secret in text for secret in SECRETS)
    for path in (f"follow-ups/{hidden_draft.pk}/", f"follow-ups/{hidden_draft.pk}/evidence/{evidence}/file/"):
        assert client.get(path).status_code == 404
    assert ids(client.get("follow-ups/")) == [approved.pk]
    assert client.get("follow-ups/?count=exact").json()["count"] == 1
    for filters in ("state=draft", "state=returned", "author=me", "status=in_progress", "pledge=yl-2025-001"):
        response = client.get(f"follow-ups/?{filters}&count=exact")
        assert (ids(response), response.json()["count"]) == ([], 0)


def test_reader_role_sees_drafts_with_their_review(reader: TokenClient, record: Record, hidden_draft: FollowUp) -> None:
    response = reader.get(f"follow-ups/{hidden_draft.pk}/")
    details = response.json()["review"]
    assert (details["state"], details["author"], details["reviewer"], details["note"]) == (
        "draft",
        "editor",
        None,
        None,
    )
    assert response["ETag"] == f'"{details["version"]}"' == f'"{hidden_draft.version + 1}"'
    (returned,) = reader.get("follow-ups/?state=returned").json()["results"]
    assert returned["review"]["note"] == "审稿备注"
    assert returned["review"]["reviewer"] == "chief"
    assert returned["review"]["suggested"] == "met"


def test_staff_response_is_not_cacheable(reader: TokenClient, api: Api, record: Record, hidden_draft: FollowUp) -> None:
    for path in ("follow-ups/", f"follow-ups/{hidden_draft.pk}/", "pledges/yl-2025-001/follow-ups/"):
        response = reader.get(path)
        assert response["Cache-Control"] == "private, no-store"
        assert "Authorization" in response["Vary"]
    public = api.get("follow-ups/")
    assert "Authorization" in public["Vary"]
    assert public["Cache-Control"].startswith("public, ")


def test_staff_filter_follow_ups_by_state_and_author(
    editor: TokenClient, record: Record, hidden_draft: FollowUp
) -> None:
    mine = make_follow_up(record.schools, "in_progress", state="submitted", author=editor.user, as_of="2026-01-01")
    assert ids(editor.get("follow-ups/?author=me")) == [mine.pk]
    assert ids(editor.get("follow-ups/?state=submitted&state=draft")) == [mine.pk, hidden_draft.pk]
    assert ids(editor.get("follow-ups/?pledge=yl-2026-001")) == [mine.pk]
    assert ids(editor.get("follow-ups/?status=met&state=draft")) == [hidden_draft.pk]
    assert editor.get("follow-ups/?pledge=nope").json()["errors"][0]["message"] == "Unknown value."
    assert editor.get("follow-ups/?autor=me").json()["errors"][0]["message"] == "Unknown parameter."


def test_filter_by_draft_pledge_is_rejected(api: Api, record: Record) -> None:
    make_pledge("yl-draft", state="draft")
    assert api.errors("follow-ups/", pledge="yl-draft") == [
        {"parameter": "pledge", "value": "yl-draft", "message": "Unknown value.", "known": []}
    ]


def test_other_lists_are_the_same_for_staff(chief: TokenClient, record: Record, hidden_draft: FollowUp) -> None:
    make_pledge("yl-draft", state="draft")
    assert chief.get("pledges/yl-draft/").status_code == 404
    assert ids(chief.get("pledges/yl-2025-001/follow-ups/")) == []
    assert "yl-draft" not in chief.get("pledges/").content.decode()


def test_file_is_public_after_approval(api: Api, record: Record, reader: TokenClient) -> None:
    draft = make_follow_up(record.schools, "in_progress", state="draft", evidence=False, as_of="2026-01-01")
    upload = read_upload(SimpleUploadedFile("公报.txt", "建成两所".encode()))
    evidence = Evidence.objects.create(follow_up=draft, file=store(upload), file_name=upload.name)
    (shown,) = reader.get(f"follow-ups/{draft.pk}/").json()["evidence"]
    assert shown["file"] == {
        "url": f"http://testserver/api/v1/follow-ups/{draft.pk}/evidence/{evidence.pk}/file/",
        "name": "公报.txt",
        "media_type": "text/plain; charset=utf-8",
        "size": 12,
        "sha256": upload.sha256,
    }
    file = reader.client.get(shown["file"]["url"])
    assert (file.status_code, file.content.decode()) == (200, "建成两所")
    assert file["Cache-Control"] == "private, no-store"
    assert file["Content-Disposition"].startswith("attachment")
    assert api.client.get(shown["file"]["url"]).status_code == 404


@pytest.mark.parametrize("accept", ["*/*", "text/plain", "application/pdf"])
def test_file_is_returned_for_any_accept_header(api: Api, record: Record, accept: str) -> None:
    approved = make_follow_up(record.schools, "in_progress", state="draft", as_of="2026-01-01")
    upload = read_upload(SimpleUploadedFile("a.txt", b"two schools"))
    evidence = Evidence.objects.create(follow_up=approved, file=store(upload), file_name=upload.name)
    review.submit([approved.pk], by=approved.author)
    review.approve([approved.pk], by=make_user("chief"))
    url = f"/api/v1/follow-ups/{approved.pk}/evidence/{evidence.pk}/file/"
    file = api.client.get(url, headers={"Accept": accept})
    assert (file.status_code, file.content) == (200, b"two schools")
    assert "private" not in file["Cache-Control"]
    known = api.client.get(url, headers={"Accept": accept, "If-None-Match": file["ETag"]})
    assert (known.status_code, known.content) == (304, b"")
    assert api.get(f"follow-ups/{approved.pk}/evidence/0/file/")["Content-Type"] == "application/problem+json"


def test_evidence_shows_only_public_statements(api: Api, record: Record, reader: TokenClient) -> None:
    secret = make_statement(document=make_document("hidden-page"))
    follow_up = make_follow_up(record.investment, state="draft", actual=390)
    for statement in (record.schools.statement, secret):
        Evidence.objects.create(follow_up=follow_up, statement=statement)
    review.submit([follow_up.pk], by=follow_up.author)
    review.approve([follow_up.pk], by=make_user("chief"))
    statements = [item["statement"] for item in api.get(f"follow-ups/{follow_up.pk}/").json()["evidence"]]
    assert statements == [None, record.schools.statement_id, None]
    seen = [item["statement"] for item in reader.get(f"follow-ups/{follow_up.pk}/").json()["evidence"]]
    assert seen == [None, record.schools.statement_id, secret.pk]


@pytest.mark.parametrize("path", ["follow-ups/", "pledges/yl-2025-002/follow-ups/"])
def test_number_of_queries_does_not_grow_with_follow_ups(reader: TokenClient, record: Record, path: str) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert len(ids(reader.get(path))) >= 1
        return len(captured)

    make_follow_up(record.growth, "in_progress", actual=3)
    few = queries()
    for number in range(9):
        unit = make_unit(f"%{number}", dimension=record.growth.unit.dimension, factor=1)
        created = make_follow_up(record.growth, "in_progress", actual=3, unit=unit, state="draft")
        Evidence.objects.create(follow_up=created, statement=record.schools.statement)
    make_follow_up(record.growth, "in_progress", actual=4)
    assert queries() == few
