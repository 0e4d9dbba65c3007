"""Atom feeds of status changes: validity, language, content and caching."""

import re
from datetime import datetime
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from pledges import feeds
from pledges.models import Pledge
from pledges.models.choices import ReviewState, State
from tests.commits import commit
from tests.factories import Record, make_amendment, make_follow_up, make_official, make_pledge, make_statement

ATOM = "{http://www.w3.org/2005/Atom}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
URL = re.compile(r"http://testserver/\S+")
ALL = "/feeds/status/"


def feed(client: Client, path: str = ALL, **headers: str) -> ET.Element:
    response = client.get(path, headers=headers)
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    found = ET.fromstring(response.content)  # noqa: S314 our own
    assert_valid(found)
    return found


def entries(found: ET.Element) -> list[ET.Element]:
    return found.findall(f"{ATOM}entry")


def text(element: ET.Element, name: str) -> str:
    return element.findtext(f"{ATOM}{name}") or ""


def refs(found: ET.Element) -> list[str]:
    links = [entry.find(f"{ATOM}link") for entry in entries(found)]
    return [str(link.get("href")).rstrip("/").rpartition("/")[2] for link in links if link is not None]


def assert_valid(found: ET.Element) -> None:
    """Check the requirements of RFC 4287 on the elements that the feeds use."""
    assert found.tag == f"{ATOM}feed"
    assert_has_one_each(found, "id", "title", "updated", "author")
    assert text(found.find(f"{ATOM}author") or found, "name")
    assert [link.get("rel") for link in found.findall(f"{ATOM}link")] == ["alternate", "self"]
    ids = [text(entry, "id") for entry in entries(found)]
    assert len(set(ids)) == len(ids)
    for entry in entries(found):
        assert_has_one_each(entry, "id", "title", "updated", "published", "summary", "link")
        assert text(entry, "id").startswith("tag:")
        summary = entry.find(f"{ATOM}summary")
        assert summary is not None
        assert summary.get("type") == "html"
    for time in [*found.iter(f"{ATOM}updated"), *found.iter(f"{ATOM}published")]:
        assert TIME.fullmatch(time.text or "")
    for link in found.iter(f"{ATOM}link"):
        assert URL.fullmatch(link.get("href") or "")


def assert_has_one_each(element: ET.Element, *names: str) -> None:
    assert {name: len(element.findall(f"{ATOM}{name}")) for name in names} == dict.fromkeys(names, 1)


def test_status_change_has_title_summary_and_link(client: Client, record: Record) -> None:
    follow_up = make_follow_up(record.investment, "met", actual=390, summary="统计公报：<390> 亿元 & 更多。")
    found = feed(client)
    (entry,) = entries(found)
    assert found.get(LANGUAGE) == "zh-hans"
    assert text(entry, "title") == "年度投资额：已兑现（云岭市，张三丰）"
    summary = text(entry, "summary")
    assert "至少 385 亿元，不晚于 2025-12-31" in summary
    assert "<p>未核查 → 已兑现</p>" in summary
    assert "<p>统计公报：&lt;390&gt; 亿元 &amp; 更多。</p>" in summary
    assert datetime.fromisoformat(text(entry, "updated")) == follow_up.reviewed_at
    assert refs(found) == ["yl-2025-001"]


def test_feed_is_in_requested_language(client: Client, record: Record) -> None:
    make_follow_up(record.investment, "met", actual=390)
    found = feed(client, accept_language="en")
    assert found.get(LANGUAGE) == "en"
    (entry,) = entries(found)
    assert text(entry, "title") == "Annual investment: met (Yunling, 张三丰)"
    assert "at least 38.5 billion yuan by 2025-12-31" in text(entry, "summary")
    assert "<p>unchecked → met</p>" in text(entry, "summary")


def test_entry_id_is_independent_of_language(client: Client, record: Record) -> None:
    make_follow_up(record.investment)
    in_english, in_chinese = (entries(feed(client, accept_language=language))[0] for language in ("en", "zh-hans"))
    assert text(in_english, "id") == text(in_chinese, "id")


def test_each_change_is_an_entry_newest_first(client: Client, record: Record) -> None:
    make_follow_up(record.investment, "in_progress", as_of="2025-06-30")
    make_follow_up(record.schools, "in_progress", as_of="2025-06-30")
    make_follow_up(record.investment, "met", actual=390)
    found = feed(client)
    assert refs(found) == ["yl-2025-001", "yl-2026-001", "yl-2025-001"]
    assert "推进中 → 已兑现" in text(entries(found)[0], "summary")
    assert text(found, "updated") == text(entries(found)[0], "updated")


def test_confirmation_of_status_is_absent_from_feed(client: Client, record: Record) -> None:
    make_follow_up(record.investment, "met", actual=390)
    make_follow_up(record.investment, "met", actual=391)
    assert len(entries(feed(client))) == 1


@pytest.mark.parametrize("state", [ReviewState.DRAFT, ReviewState.SUBMITTED, ReviewState.RETURNED])
def test_follow_up_that_is_not_approved_is_absent_from_feed(client: Client, record: Record, state: str) -> None:
    make_follow_up(record.investment, state=state, summary="秘密")
    assert entries(feed(client)) == []


@pytest.mark.parametrize("state", [State.DRAFT, State.RETRACTED])
def test_pledge_that_is_not_public_is_absent_from_feed(client: Client, record: Record, state: str) -> None:
    make_follow_up(record.investment)
    make_follow_up(record.schools, "in_progress", as_of="2025-06-30")
    make_amendment(record.investment, state=state)
    for path in (ALL, "/feeds/districts/yunling/"):
        assert refs(feed(client, path)) == ["yl-2026-001"]


