"""Cursor pagination of lists."""

from itertools import chain
from typing import Any

import pytest
from django.test import Client

from pledges.models import Pledge
from tests.factories import Record, make_pledge

from .conftest import Api

ORDERINGS = ["year", "-year", "deadline", "-deadline", "amount", "-amount", "updated", "-updated"]


@pytest.fixture(scope="module")
def module_many_pledges(module_record: Record) -> int:
    """Add 20 pledges to the record, with ties in every ordering and some without a deadline; return the total."""
    for number in range(20):
        month = number % 3
        deadline = f"2025-1{month}-01" if month else None
        make_pledge(f"yl-many-{number:02}", value=number % 4, year=2025 - number % 2, deadline=deadline)
    return 23


@pytest.fixture
def many_pledges(module_many_pledges: int, db: None) -> int:
    return module_many_pledges


def follow_links(api: Api, url: str, key: str = "ref", backwards: bool = False) -> list[list[Any]]:
    """Return the keys of the rows of each page, from the page at `url` to the last one, or to the first one."""
    pages = []
    while url:
        response = api.client.get(url).json()
        pages.append([row[key] for row in response["results"]])
        url = response["previous" if backwards else "next"]
    return pages


@pytest.mark.parametrize("ordering", ["", *ORDERINGS])
def test_pages_hold_every_row_once_and_in_order(api: Api, many_pledges: int, ordering: str) -> None:
    ordering_parameter = f"&ordering={ordering}" if ordering else ""
    (all_rows,) = follow_links(api, f"/api/v1/pledges/?limit=1000{ordering_parameter}")
    pages = follow_links(api, f"/api/v1/pledges/?limit=4{ordering_parameter}")
    assert [len(page) for page in pages] == [4, 4, 4, 4, 4, 3]
    assert list(chain.from_iterable(pages)) == all_rows
    assert len(set(all_rows)) == many_pledges


@pytest.mark.parametrize(
    ("ordering", "key"),
    [
        ("year", lambda p: (p["year"], p["ref"])),
        ("amount", lambda p: (float(p["amount"]), p["ref"])),
        ("updated", lambda p: (p["updated_at"], p["ref"])),
    ],
)
def test_ordering_sorts_and_breaks_ties_by_reference(api: Api, many_pledges: int, ordering: str, key: Any) -> None:
    ascending = api.get("pledges/", ordering=ordering).json()["results"]
    assert ascending == sorted(ascending, key=key)
    descending = api.get("pledges/", ordering=f"-{ordering}").json()["results"]
    assert descending == ascending[::-1]


@pytest.mark.parametrize("ordering", ["deadline", "-deadline"])
def test_pledges_without_a_deadline_come_last(api: Api, many_pledges: int, ordering: str) -> None:
    deadlines = [pledge["deadline"] for pledge in api.get("pledges/", ordering=ordering).json()["results"]]
    dates = [deadline for deadline in deadlines if deadline]
    assert dates == sorted(dates, reverse=ordering.startswith("-"))
    assert deadlines == dates + [None] * (len(deadlines) - len(dates))


@pytest.mark.parametrize("ordering", ORDERINGS)
def test_previous_links_return_the_same_pages_in_reverse(api: Api, many_pledges: int, ordering: str) -> None:
    url = f"/api/v1/pledges/?limit=5&ordering={ordering}"
    forward = follow_links(api, url)
    while next_url := api.client.get(url).json()["next"]:
        url = next_url
    assert follow_links(api, url, backwards=True) == forward[::-1]


def test_next_page_is_unchanged_when_rows_are_added_or_removed(api: Api, many_pledges: int) -> None:
    first = api.get("pledges/", limit=5).json()
    seen = [pledge["ref"] for pledge in first["results"]]
    expected = follow_links(api, first["next"])
    make_pledge("yl-0000-new")
    Pledge.objects.filter(ref=seen[2]).delete()
    assert follow_links(api, first["next"]) == expected


