"""The parameters `fields` and `expand`."""

from typing import Any

import pytest

from tests.factories import Record, make_follow_up

from .conftest import Api

EXPANDED = ["district", "official", "post", "document", "statement", "metric", "unit"]


def first(api: Api, path: str = "pledges/", **parameters: Any) -> Any:
    response = api.get(path, **parameters)
    assert response.status_code == 200, response.content.decode()
    found = response.json()
    return found["results"][0] if "results" in found else found


@pytest.mark.parametrize("path", ["pledges/", "pledges/yl-2025-001/"])
def test_fields_selects_the_named_fields(api: Api, record: Record, path: str) -> None:
    assert first(api, path, fields="status,ref") == {"ref": "yl-2025-001", "status": "unchecked"}
    assert first(api, path, fields=["status", "ref"]) == {"ref": "yl-2025-001", "status": "unchecked"}
    assert first(api, path, fields=" ref ,ref") == {"ref": "yl-2025-001"}


def test_dotted_name_selects_a_field_of_a_nested_row(api: Api, record: Record) -> None:
    found = first(api, fields="metric.topic.name,metric.slug,district.name,unit")
    assert found == {
        "district": {"name": "云岭市"},
        "metric": {"slug": "annual-investment", "topic": {"name": "经济"}},
        "unit": {
            "symbol": "亿元",
            "dimension": "money",
            "factor": "100000000",
            "numerator": "100000000",
            "denominator": "1",
        },
    }


@pytest.mark.parametrize("path", ["pledges/", "pledges/yl-2025-001/"])
def test_row_that_is_not_expanded_is_given_as_its_key(api: Api, record: Record, path: str) -> None:
    expanded, found = first(api, path), first(api, path, expand="district")
    assert found["district"] == expanded["district"]
    assert (found["official"], found["metric"], found["unit"]) == ("张三丰", "annual-investment", "亿元")
    assert found["statement"] == expanded["statement"]["id"]
    assert {name for name in expanded if found[name] != expanded[name]} == set(EXPANDED) - {"district"}


def test_nested_rows_are_expanded_by_their_path(api: Api, record: Record) -> None:
    assert first(api, expand="metric")["metric"]["topic"] == "economy"
    assert first(api, expand="metric.topic")["metric"]["topic"] == {"slug": "economy", "name": "经济"}


def test_selected_field_of_an_unexpanded_row_is_given(api: Api, record: Record) -> None:
    assert first(api, fields="district.name,unit", expand="metric") == {"district": {"name": "云岭市"}, "unit": "亿元"}


def test_field_of_detail_is_rejected_for_the_list(api: Api, record: Record) -> None:
    assert first(api, "pledges/yl-2025-001/", fields="claim_review").keys() == {"claim_review"}
    (error,) = api.errors(fields="claim_review")
    assert error["value"] == "claim_review"


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("officials/", "name"),
        ("districts/", "aliases,parent"),
        ("units/", "dimension"),
        ("statements/", "document.date"),
        ("follow-ups/", "evidence"),
    ],
)
def test_every_list_has_fields_parameter(api: Api, record: Record, path: str, fields: str) -> None:
    make_follow_up(record.growth, "in_progress")
    assert sorted(first(api, path, fields=fields)) == sorted(name.partition(".")[0] for name in fields.split(","))


@pytest.mark.parametrize(
    ("parameters", "wrong"),
    [
        ({"fields": "ref,stauts"}, "stauts"),
        ({"fields": "ref.status"}, "ref.status"),
        ({"fields": "district.nmae"}, "district.nmae"),
        ({"fields": "Ref"}, "Ref"),
        ({"expand": "distrikt"}, "distrikt"),
        ({"expand": "ref"}, "ref"),
        ({"expand": "metric.dimension"}, "metric.dimension"),
        ({"fields": "ref,"}, ""),
    ],
)
@pytest.mark.parametrize("path", ["pledges/", "pledges/yl-2025-001/"])
def test_unknown_name_is_rejected(api: Api, record: Record, path: str, parameters: Any, wrong: str) -> None:
    (error,) = api.errors(path, **parameters)
    assert error["parameter"] in parameters
    assert error["value"] == wrong
    assert error["known"]


def test_each_unknown_name_gets_suggestions(api: Api, record: Record) -> None:
    errors = api.errors(fields="stauts,distrikt", expand="metrik")
    assert [error["value"] for error in errors] == ["stauts", "distrikt", "metrik"]
    assert errors[0]["known"][0] == "status"
    assert "metric" in errors[2]["known"]


def test_list_without_nested_rows_has_no_expand_parameter(api: Api, record: Record) -> None:
    (error,) = api.errors("officials/", expand="name")
    assert error["message"] == "Unknown parameter."


def test_page_links_keep_the_selection(api: Api, record: Record) -> None:
    page = api.get("pledges/", fields="ref", limit=1).json()
    assert "fields=ref" in page["next"]