def test_feed_of_district_includes_districts_below(client: Client, record: Record) -> None:
    make_follow_up(record.investment)
    make_follow_up(record.schools, "in_progress", as_of="2025-06-30")
    city, county = (feed(client, f"/feeds/districts/{slug}/") for slug in ("yunling", "shanyin"))
    assert refs(city) == ["yl-2026-001", "yl-2025-001"]
    assert refs(county) == ["yl-2026-001"]
    assert text(county, "title") == "山阴县：兑现状态的变化"
    assert text(county, "id") != text(city, "id")


def test_feed_of_official_has_own_pledges_only(client: Client, record: Record) -> None:
    make_follow_up(record.investment)
    make_follow_up(record.schools, "in_progress", as_of="2025-06-30")
    found = feed(client, "/feeds/officials/令狐冲/")
    assert refs(found) == ["yl-2026-001"]
    assert "令狐冲" in text(found, "title")


@pytest.mark.parametrize(
    "path",
    ["districts/nowhere", "districts/%00", "officials/%00", "officials/nobody", "officials/draft-only", "elsewhere"],
)
def test_unknown_feed_gets_404(client: Client, record: Record, path: str) -> None:
    hidden = make_statement(official=make_official("draft-only"))
    make_pledge("yl-2025-009", statement=hidden, state=State.DRAFT)
    response = client.get(f"/feeds/{path}/")
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
    assert response["Cache-Control"] == "no-store"  # a feed of this name may be added at any time


def test_feed_without_changes_is_valid_and_constant(client: Client, record: Record) -> None:
    for path in (ALL, "/feeds/districts/yunling/", "/feeds/officials/张三丰/"):
        assert entries(feed(client, path)) == []
        assert text(feed(client, path), "updated") == "1970-01-01T00:00:00+00:00"


def test_feed_has_newest_fifty_entries(client: Client, record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    assert feeds.MAX_ENTRIES == 50
    monkeypatch.setattr(feeds, "MAX_ENTRIES", 3)
    for number in range(4):
        make_follow_up(make_pledge(f"yl-3-{number}"))
    assert refs(feed(client)) == ["yl-3-3", "yl-3-2", "yl-3-1"]


@pytest.mark.parametrize("query", ["district=yunling", "page=2"])
def test_query_parameter_is_rejected(client: Client, record: Record, query: str) -> None:
    response = client.get(f"{ALL}?{query}")
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert response["Cache-Control"] == "no-store"
    assert response.json()["errors"][0]["parameter"] == query.partition("=")[0]


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_feed_rejects_other_methods(client: Client, db: None, method: str) -> None:
    assert getattr(client, method)(ALL).status_code == 405


def test_feed_needs_two_queries(
    client: Client, record: Record, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for pledge in (record.investment, record.growth):
        make_follow_up(pledge, "in_progress", as_of="2025-06-30")
    with django_assert_num_queries(2):
        assert len(entries(feed(client))) == 2


def test_unchanged_feed_gets_304(client: Client, record: Record) -> None:
    make_follow_up(record.investment)
    commit()
    for path in (ALL, "/feeds/districts/yunling/", "/feeds/officials/张三丰/"):
        response = client.get(path)
        assert response["Cache-Control"] == "public, max-age=0, s-maxage=10, must-revalidate"
        assert "Last-Modified" in response
        seen = {"if_none_match": response["ETag"]}
        again = client.get(path, headers=seen)
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", response["ETag"])
        make_amendment(record.investment, label=f"{path} 投资额")
        commit()
        changed = client.get(path, headers=seen)
        assert (changed.status_code, changed["ETag"] == response["ETag"]) == (200, False)


def test_unchanged_feed_gets_304_with_token(client: Client, record: Record) -> None:
    seen = {"if_none_match": client.get(ALL)["ETag"], "authorization": "Bearer unknown-to-a-feed"}
    again = client.get(ALL, headers=seen)
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", seen["if_none_match"])


def test_failed_precondition_is_not_cached(client: Client, record: Record) -> None:
    response = client.get(ALL, headers={"if_match": '"x"'})
    assert (response.status_code, response["Cache-Control"]) == (412, "no-store")


def test_feed_varies_by_language(client: Client, record: Record) -> None:
    client.cookies.load({"django_language": "en"})
    in_chinese, in_english = client.get(ALL), client.get(ALL, headers={"accept_language": "en"})
    assert "Accept-Language" in in_chinese["Vary"]
    assert "Cookie" not in in_chinese["Vary"]
    assert in_chinese["ETag"] != in_english["ETag"]
    assert ET.fromstring(in_chinese.content).get(LANGUAGE) == "zh-hans"  # noqa: S314 our own


def test_feed_allows_any_origin(client: Client, record: Record) -> None:
    assert client.get(ALL, headers={"origin": "https://other.example"})["Access-Control-Allow-Origin"] == "*"


def test_root_of_api_lists_feeds_with_values_of_the_record(client: Client, record: Record) -> None:
    feeds = client.get("/api/v1/").json()["feeds"]
    assert [unquote(feed["url"]) for feed in feeds] == [
        "http://testserver/feeds/status/",
        f"http://testserver/feeds/districts/{record.zone.slug}/",
        "http://testserver/feeds/officials/张三丰/",
    ]


def test_root_of_api_lists_one_feed_without_public_pledges(client: Client, record: Record) -> None:
    Pledge.objects.update(state=State.RETRACTED)
    feeds = client.get("/api/v1/").json()["feeds"]
    assert [feed["url"] for feed in feeds] == ["http://testserver/feeds/status/"]
