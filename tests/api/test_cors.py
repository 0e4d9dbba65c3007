"""CORS: web pages of any origin may read the API and the feeds, but not write to them."""

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
def test_response_is_readable_from_any_origin(api: Api, record: Record, path: str, status: int) -> None:
    response = api.client.get(f"/api/v1/{path}", headers=ORIGIN)
    assert response.status_code == status
    assert response["Access-Control-Allow-Origin"] == "*"
    assert {"ETag", "Link", "Retry-After", "X-Request-ID"} <= {
        name.strip() for name in response["Access-Control-Expose-Headers"].split(",")
    }
    assert "Access-Control-Allow-Credentials" not in response
    assert "Origin" not in response.get("Vary", "")


def test_not_modified_response_is_readable_from_any_origin(api: Api, record: Record) -> None:
    known = api.get("pledges/")["ETag"]
    response = api.client.get("/api/v1/pledges/", headers=ORIGIN | {"If-None-Match": known})
    assert (response.status_code, response["Access-Control-Allow-Origin"]) == (304, "*")


def test_preflight_allows_tokens_and_the_headers_of_fetch_libraries(api: Api, record: Record) -> None:
    preflight = {
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization,cache-control,content-type,if-none-match,traceparent",
    }
    response = api.client.options("/api/v1/pledges/", headers=ORIGIN | preflight)
    assert (response.status_code, response.content) == (204, b"")
    allowed = {name.strip().lower() for name in response["Access-Control-Allow-Headers"].split(",")}
    assert {*preflight["Access-Control-Request-Headers"].split(","), "tracestate", "x-requested-with"} <= allowed
    assert response["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert response["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_preflight_of_writing_method_has_no_cors_headers(api: Api, record: Record, method: str) -> None:
    preflight = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": "authorization"}
    response = api.client.options("/api/v1/pledges/yl-2025-001/follow-ups/", headers=ORIGIN | preflight)
    assert response.status_code == 204
    assert not [name for name in response.headers if name.startswith("Access-Control-")]


def test_feed_is_readable_from_any_origin(api: Api, record: Record) -> None:
    assert api.client.get("/feeds/status/", headers=ORIGIN)["Access-Control-Allow-Origin"] == "*"


def test_admin_page_has_no_cors_headers(api: Api, record: Record) -> None:
    assert "Access-Control-Allow-Origin" not in api.client.get("/admin/login/", headers=ORIGIN)
