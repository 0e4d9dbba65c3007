"""The Popolo endpoints: responses match the Popolo schemas, contain public rows only, and have consistent ids."""

import json
from typing import Any
from urllib.parse import quote

import pgtrigger
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from jsonschema import Draft202012Validator

from pledges.models import Document, Pledge, Post
from tests.factories import Record, make_body, make_document, make_official, make_pledge, make_post, make_statement

from .conftest import Api

TEXT = {"type": ["string", "null"]}
ID = {"type": "string", "minLength": 1}


def object_schema(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False}


def array_of(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


# The schemas of popoloproject.com, with `date` of a source as the only addition.
LINK = object_schema(["url"], url={"type": "string", "format": "uri", "pattern": "^http"}, note=TEXT)
SOURCE = object_schema(
    ["url"],
    **LINK["properties"],
    date={"type": "string", "pattern": r"^[0-9]{4}(-[0-9]{2}){0,2}(/\.\.)?$"},
)
IDENTIFIER = object_schema(["identifier"], identifier={"type": "string"}, scheme=TEXT)
MEMBERSHIP = object_schema(
    ["id", "person_id", "organization_id", "post_id"],
    **dict.fromkeys(("id", "person_id", "organization_id", "post_id", "area_id"), ID),
    role=TEXT,
    sources=array_of(SOURCE),
)
PERSON = object_schema(
    ["id", "name"],
    id=ID,
    name=ID,
    identifiers=array_of(IDENTIFIER),
    links=array_of(LINK),
    sources=array_of(SOURCE),
    memberships=array_of(MEMBERSHIP),
)
ORGANIZATION = object_schema(["id", "name"], id=ID, name=ID, classification=TEXT, area_id=TEXT)
POST = object_schema(
    ["id", "label", "organization_id"], id=ID, label=ID, organization_id=ID, area_id=TEXT, sources=array_of(SOURCE)
)
AREA = object_schema(["id", "name"], id=ID, name=ID, identifier=TEXT, classification=TEXT, parent_id=TEXT)
SCHEMAS = {
    "persons": PERSON,
    "organizations": ORGANIZATION,
    "posts": POST,
    "memberships": MEMBERSHIP,
    "areas": AREA,
}


def get_popolo(api: Api, path: str = "", **parameters: Any) -> Any:
    response = api.get(f"popolo/{path}", **parameters)
    assert response.status_code == 200, response.content
    return json.loads(response.getvalue())


def ids(api: Api, path: str, **parameters: Any) -> list[str]:
    return [row["id"] for row in get_popolo(api, path, **parameters)["results"]]


def test_document_matches_the_popolo_schemas(api: Api, record: Record) -> None:
    document = get_popolo(api)
    assert list(document) == list(SCHEMAS)
    for name, row_schema in SCHEMAS.items():
        assert document[name], name
        Draft202012Validator(array_of(row_schema)).validate(document[name])


def test_every_id_is_resolved_in_the_document(api: Api, record: Record) -> None:
    document = get_popolo(api)
    known = {name: {row["id"] for row in rows} for name, rows in document.items()}
    list_of_reference = {
        "person_id": "persons",
        "organization_id": "organizations",
        "post_id": "posts",
        "area_id": "areas",
        "parent_id": "areas",
    }
    resolved = 0
    for rows in document.values():
        assert len({row["id"] for row in rows}) == len(rows)
        for row in rows:
            for member in list_of_reference.keys() & row.keys():
                assert row[member] is None or row[member] in known[list_of_reference[member]]
                resolved += row[member] is not None
    assert resolved == 4 * 2 + 2 + 2 + 2 + 2  # in memberships, organisations, posts (two each), areas


def test_document_rows_equal_those_of_lists_and_details(api: Api, record: Record) -> None:
    for name, rows in get_popolo(api).items():
        assert get_popolo(api, f"{name}/")["results"] == rows
        for row in rows:
            detail = get_popolo(api, f"{name}/{quote(row['id'])}/")
            Draft202012Validator(SCHEMAS[name]).validate(detail)
            assert detail.items() >= row.items()


def test_person_in_one_post_on_two_pages_has_one_membership(api: Api, record: Record) -> None:
    mayor = record.investment.statement
    make_pledge(
        "yl-2024-001",
        statement=make_statement(
            document=make_document("yunling-daily-0", title="", date="2024-02-20/.."),
            official=mayor.official,
            post=mayor.post,
        ),
    )
    later = make_post("云岭市委书记", district=record.city)
    make_pledge(
        "yl-2026-002",
        year=2026,
        deadline=None,
        statement=make_statement(document=make_document("daily-9", date="2026"), official=mayor.official, post=later),
    )
    person = get_popolo(api, "persons/张三丰/")
    assert person == {
        "id": "张三丰",
        "name": "张三丰",
        "identifiers": [{"scheme": "duixian", "identifier": "张三丰"}],
        "links": [{"url": f"http://testserver/api/v1/pledges/?official_slug={quote('张三丰')}"}],
        "sources": [
            {"url": "http://testserver/api/v1/documents/yunling-daily-0/", "note": None, "date": "2024-02-20/.."},
            {"url": "http://testserver/api/v1/documents/yunling-daily-1/", "note": "云岭日报 1 版", "date": "2025-01"},
            {"url": "http://testserver/api/v1/documents/daily-9/", "note": "云岭日报 1 版", "date": "2026"},
        ],
        "memberships": [
            {
                "id": f"张三丰/{mayor.post_id}",
                "person_id": "张三丰",
                "organization_id": "yunling",
                "post_id": str(mayor.post_id),
                "role": "云岭市委副书记、市长",
                "area_id": "yunling",
                "sources": person["sources"][:2],
            },
            {
                "id": f"张三丰/{later.pk}",
                "person_id": "张三丰",
                "organization_id": "yunling",
                "post_id": str(later.pk),
                "role": "云岭市委书记",
                "area_id": "yunling",
                "sources": person["sources"][2:],
            },
        ],
    }
    assert get_popolo(api, "memberships/", official="张三丰")["results"] == person["memberships"]
    for source in person["sources"]:
        assert api.client.get(source["url"]).status_code == 200
    pledges = api.client.get(person["links"][0]["url"]).json()["results"]
    assert {pledge["official"]["slug"] for pledge in pledges} == {"张三丰"}


def test_posts_of_one_department_share_an_organization(api: Api, record: Record) -> None:
    head = record.schools.statement
    deputy = make_post(
        "山阴县教育局副局长", district=record.county, body=make_body("山阴县教育局", district=record.county)
    )
    make_pledge("yl-2", statement=make_statement(official=make_official("岳不群"), post=deputy))
    organizations = get_popolo(api, "organizations/", count="exact")
    assert organizations["count"] == 2
    assert organizations["results"] == [
        {
            "id": "shanyin/山阴县教育局",
            "name": "山阴县教育局",
            "classification": "department",
            "area_id": "shanyin",
        },
        {"id": "yunling", "name": "云岭市", "classification": "leadership", "area_id": "yunling"},
    ]
    organization_ids = {row["id"]: row["organization_id"] for row in get_popolo(api, "posts/")["results"]}
    assert (organization_ids[str(head.post_id)], organization_ids[str(deputy.pk)]) == ("shanyin/山阴县教育局",) * 2


def test_page_with_two_holders_of_a_post_is_one_source(api: Api, record: Record) -> None:
    mayor = record.investment.statement
    make_pledge("yl-2", statement=make_statement(official=make_official("岳不群"), post=mayor.post))
    post = get_popolo(api, f"posts/{mayor.post_id}/")
    assert [source["note"] for source in post["sources"]] == ["云岭日报 1 版"]
    assert len(ids(api, "memberships/", post=mayor.post_id)) == 2


@pytest.mark.parametrize("state", ["draft", "retracted"])
def test_official_without_published_pledges_is_absent(api: Api, record: Record, state: str) -> None:
    hidden = make_statement(
        document=make_document("hidden-page", title="密页"),
        official=make_official("任我行"),
        post=make_post("教主", district=record.zone, body=make_body("黑木崖", district=record.zone)),
    )
    # A public official with an unpublished statement in another post.
    more = make_statement(document=hidden.document, official=record.investment.statement.official, post=hidden.post)
    for ref, statement in (("yl-8", hidden), ("yl-9", more)):
        make_pledge(ref, state=state, statement=statement)
    paths = ["", *(f"{name}/" for name in SCHEMAS), "persons/张三丰/"]
    for path in paths:
        text = api.get(f"popolo/{path}").getvalue().decode()
        assert not any(word in text for word in ("hidden", "密页", "任我行", "教主", "黑木崖"))
    for path in (
        *("persons/任我行/", f"posts/{hidden.post_id}/", f"memberships/任我行/{hidden.post_id}/"),
        *(f"memberships/张三丰/{hidden.post_id}/", "organizations/yunling-etdz/黑木崖/"),
    ):
        assert api.get(f"popolo/{path}").status_code == 404
    Pledge.objects.filter(ref="yl-8").update(state="published")
    assert "任我行" in ids(api, "persons/")


@pytest.mark.parametrize(
    ("path", "parameters", "found"),
    [
        ("persons", {"q": "三"}, ["张三丰"]),
        ("persons", {"district": "shanyin"}, ["令狐冲"]),
        ("organizations", {"district": "云岭市"}, ["yunling"]),
        ("areas", {"kind": "zone"}, ["yunling-etdz"]),
        ("areas", {"parent": "yunling"}, ["shanyin", "yunling-etdz"]),
    ],
)
def test_lists_have_the_filters_of_the_record(
    api: Api, record: Record, path: str, parameters: dict[str, str], found: list[str]
) -> None:
    assert ids(api, f"{path}/", **parameters) == found


@pytest.mark.parametrize("path", list(SCHEMAS))
def test_lists_are_paged_in_both_directions(api: Api, record: Record, path: str) -> None:
    for name in "甲乙丙":
        post = make_post(f"{name}局局长", district=record.county, body=make_body(f"{name}局", district=record.county))
        make_pledge(f"yl-{name}".encode().hex(), statement=make_statement(official=make_official(name), post=post))
    everything = ids(api, f"{path}/")
    page = get_popolo(api, f"{path}/", limit=2)
    seen = [row["id"] for row in page["results"]]
    while page["next"]:
        page = api.client.get(page["next"]).json()
        seen += [row["id"] for row in page["results"]]
    assert seen == everything
    before = api.client.get(page["previous"]).json()["results"]
    last = len(page["results"])
    assert [row["id"] for row in before] == everything[-last - 2 : -last]


@pytest.mark.slow
@pytest.mark.parametrize("path", ["", "persons/", "memberships/", "organizations/", "posts/"])
def test_number_of_queries_does_not_grow_with_rows(api: Api, record: Record, path: str) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            get_popolo(api, path)
        return len(captured)

    get_popolo(api, path)
    few = queries()
    for number in range(12):
        body = make_body(f"局{number}", district=record.county)
        post = make_post(f"局长{number}", district=record.county, body=body)
        make_pledge(f"yl-{number}", statement=make_statement(official=make_official(f"某人{number}"), post=post))
    assert queries() == few


def test_organization_with_special_characters_is_found(api: Api, record: Record) -> None:
    name = "教育局/体育局 (合署)?#%"
    Post.objects.exclude(body=None).update(body=make_body(name, slug="教育局-体育局", district=record.county))
    (found, _city) = get_popolo(api, "organizations/")["results"]
    assert (found["id"], found["name"]) == ("shanyin/教育局-体育局", name)
    assert get_popolo(api, f"organizations/{quote(found['id'])}/") == found
    moved = api.get(f"popolo/organizations/{quote(f'shanyin/{name}')}/")  # the id in earlier versions
    assert (moved.status_code, api.client.get(moved["Location"]).json()) == (308, found)


def test_source_url_with_chinese_slug_works(api: Api, record: Record) -> None:
    with pgtrigger.ignore():  # new slugs are in Latin letters, but older ones keep working
        page = make_document("云岭日报-2")
    statement = make_statement(document=page, official=make_official("岳不群"))
    make_pledge("yl-2", statement=statement)
    (source,) = get_popolo(api, "persons/岳不群/")["sources"]
    assert source["url"].isascii()
    assert api.client.get(source["url"]).json()["slug"] == "云岭日报-2"


@pytest.mark.parametrize(
    "path", ["persons/%00/", "organizations/a%00/", "memberships/张三丰/", "memberships/1/", "posts/x/", "popes/"]
)
def test_missing_row_returns_problem_document(api: Api, record: Record, path: str) -> None:
    response = api.get(f"popolo/{path}")
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"


def test_document_rejects_parameters(api: Api, record: Record) -> None:
    (error,) = api.errors("popolo/", limit=5)
    assert error["parameter"] == "limit"


def test_document_is_json_only(api: Api, record: Record) -> None:
    for path in ("", "persons/"):
        assert api.client.get(f"/api/v1/popolo/{path}", headers={"Accept": "text/csv"}).status_code == 406


def test_head_of_the_document_has_no_body(api: Api, record: Record) -> None:
    response = api.client.head("/api/v1/popolo/")
    assert (response.status_code, response.getvalue()) == (200, b"")


def test_failure_during_streaming_truncates_the_json(api: Api, record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the server fails")

    monkeypatch.setattr("pledges.api.views.popolo.PopoloAreaViewSet.json_rows", fail)
    response = api.get("popolo/")
    with pytest.raises(RuntimeError):
        response.getvalue()


def test_page_text_is_absent(api: Api, record: Record) -> None:
    Document.objects.update(text="全文不公开")
    assert "全文不公开" not in api.get("popolo/").getvalue().decode()
