"""Pages of any origin may read, and not more."""

import pytest

from tests.factories import Record

from .conftest import Api

ORIGIN = {"Origin": "https://news.example"}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("", 200),
        ("pledges/", 200),
        ("changes/", 200),
        ("pledges/?yaer=1", 400),
        ("pledges/nope/", 404),
        ("nowhere/", 404),
        ("pledges", 301),
    ],
)
def test_every_answer_can_be_read_from_anywhere(api: Api, record: Record, path: str, status: int) -> None:
    response = api.client.get(f"/api/v1/{path}", headers=ORIGIN)
    assert response.status_code == status
    assert response["Access-Control-Allow-Origin"] == "*"
    assert {"ETag", "Link", "Retry-After", "X-Request-ID"} <= {
        name.strip() for name in response["Access-Control-Expose-Headers"].split(",")
    }
    assert "Access-Control-Allow-Credentials" not in response
    assert "Origin" not in response.get("Vary", "")


def test_an_answer_that_is_known_too(api: Api, record: Record) -> None:
    known = api.get("pledges/")["ETag"]
    response = api.client.get("/api/v1/pledges/", headers=ORIGIN | {"If-None-Match": known})
    assert (response.status_code, response["Access-Control-Allow-Origin"]) == (304, "*")


def test_a_browser_may_ask_conditionally_and_with_a_token(api: Api, record: Record) -> None:
    asked = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "if-none-match,authorization"}
    response = api.client.options("/api/v1/pledges/", headers=ORIGIN | asked)
    assert (response.status_code, response.content) == (204, b"")
    allowed = {name.strip().lower() for name in response["Access-Control-Allow-Headers"].split(",")}
    assert {"if-none-match", "authorization"} <= allowed
    assert response["Access-Control-Allow-Origin"] == "*"


def test_it_may_not_write(api: Api, record: Record) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    response = api.client.options("/api/v1/pledges/yl-2025-001/follow-ups/", headers=ORIGIN | asked)
    assert response["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


def test_feeds_can_be_read_from_anywhere_too(api: Api, record: Record) -> None:
    assert api.client.get("/feeds/status/", headers=ORIGIN)["Access-Control-Allow-Origin"] == "*"


def test_pages_of_the_site_are_for_itself(api: Api, record: Record) -> None:
    assert "Access-Control-Allow-Origin" not in api.client.get("/admin/login/", headers=ORIGIN)
