"""The change log in the API, from which clients update their copies of the pledges."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.signing import Signer
from pytest_django import DjangoAssertNumQueries

from pledges.models import Pledge
from tests.commits import commit
from tests.factories import Record, make_follow_up, make_pledge

from .conftest import Api

CREATED = ["yl-2025-001", "yl-2025-002", "yl-2026-001"]


@pytest.fixture
def record(record: Record) -> Record:
    commit()
    return record


def kinds(page: Any) -> list[tuple[str, str]]:
    return [(change["ref"], change["kind"]) for change in page["results"]]


def test_log_starts_with_all_published_pledges(api: Api, record: Record) -> None:
    make_pledge("draft", state="draft")
    commit()
    page = api.get("changes/").json()
    assert kinds(page) == [(ref, "created") for ref in CREATED]
    assert page["next"] is None
    listed = {pledge["ref"]: pledge for pledge in api.get("pledges/").json()["results"]}
    assert {change["ref"]: change["pledge"] for change in page["results"]} == listed


def test_entry_has_its_kind_and_the_current_pledge(api: Api, record: Record) -> None:
    make_follow_up(record.growth, "in_progress", as_of="2025-06-30")
    commit()
    Pledge.objects.filter(pk=record.growth.pk).update(note="later")
    commit()
    *_created, status_change, note_change = api.get("changes/").json()["results"]
    assert status_change | {"at": "", "pledge": {}} == {
        "kind": "status_changed",
        "ref": "yl-2025-002",
        "at": "",
        "previous_status": "unchecked",
        "status": "in_progress",
        "amendment": None,
        "redirects": [],
        "pledge": {},
    }
    assert status_change["at"] < note_change["at"]
    assert status_change["at"].endswith("+08:00")
    assert status_change["pledge"] == note_change["pledge"]
    assert note_change["pledge"]["note"] == "later"


def test_withdrawn_pledge_leaves_a_tombstone(api: Api, record: Record) -> None:
    Pledge.objects.filter(pk=record.growth.pk).update(state="retracted")
    commit()
    changes = api.get("changes/").json()["results"]
    assert kinds({"results": changes})[-1] == ("yl-2025-002", "withdrawn")
    assert (changes[-1]["previous_status"], changes[-1]["status"]) == ("unchecked", None)
    assert [change["pledge"] for change in changes if change["ref"] == "yl-2025-002"] == [None, None]
    Pledge.objects.filter(pk=record.growth.pk).update(state="published")
    commit()
    changes = api.get("changes/").json()["results"]
    assert kinds({"results": changes})[-1] == ("yl-2025-002", "created")
    assert all(change["pledge"] for change in changes)


def test_cursor_stays_valid(api: Api, record: Record) -> None:
    cursor = api.get("changes/").json()["cursor"]
    assert api.get("changes/", since=cursor).json() == {"cursor": cursor, "next": None, "results": []}
    Pledge.objects.filter(pk=record.growth.pk).update(note="x")
    commit()
    page = api.get("changes/", since=cursor).json()
    assert kinds(page) == [("yl-2025-002", "changed")]
    assert page["cursor"] != cursor


def test_next_page_continues_after_the_last_entry(api: Api, record: Record) -> None:
    Pledge.objects.update(note="x")
    commit()
    seen, url = [], "/api/v1/changes/?limit=2"
    while url:
        page = api.client.get(url).json()
        assert len(page["results"]) == 2
        seen += kinds(page)
        if url := page["next"]:
            assert url.startswith("http://testserver/api/v1/changes/?")
            assert parse_qs(urlsplit(url).query) == {"limit": ["2"], "since": [page["cursor"]]}
    assert seen == [(ref, kind) for kind in ("created", "changed") for ref in CREATED]


def test_number_of_queries_does_not_grow_with_entries(
    api: Api, record: Record, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    api.get("changes/")
    with django_assert_num_queries(4):  # the start and the end of a savepoint, the entries, the keys of pledges
        assert len(api.get("changes/", limit=1).json()["results"]) == 1
    with django_assert_num_queries(4):
        assert len(api.get("changes/").json()["results"]) == 3


@pytest.mark.parametrize(
    ("parameters", "name", "message"),
    [
        ({"since": "nonsense"}, "since", "This cursor does not belong to the change log."),
        (
            {"since": Signer(sep=".", salt="pledges/").sign_object([1, "x"])},
            "since",
            "does not belong to the change log",
        ),
        ({"since": Signer(sep=".", salt="changes").sign_object([10**9, "x"])}, "since", "lies beyond the end"),
        ({"since": ""}, "since", "Empty value"),
        ({"limit": 0}, "limit", "greater than or equal to 1"),
        ({"limit": 1001}, "limit", "less than or equal to 1000"),
        ({"cursor": "x"}, "cursor", "Unknown parameter."),
    ],
)
def test_invalid_parameter_is_named(
    api: Api, record: Record, parameters: dict[str, Any], name: str, message: str
) -> None:
    (error,) = api.errors("changes/", **parameters)
    assert error["parameter"] == name
    assert message in error["message"]


def test_pledge_texts_are_in_the_language_of_the_client(api: Api, record: Record) -> None:
    chinese = api.client.get("/api/v1/changes/", headers={"Accept-Language": "zh-CN"}).json()
    assert chinese["results"][0]["pledge"]["target"] != api.get("changes/").json()["results"][0]["pledge"]["target"]
