"""`POST /pledges/`: drafts, one or many at once."""

from typing import Any

import pytest

from pledges.models import Document, Pledge
from pledges.models.choices import State
from tests.api.conftest import Api, TokenClient, field_errors, problem
from tests.factories import Record, make_statement

pytestmark = pytest.mark.django_db

ENTRY = {
    "document": "yl-2026",
    "document_title": "云岭晚报要闻",
    "document_date": "2026-01-20",
    "official": "林远",
    "post": "市长",
    "district": "yunling",
    "quote": "年度计划投资 400 亿元",
    "metric": "annual-investment",
    "measure": "total",
    "bound": "exact",
    "value": 400,
    "unit": "亿元",
    "year": 2026,
    "deadline": "2026-12-31",
    "strength": "planned",
    "tier": "core",
}


def entry(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in {**ENTRY, **fields}.items() if value is not ...}


def test_pledge_is_added_as_draft_with_its_sources(editor: TokenClient, api: Api, record: Record) -> None:
    response = editor.post("pledges/", entry())

    assert response.status_code == 201, response.content.decode()
    added = response.json()
    assert (added["state"], added["value"], added["target"]) == ("draft", "400", "40 billion yuan by 2026-12-31")
    pledge = Pledge.objects.get(ref=added["ref"])
    assert (pledge.state, pledge.statement.document.title) == (State.DRAFT, "云岭晚报要闻")
    assert "value" in pledge.edited_fields  # a later load keeps what was entered here
    assert pledge.loaded_from == ""
    assert added["ref"] not in {f"yl-{ref}" for ref in api.refs()}
    assert api.get(f"pledges/{added['ref']}/").status_code == 404
    assert api.get("documents/yl-2026/").status_code == 404


def test_document_of_the_record_needs_its_slug_only(editor: TokenClient, record: Record) -> None:
    statement = make_statement()
    Document.objects.update(text="年度计划投资400亿元，另投资401亿元")
    known = entry(document=statement.document.slug, document_title=..., document_date=...)

    response = editor.post("pledges/", [known, known | {"quote": "投资 401 亿元", "value": "401"}])
    assert response.status_code == 201, response.content.decode()
    first, second = response.json()

    assert Pledge.objects.get(ref=first["ref"]).statement.document == statement.document
    assert [int(each["ref"].split("-")[-1]) for each in (first, second)] == [
        first_number(first),
        first_number(first) + 1,
    ]
    assert not Pledge.objects.filter(ref=first["ref"]).exclude(state=State.DRAFT).exists()


def first_number(pledge: dict[str, Any]) -> int:
    return int(pledge["ref"].rpartition("-")[2])


def test_all_errors_are_reported_and_nothing_is_added(editor: TokenClient, record: Record) -> None:
    before = Pledge.objects.count(), Document.objects.count()

    response = editor.post(
        "pledges/",
        [
            entry(),
            entry(metric="annual-investmant", value="many", colour="red"),
            entry(ref="yl-2025-001"),
            entry(measure="growth", quote="增长 5%"),
            "text",
        ],
    )
    assert field_errors(response) == {"[4]": "Expected a JSON object."}

    errors = field_errors(
        editor.post(
            "pledges/",
            [
                entry(),
                entry(metric="annual-investmant", value="many", colour="red"),
                entry(ref="yl-2025-001"),
                entry(measure="growth", quote="增长 5%"),
            ],
        )
    )
    assert set(errors) == {"[1].metric", "[1].value", "[1].colour", "[2].ref", "[3].unit"}
    assert "annual-investment" in errors["[1].metric"]
    assert (Pledge.objects.count(), Document.objects.count()) == before


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"document_title": "另一个标题"}, "document_title", "云岭晚报"),
        ({"ref": "yl-2025-001"}, "ref", "another pledge has this reference"),
        ({"quote": "页面上没有的话 400"}, "quote", "not in the text of the page"),
        ({"year": "soon"}, "year", "expected a year"),
        ({"supersedes": ["yl-none"]}, "supersedes", "expected the reference of a pledge"),
        ({"value": True}, "value", "expected a number"),
        ({"unit": "亿元/所"}, "unit", "a chief editor can add it"),
        ({"document": "a b", "document_date": "2025"}, "document", "a space is not allowed"),
    ],
)
def test_contradiction_to_the_record_is_an_error(
    editor: TokenClient, record: Record, fields: dict[str, Any], field: str, message: str
) -> None:
    document = make_statement().document
    document.title, document.text = "云岭晚报", "年度计划投资400亿元"
    document.save()
    known = entry(document=document.slug, document_title=..., document_date=...)

    errors = field_errors(editor.post("pledges/", known | fields))
    assert message in errors[field]
    assert set(errors) == {field}


@pytest.mark.parametrize("body", [[], ["x"], None, "x", [entry()] * 1001])
def test_body_that_is_no_list_of_objects_is_rejected(editor: TokenClient, body: Any) -> None:
    assert editor.post("pledges/", body).status_code == 400


def test_client_without_permission_adds_nothing(reader: TokenClient, api: Api) -> None:
    problem(reader.post("pledges/", entry()), 403)
    problem(api.client.post("/api/v1/pledges/", entry(), content_type="application/json"), 401)


def test_repeated_request_adds_nothing_twice(editor: TokenClient, record: Record) -> None:
    first = editor.post("pledges/", entry(), Idempotency_Key="a")
    again = editor.post("pledges/", entry(), Idempotency_Key="a")

    assert (again.status_code, again["Idempotency-Replayed"], again.json()) == (201, "true", first.json())
    assert Pledge.objects.filter(year=2026, state=State.DRAFT).count() == 1


def test_probably_wrong_pledge_is_added_only_once_confirmed(editor: TokenClient, record: Record) -> None:
    before = Pledge.objects.count()
    far = entry(value=40000, quote="投资 40000 亿元")
    other = entry(unit="所", value=5, quote="新建 5 所")

    response = editor.post("pledges/", [entry(), far, other])
    assert problem(response, 409)["type"] == "urn:duixian:problem:unconfirmed-warnings"
    assert [(each["code"], each["field"], each["compared"]) for each in response.json()["warnings"]] == [
        ("amount_far_from_earlier", "[1].value", "2025: 385 亿元"),
        ("unit_of_other_dimension", "[2].unit", "元"),
    ]
    assert editor.post("pledges/", far).json()["warnings"][0]["field"] == "value"
    assert editor.post("pledges/", far | {"confirm": ["unit_of_other_dimension"]}).status_code == 409
    errors = field_errors(editor.post("pledges/", [entry(), far | {"confirm": "yes"}]))
    assert errors == {"[1].confirm": "Expected a list of codes."}
    assert Pledge.objects.count() == before

    confirmed = [
        entry(),
        far | {"confirm": ["amount_far_from_earlier"]},
        other | {"confirm": ["unit_of_other_dimension"]},
    ]
    assert editor.post("pledges/", confirmed).status_code == 201
    assert Pledge.objects.count() == before + 3


@pytest.mark.slow
def test_thousand_pledges_are_added_at_once(editor: TokenClient, record: Record) -> None:
    entries = [entry(quote=f"投资 {number} 亿元", value=number) for number in range(5, 1005)]

    added = editor.post("pledges/", entries).json()

    assert [each["value"] for each in added] == [str(number) for number in range(5, 1005)]
    assert len({each["ref"] for each in added}) == 1000