def test_cursor_of_a_deleted_row_stays_valid(api: Api, many_pledges: int) -> None:
    first = api.get("pledges/", limit=5).json()
    expected = follow_links(api, first["next"])
    Pledge.objects.filter(ref=first["results"][-1]["ref"]).delete()
    assert follow_links(api, first["next"]) == expected


def test_empty_page_links_to_pages_with_rows(api: Api, many_pledges: int) -> None:
    first, last = "/api/v1/pledges/?limit=5", "/api/v1/pledges/?limit=20"
    beyond = api.client.get(first).json()["next"]
    before = api.client.get(api.client.get(last).json()["next"]).json()["previous"]
    first_page = [pledge["ref"] for pledge in api.client.get(first).json()["results"]]
    Pledge.objects.exclude(ref__in=first_page).delete()
    empty = api.client.get(beyond).json()
    assert (empty["results"], empty["next"]) == ([], None)
    page = api.client.get(empty["previous"]).json()
    assert [[pledge["ref"] for pledge in page["results"]], page["next"], page["previous"]] == [first_page, None, None]
    Pledge.objects.all().delete()
    make_pledge("yl-zzzz")
    empty = api.client.get(before).json()
    assert (empty["results"], empty["previous"]) == ([], None)
    assert follow_links(api, empty["next"]) == [["yl-zzzz"]]


def test_links_keep_the_filters(api: Api, many_pledges: int) -> None:
    pages = follow_links(api, "/api/v1/pledges/?limit=3&year=2024&district=yunling&district=shanyin")
    assert [len(page) for page in pages] == [3, 3, 3, 1]


def test_last_page_has_no_next_and_first_no_previous(api: Api, many_pledges: int) -> None:
    page = api.get("pledges/", limit=many_pledges).json()
    assert (page["next"], page["previous"]) == (None, None)


def test_count_is_returned_only_if_requested(api: Api, many_pledges: int) -> None:
    assert api.get("pledges/", limit=1).json()["count"] is None
    assert api.get("pledges/", limit=1, count="exact").json()["count"] == many_pledges
    assert api.get("pledges/", limit=1, count="exact", year=2026).json()["count"] == 1


@pytest.mark.parametrize(
    "change", [lambda c: "x" + c, lambda c: c[:-1], lambda c: c.partition(".")[0], lambda c: "=" + c]
)
def test_tampered_cursor_is_rejected(api: Api, many_pledges: int, change: Any) -> None:
    cursor = api.client.get(api.get("pledges/", limit=2).json()["next"]).wsgi_request.GET["cursor"]
    assert api.get("pledges/", limit=2, cursor=cursor).status_code == 200
    (error,) = api.errors(limit=2, cursor=change(cursor))
    assert error["message"] == "This cursor does not belong to this list and ordering."


def test_cursor_of_another_ordering_or_list_is_rejected(api: Api, many_pledges: int) -> None:
    cursor = api.client.get(api.get("pledges/", limit=2).json()["next"]).wsgi_request.GET["cursor"]
    assert api.errors(limit=2, cursor=cursor, ordering="-year")
    assert api.errors("districts/", limit=2, cursor=cursor)


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("districts", "slug"),
        ("officials", "slug"),
        ("posts", "id"),
        ("documents", "slug"),
        ("statements", "id"),
        ("metrics", "slug"),
        ("units", "symbol"),
    ],
)
def test_every_list_is_paged(api: Api, record: Record, path: str, key: str) -> None:
    (all_rows,) = follow_links(api, f"/api/v1/{path}/", key)
    assert len(all_rows) >= 2
    assert follow_links(api, f"/api/v1/{path}/?limit=1", key) == [[row] for row in all_rows]


def test_links_of_an_unencoded_query_work(client: Client, record: Record) -> None:
    query = "official=张三丰&limit=1".encode().decode("latin-1")
    first = client.get("/api/v1/pledges/", QUERY_STRING=query)
    second = client.get(first.json()["next"])
    assert [page.json()["results"][0]["ref"] for page in (first, second)] == ["yl-2025-001", "yl-2025-002"]
