"""URLs and filters with slugs of rows that were merged into others."""

from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from pledges.workflow.merging import identifier
from tests.api.conftest import Api
from tests.commits import commit
from tests.factories import (
    Record,
    make_district,
    make_document,
    make_metric,
    make_official,
    make_pledge,
    make_post,
    make_statement,
    make_unit,
    merge_rows,
)

API = "http://testserver/api/v1/"


@pytest.fixture
def merged(record: Record) -> dict[str, tuple[str, str]]:
    """Merge a row of each kind into one of the record. The old and new path of each."""
    pledge = record.investment
    statement = pledge.statement
    pairs: dict[str, tuple[Any, Any]] = {
        "officials": (make_official("旧人"), statement.official),
        "posts": (make_post("旧职"), statement.post),
        "districts": (make_district("old", code="990199"), record.city),
        "metrics": (make_metric("old"), pledge.metric),
        "units": (make_unit("亿"), pledge.unit),
        "documents": (make_document("old"), statement.document),
    }
    twin = make_statement(document=pairs["documents"][0], official=statement.official, post=statement.post)
    make_pledge("yl-old", statement=twin)
    found = {kind: (identifier(old), identifier(new)) for kind, (old, new) in pairs.items()}
    for old, new in pairs.values():
        merge_rows(old, new)
    return found | {"statements": (str(twin.pk), str(statement.pk))}


@pytest.mark.parametrize(
    ("path", "kind"),
    [(kind, kind) for kind in ("officials", "posts", "districts", "metrics", "units", "documents", "statements")]
    + [("popolo/persons", "officials"), ("popolo/posts", "posts"), ("popolo/areas", "districts")],
)
def test_url_of_a_merged_row_redirects(api: Api, merged: dict[str, tuple[str, str]], path: str, kind: str) -> None:
    old, new = merged[kind]
    response = api.get(f"{path}/{quote(old)}/")
    assert (response.status_code, response["Location"]) == (308, f"{API}{path}/{quote(new)}/")
    assert response["Cache-Control"] == "no-store"
    assert response.json()["status"] == 308


@pytest.mark.parametrize(
    ("path", "new"),
    [
        ("memberships/{officials[0]}/{posts[0]}", "memberships/{officials[1]}/{posts[1]}"),
        ("memberships/{officials[1]}/{posts[0]}", "memberships/{officials[1]}/{posts[1]}"),
        ("organizations/{districts[0]}", "organizations/{districts[1]}"),
    ],
)
def test_popolo_url_made_of_merged_rows_redirects(
    api: Api, merged: dict[str, tuple[str, str]], path: str, new: str
) -> None:
    response = api.get(f"popolo/{quote(path.format(**merged))}/")
    assert (response.status_code, response["Location"]) == (308, f"{API}popolo/{quote(new.format(**merged))}/")


def test_redirect_keeps_the_parameters(api: Api, merged: Any) -> None:
    assert api.get("metrics/old/", fields="slug")["Location"] == f"{API}metrics/annual-investment/?fields=slug"


def test_url_of_a_code_of_a_merged_district_redirects(api: Api, merged: Any) -> None:
    assert api.get("districts/990199/")["Location"] == f"{API}districts/yunling/"


@pytest.mark.parametrize("filter_name", ["official", "post", "district", "within", "metric", "unit", "document"])
def test_filter_finds_a_merged_row(api: Api, merged: dict[str, tuple[str, str]], filter_name: str) -> None:
    old, new = merged[f"{filter_name}s" if filter_name != "within" else "districts"]
    assert api.refs(**{filter_name: old}) == api.refs(**{filter_name: new}) != []


def test_row_merged_into_one_that_is_not_public_is_not_found(api: Api, record: Record) -> None:
    merge_rows(make_official("旧人"), make_official("无承诺者"))
    assert api.get(f"officials/{quote('旧人')}/").status_code == 404
    assert api.errors(official="旧人")[0]["value"] == "旧人"


def test_changes_name_the_merged_row(api: Api, record: Record) -> None:
    commit()
    cursor = api.get("changes/").json()["cursor"]
    merge_rows(record.schools.statement.speaker, record.investment.statement.speaker)
    commit()
    entries = api.get("changes/", since=cursor).json()["results"]
    assert [entry["redirects"] for entry in entries] == [[{"kind": "official", "old": "令狐冲", "new": "张三丰"}]]
    assert entries[0]["pledge"]["official"]["slug"] == "张三丰"


@pytest.mark.parametrize("kind", ["officials", "districts"])
def test_feed_of_a_merged_row_redirects(client: Client, merged: dict[str, tuple[str, str]], kind: str) -> None:
    old, new = merged[kind]
    response = client.get(f"/feeds/{kind}/{quote(old)}/")
    assert (response.status_code, response["Location"]) == (308, f"/feeds/{kind}/{quote(new)}/")
