"""Rejection of unknown and invalid query parameters."""

from typing import Any

import pytest

from tests.factories import Record, make_district

from .conftest import Api, problem

LISTS = ["pledges", "districts", "officials", "bodies", "posts", "documents", "statements", "metrics", "units"]


@pytest.mark.parametrize("path", ["", "schema/", *(f"{name}/" for name in LISTS)])
def test_unknown_parameter_is_rejected(api: Api, record: Record, path: str) -> None:
    (error,) = api.errors(path, yaer=2025)
    assert error["parameter"] == "yaer"
    assert error["value"] == "2025"
    assert error["message"].startswith(("Unknown parameter", "No parameters are accepted here"))


def test_unknown_parameter_of_detail_is_rejected(api: Api, record: Record) -> None:
    (error,) = api.errors(f"pledges/{record.schools.ref}/", year=2025)
    assert (error["message"], error["known"]) == ("Unknown parameter.", ["expand", "fields"])


@pytest.mark.parametrize("name", ["q", "district"])
def test_invalid_utf_8_is_rejected(api: Api, record: Record, name: str) -> None:
    query = "%CB%E3%C1%A6"  # 算力 in GBK
    (error,) = problem(api.client.get(f"/api/v1/pledges/?{name}={query}"), 400)["errors"]
    assert (error["parameter"], error["message"]) == (name, "Not valid UTF-8.")


def test_unknown_parameter_error_lists_the_known_ones(api: Api, record: Record) -> None:
    (error,) = api.errors("metrics/", name="x")
    assert error["known"] == [
        *("count", "cursor", "dimension", "dimension_not", "direction", "direction_not", "expand", "fields", "limit"),
        *("q", "topic", "topic_not"),
    ]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"year": ""}, "Empty value: omit the parameter instead."),
        ({"q": "　"}, "Empty value: omit the parameter instead."),
        ({"district": ["yunling", ""]}, "Empty value: omit the parameter instead."),
        ({"year": [2025, 2026]}, "Given more than once."),
        ({"limit": [5, 5]}, "Given more than once."),
        ({"year": "twenty"}, "Enter a whole number."),
        ({"year": "99999999999"}, "Ensure this value is less than or equal to 2200."),
        ({"year_min": "-1"}, "Ensure this value is greater than or equal to 1949."),
        ({"year_max": "9" * 5000}, "Enter a whole number."),
        *(({"year": year}, "Enter a whole number.") for year in ("2_025", "2025.0", "+2025", " 2025", "２０２５")),
        ({"limit": "1_0"}, "Enter a whole number."),
        ({"deadline_min": "2025-1-1"}, "Write a date as 2025-12-31."),
        ({"deadline_max": "２０２５-12-31"}, "Write a date as 2025-12-31."),
        ({"amount_min": "1e400"}, "Write a decimal such as 38500000000 or -0.5."),
        ({"amount_min": "NaN"}, "Write a decimal such as 38500000000 or -0.5."),
        ({"amount_max": "38,5"}, "Write a decimal such as 38500000000 or -0.5."),
        ({"amount_max": "9" * 33}, "Write a decimal such as 38500000000 or -0.5."),
        ({"deadline_min": "2025-02-30"}, "Write a date as 2025-12-31."),
        ({"deadline_max": "31.12.2025"}, "Write a date as 2025-12-31."),
        ({"limit": 0}, "Ensure this value is greater than or equal to 1."),
        ({"limit": 1001}, "Ensure this value is less than or equal to 1000."),
        ({"q": "a" * 101}, "Ensure this value has at most 100 characters (it has 101)."),
        ({"q": "\0"}, "Null characters are not allowed."),
        ({"district": "\0"}, "Null characters are not allowed."),
        ({"post": "9" * 100}, "Unknown value."),
        ({"unit": "亿"}, "Unknown value."),
        ({"count": "yes"}, "Unknown value."),
    ],
)
def test_invalid_value_is_rejected(api: Api, record: Record, parameters: dict[str, Any], message: str) -> None:
    (error,) = api.errors(**parameters)
    assert error["parameter"] in parameters
    assert error["message"] == message


@pytest.mark.parametrize(
    ("parameters", "known"),
    [
        ({"measure": "sum"}, ["total", "level", "increase", "growth", "average_growth", "share", "rank"]),
        ({"timeliness": "late"}, ["upcoming", "due_soon", "overdue"]),
        ({"tier": "1"}, ["core", "optional"]),
        ({"topic": "x"}, ["economy", "education"]),
        (
            {"district": "云岭"},
            [
                *("shanyin", "990121", "山阴县"),
                *("yunling", "990100", "云岭市", "云市"),
                *("yunling-etdz", "云岭经济开发区", "经开区"),
            ],
        ),
        ({"unit": "亿"}, ["%", "亿元", "所"]),
        ({"count": "yes"}, ["exact"]),
        (
            {"ordering": "quote"},
            ["year", "-year", "deadline", "-deadline", "amount", "-amount", "updated", "-updated"],
        ),
    ],
)
def test_invalid_value_error_lists_the_known_ones(
    api: Api, record: Record, parameters: dict[str, str], known: list[str]
) -> None:
    (error,) = api.errors(**parameters)
    assert sorted(error["known"]) == sorted(known)


def test_unknown_name_in_a_large_table_gets_similar_names(api: Api, record: Record) -> None:
    for number in range(60):
        make_district(f"district-{number}", name=f"第{number}区", kind="district")
    (error,) = api.errors(district="山阳县")
    assert error["known"] == ["山阴县"]
    (error,) = api.errors(district="yunlin")
    assert error["known"][0] == "yunling"
    assert len(error["known"]) <= 10


def test_all_errors_are_reported_at_once(api: Api, record: Record) -> None:
    errors = api.errors(
        yaer=2025, year="", district=["x", "y"], measure="sum", q=["a", "b"], limit=0, cursor="made-up", count="yes"
    )
    assert [error["parameter"] for error in errors] == [
        *("yaer", "year", "q"),  # errors that don't depend on the value come first
        *("district", "district", "measure"),
        *("limit", "count", "cursor"),
    ]
    assert {error["value"] for error in errors if error["parameter"] == "district"} == {"x", "y"}


def test_invalid_parameter_returns_problem_document(api: Api, record: Record) -> None:
    response = api.get("pledges/", year="x")
    assert response.json() | {"errors": []} == {
        "type": "urn:duixian:problem:invalid-parameters",
        "title": "Invalid parameters",
        "status": 400,
        "detail": "Invalid parameters, so nothing was queried: year.",
        "request_id": response["X-Request-ID"],
        "errors": [],
    }
