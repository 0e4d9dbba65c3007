"""ETags: a client with a current copy gets 304, and every public change of the record changes the ETag."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from django.utils.http import http_date
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from pledges.api.http import etags
from pledges.api.views.records import PledgeViewSet
from pledges.models import District, Document, FollowUp, Official, Pledge, Post, Revision, Statement
from tests.commits import commit
from tests.factories import (
    Record,
    make_document,
    make_follow_up,
    make_official,
    make_pledge,
    make_post,
    make_statement,
    make_topic,
)

from .conftest import Api, TokenClient, problem

VALIDATION_HEADERS = ("Cache-Control", "ETag", "Last-Modified", "Vary")
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)  # in Shanghai


@pytest.fixture
def record(record: Record) -> Record:
    make_follow_up(record.investment)
    commit()
    return record


@pytest.fixture
def paths(record: Record) -> list[str]:
    """Return the paths of the lists, of the formats of one list, and of one row of each list."""
    statement = record.investment.statement
    lists = ["pledges", "follow-ups", "districts", "officials", "posts", "documents", "statements", "metrics", "units"]
    return [
        *(f"{name}/" for name in lists),
        *("pledges.csv", "pledges.jsonl", "pledges.xlsx", "changes/", "popolo/", "popolo/persons/"),
        *(f"pledges/{record.investment.ref}/", f"pledges/{record.investment.ref}/follow-ups/"),
        *(f"follow-ups/{FollowUp.objects.get().pk}/", "districts/yunling/", f"officials/{statement.speaker.slug}/"),
        *(f"posts/{statement.post_id}/", f"documents/{statement.document.slug}/", f"statements/{statement.pk}/"),
        *("metrics/annual-investment/", "units/亿元/", f"popolo/persons/{statement.speaker.slug}/"),
    ]


def etag_of(api: Api, path: str = "pledges/", **headers: str) -> str:
    response = api.client.get(f"/api/v1/{path}", headers=headers)
    assert response.status_code == 200, response.content
    return str(response["ETag"])


def get(api: Api, path: str, **headers: str) -> Any:
    return api.client.get(f"/api/v1/{path}", headers={name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.slow
def test_known_etag_gets_304_from_every_list_and_detail(
    api: Api, paths: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(etags, "UNSETTLED_SECONDS", 0)
    for path in paths:
        first = get(api, path)
        assert first["Cache-Control"] == "public, max-age=0, s-maxage=10, must-revalidate", path
        assert {name.strip() for name in first["Vary"].split(",")} == {"Accept", "Accept-Language", "Authorization"}
        again = get(api, path, If_None_Match=first["ETag"])
        assert (again.status_code, again.content) == (304, b""), path
        assert [again[name] for name in VALIDATION_HEADERS] == [first[name] for name in VALIDATION_HEADERS]
        head = api.client.head(f"/api/v1/{path}")
        assert [head[name] for name in VALIDATION_HEADERS] == [first[name] for name in VALIDATION_HEADERS]
        first.getvalue()  # a stream counts against the limit of concurrent streams until it has been read


def test_public_change_changes_the_etag(api: Api, record: Record) -> None:
    def change_a_pledge() -> None:
        Pledge.objects.filter(pk=record.growth.pk).update(note="x")

    def rename_a_district_without_pledges() -> None:
        District.objects.filter(pk=record.zone.pk).update(name_en="x")

    def approve_a_follow_up() -> None:
        make_follow_up(record.investment)

    for make_change in (
        change_a_pledge,
        rename_a_district_without_pledges,
        approve_a_follow_up,
        lambda: make_topic("new"),
    ):
        before = etag_of(api)
        assert etag_of(api) == before
        make_change()
        commit()
        assert etag_of(api) != before
        assert get(api, "pledges/", If_None_Match=before).status_code == 200


def test_unpublished_change_keeps_the_etag(api: Api, record: Record) -> None:
    draft = make_follow_up(record.growth, "in_progress", state="draft")
    commit()
    before = etag_of(api)
    FollowUp.objects.filter(pk=draft.pk).update(summary="x")
    Pledge.objects.filter(pk=record.growth.pk).update(assignee=draft.author)
    commit()
    assert etag_of(api) == before


@pytest.fixture
def private_pledge(record: Record) -> Pledge:
    """A draft of a pledge, with an official, a post, a page and a statement that no other pledge has."""
    statement = make_statement(
        document=make_document("private"), official=make_official("未公开"), post=make_post("未公开")
    )
    return make_pledge("private", statement=statement, state="draft")


PRIVATE_CHANGES: dict[str, Callable[[Pledge], Any]] = {
    "new official": lambda _: make_official("新"),
    "new post": lambda _: make_post("新"),
    "new page": lambda _: make_document("new"),
    "new statement": lambda _: make_statement(document=make_document("new"), official=make_official("新")),
    "renamed official": lambda pledge: Official.objects.filter(statements=pledge.statement_id).update(name="改"),
    "renamed post": lambda pledge: Post.objects.filter(statements=pledge.statement_id).update(title="改"),
    "renamed page": lambda pledge: Document.objects.filter(pk=pledge.statement.document_id).update(title="改"),
    "changed headline": lambda pledge: Statement.objects.filter(pk=pledge.statement_id).update(headline="改"),
    "changed pledge": lambda pledge: Pledge.objects.filter(pk=pledge.pk).update(note="改"),
    "approved follow-up": make_follow_up,
    "deleted page": lambda _: Document.objects.filter(slug="unused").delete(),
}


@pytest.mark.parametrize("name", PRIVATE_CHANGES)
def test_change_of_rows_without_public_pledge_keeps_the_etag(api: Api, private_pledge: Pledge, name: str) -> None:
    make_document("unused")
    commit()
    before = etag_of(api)
    revisions = Revision.objects.count()
    PRIVATE_CHANGES[name](private_pledge)
    commit()
    assert etag_of(api) == before
    assert Revision.objects.count() == revisions


def test_change_after_one_that_is_not_public_is_logged(api: Api, private_pledge: Pledge) -> None:
    commit()
    before = etag_of(api)
    make_official("新")
    Official.objects.filter(name="新").update(name="改")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # deletes the revision, within the transaction
    Pledge.objects.filter(pk=private_pledge.pk).update(state="published")
    commit()
    assert etag_of(api) != before
    assert api.get("changes/").json()["results"][-1]["ref"] == "private"


def test_etag_differs_by_url_language_and_format(api: Api, record: Record) -> None:
    distinct_etags = [
        etag_of(api),
        etag_of(api, "pledges/?limit=1"),
        etag_of(api, "districts/"),
        etag_of(api, **{"Accept-Language": "zh-CN"}),
        etag_of(api, Accept="text/csv"),
        str(api.client.get("/api/v1/pledges/", SERVER_NAME="localhost")["ETag"]),
    ]
    assert len(set(distinct_etags)) == len(distinct_etags)


def test_strong_form_of_the_etag_gets_304(api: Api, record: Record) -> None:
    weak = etag_of(api)
    for sent_etag in (weak.removeprefix("W/"), f'"other", {weak}', f'{weak},W/"other"'):
        assert get(api, "pledges/", If_None_Match=sent_etag).status_code == 304


def test_not_modified_response_reads_only_the_revision(
    api: Api, record: Record, django_assert_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = etag_of(api)
    monkeypatch.setattr(PledgeViewSet, "dispatch", None)
    with django_assert_num_queries(0):  # the query for the revision bypasses Django's cursor
        assert get(api, "pledges/", If_None_Match=known).status_code == 304


def test_error_response_is_not_cacheable(api: Api, record: Record) -> None:
    for path in ("pledges/nope/", "pledges/?yaer=1"):
        for headers in ({}, {"If_None_Match": "*"}, {"If_Modified_Since": http_date()}):
            response = get(api, path, **headers)
            assert response.status_code in (400, 404)
            assert "ETag" not in response
            assert "Last-Modified" not in response
            assert response["Cache-Control"] == "no-store"
    assert get(api, "pledges/", If_None_Match="*").status_code == 304


@pytest.mark.parametrize("path", ["pledges.csv", "pledges.jsonl", "popolo/"])
def test_known_etag_gets_304_instead_of_a_stream(
    api: Api, record: Record, editor: TokenClient, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(etags, "UNSETTLED_SECONDS", 0)
    first = editor.get(path)
    assert first.status_code == 200
    first.getvalue()
    again = editor.client.get(f"/api/v1/{path}", headers=editor.headers | {"If-None-Match": first["ETag"]})
    assert (again.status_code, again["ETag"], again["Cache-Control"]) == (304, first["ETag"], "private, no-cache")
    later = get(api, path, If_Modified_Since=first["Last-Modified"])
    assert (later.status_code, later["ETag"]) == (304, first["ETag"])
    problem(get(api, path, If_Match='"other"'), 412)


def test_etag_differs_by_newsroom_and_software_version(
    api: Api, record: Record, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = etag_of(api)
    settings.NEWSROOM = "云岭晚报"
    named = etag_of(api)
    monkeypatch.setattr(etags, "__version__", "0.0.1")
    assert len({before, named, etag_of(api)}) == 3


def test_if_match_with_an_old_etag_gets_412(api: Api, record: Record) -> None:
    response = get(api, "pledges/", If_Match='"other"')
    assert response["Cache-Control"] == "no-store"
    details = problem(response, 412)
    assert details["detail"] == "The resource has changed since the version in `If-Match`."


def test_if_modified_since_gets_304(api: Api, record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    at = timezone.now().replace(microsecond=300_000) - timedelta(seconds=10)
    monkeypatch.setattr(etags, "_latest_revision", lambda: (1, at.timestamp(), timezone.now().timestamp()))
    monkeypatch.setattr(timezone, "localdate", lambda: at.date() - timedelta(days=1))
    assert get(api, "pledges/")["Last-Modified"] == http_date(int(at.timestamp()))
    assert get(api, "pledges/", If_Modified_Since=http_date(int(at.timestamp()))).status_code == 304
    assert get(api, "pledges/", If_Modified_Since=http_date(int(at.timestamp()) - 1)).status_code == 200
    assert get(api, "pledges/", If_Modified_Since="yesterday").status_code == 200


def test_if_modified_since_is_ignored_until_the_time_is_settled(
    api: Api, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = timezone.now()
    monkeypatch.setattr(etags, "_latest_revision", lambda: (1, at.timestamp(), at.timestamp() + 1))
    monkeypatch.setattr(timezone, "localdate", lambda: at.date() - timedelta(days=1))
    last_modified = get(api, "pledges/")["Last-Modified"]
    assert last_modified == http_date(int(at.timestamp()) - 1)
    assert get(api, "pledges/", If_Modified_Since=last_modified).status_code == 200


def test_etag_changes_at_midnight(api: Api, record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(etags, "_latest_revision", lambda: (1, NOON.timestamp(), NOON.timestamp() + 86_400))
    monkeypatch.setattr(timezone, "localdate", lambda: NOON.date())
    today = get(api, "pledges/")
    assert today["Last-Modified"] == "Mon, 02 Mar 2026 04:00:00 GMT"
    monkeypatch.setattr(timezone, "localdate", lambda: NOON.date() + timedelta(days=1))
    tomorrow = get(api, "pledges/")
    assert tomorrow["Last-Modified"] == "Mon, 02 Mar 2026 16:00:00 GMT"
    assert tomorrow["ETag"] != today["ETag"]


def test_etag_of_an_empty_record_gets_304(api: Api, db: None) -> None:
    assert get(api, "pledges/", If_None_Match=etag_of(api)).status_code == 304


def test_response_for_a_token_is_private(api: Api, record: Record, editor: TokenClient) -> None:
    known = etag_of(api)
    assert "max-age" not in editor.get("follow-ups/")["Cache-Control"]
    assert "ETag" not in editor.get("follow-ups/")
    assert editor.get("pledges/")["Cache-Control"] == "private, no-cache"
    assert editor.get("pledges/")["ETag"] == known
    assert editor.client.get("/api/v1/pledges/", headers={"If-None-Match": known}).status_code == 304
    wrong = {"If-None-Match": known, "Authorization": "Token dx_wrong"}
    assert api.client.get("/api/v1/pledges/", headers=wrong).status_code == 401


def test_language_comes_only_from_the_header(api: Api, record: Record) -> None:
    api.client.cookies["django_language"] = "zh-hans"
    response = get(api, f"pledges/{record.investment.ref}/", Accept_Language="en")
    assert response["Content-Language"] == "en"
    assert "at least 38.5 billion" in response.json()["target"]
