"""HTTP: methods, status codes, content types and redirects of the API."""

from typing import Any

import pytest
from django.test import Client

from pledges.models import Pledge
from tests.factories import Record

from .conftest import Api, problem


@pytest.mark.parametrize(
    "path",
    [
        "pledges/nope/",
        "pledges/%00/",
        "districts/%00/",
        "units/%00/",
        "units/a%00b/",
        "posts/0/",
        "posts/99999999999999999999999999/",
        "statements/-1/",
        "posts/one/",
        "nowhere/",
        "pledges/a/b/c/",
    ],
)
def test_missing_row_returns_problem_document(api: Api, db: None, path: str) -> None:
    response = api.get(path)
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    assert response.json() == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "There is no resource at this URL.",
        "request_id": response["X-Request-ID"],
    }


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["", "districts/", "pledges/yl-2025-001/", "schema/"])
def test_read_only_endpoints_reject_writing(api: Api, record: Record, method: str, path: str) -> None:
    response = api.client.generic(method, f"/api/v1/{path}?year=x", "{}", content_type="application/json")
    assert response.status_code == 405
    assert response["Content-Type"] == "application/problem+json"
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    assert response.json()["detail"] == "Allowed methods: GET, HEAD, OPTIONS."


def test_unacceptable_media_type_returns_problem_document(api: Api, record: Record) -> None:
    response = api.client.get("/api/v1/pledges/", headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("path", "accept", "content_type"),
    [
        ("pledges/", "application/problem+json", "application/json"),
        ("stats/", "text/csv, application/problem+json", "application/json"),
        ("pledges/", "application/problem+json, text/csv;q=0.5", "text/csv; charset=utf-8"),
        ("docs/", "application/problem+json", "text/html; charset=utf-8"),
        ("pledges/nope/", "application/problem+json", "application/problem+json"),
    ],
)
def test_client_that_accepts_problems_gets_the_content(
    api: Api, record: Record, path: str, accept: str, content_type: str
) -> None:
    assert api.client.get(f"/api/v1/{path}", headers={"Accept": accept})["Content-Type"] == content_type


def test_browser_gets_json(api: Api, record: Record) -> None:
    response = api.client.get("/api/v1/pledges/", headers={"Accept": "text/html,*/*;q=0.8"})
    assert response["Content-Type"] == "application/json"


def test_head_has_the_status_of_get_and_no_body(api: Api, record: Record) -> None:
    response = api.client.head("/api/v1/pledges/")
    assert (response.status_code, response.content) == (200, b"")
    assert api.client.head("/api/v1/pledges/?yaer=1").status_code == 400


def test_options_lists_the_allowed_methods(api: Api, record: Record) -> None:
    response = api.client.options("/api/v1/pledges/")
    assert (response.status_code, response["Allow"]) == (200, "GET, POST, HEAD, OPTIONS")
    assert {"application/json", "application/x-ndjson", "text/csv"} <= set(response.json()["renders"])
    assert response.json()["parses"] == ["application/json"]
    evidence = api.client.options("/api/v1/follow-ups/1/evidence/")
    assert (evidence["Allow"], evidence.json()["renders"]) == ("POST, OPTIONS", ["application/json"])
    assert evidence.json()["parses"] == ["application/json", "multipart/form-data"]
    docs = api.client.options("/api/v1/docs/")
    assert (docs["Allow"], docs.json()["renders"], docs.json()["parses"]) == ("GET, HEAD, OPTIONS", ["text/html"], [])


def test_url_without_final_slash_is_redirected(api: Api, record: Record) -> None:
    response = api.client.get("/api/v1/pledges?year=2025")
    assert (response.status_code, response["Location"]) == (301, "/api/v1/pledges/?year=2025")


WRITES_WITHOUT_SLASH = [
    ("POST", "pledges"),
    ("POST", "pledges/yl-2025-001/follow-ups"),
    ("PUT", "follow-ups/1"),
    ("PATCH", "follow-ups/1"),
    ("DELETE", "follow-ups/1"),
    ("DELETE", "follow-ups/1/evidence/1"),
    ("POST", "follow-ups/1/evidence"),
    ("POST", "follow-ups/1/submit"),
]


@pytest.mark.parametrize(("method", "path"), WRITES_WITHOUT_SLASH)
def test_write_without_final_slash_is_redirected_with_its_method(
    api: Api, db: None, method: str, path: str, settings: Any
) -> None:
    response = api.client.generic(method, f"/api/v1/{path}?a=b", "{}", content_type="application/json")
    details = problem(response, 308)
    assert response["Location"] == f"http://testserver/api/v1/{path}/?a=b"
    assert details["detail"] == f"Nothing was written. Send the request to {response['Location']}."
    settings.SECURE_SSL_REDIRECT = True  # read when a handler is made
    response = Client().generic(method, f"/api/v1/{path}/", "{}", content_type="application/json")
    assert problem(response, 308)
    assert response["Location"] == f"https://testserver/api/v1/{path}/"


def test_redirect_of_a_write_is_in_the_language_of_the_client(client: Client, db: None) -> None:
    response = client.post("/api/v1/follow-ups/1/submit")
    assert problem(response, 308)["detail"].startswith("未写入")
    assert response["Content-Language"] == "zh-hans"


def test_form_without_final_slash_is_sent_again(admin_client: Client) -> None:
    response = admin_client.post("/admin/pledges/unit/add", {"symbol": "x"})
    assert (response.status_code, response["Location"]) == (308, "http://testserver/admin/pledges/unit/add/")


@pytest.mark.parametrize("path", ["/", "/feeds/status/", "/healthz", "/readyz"])
def test_page_for_reading_rejects_writing(client: Client, db: None, path: str) -> None:
    assert client.post(path).status_code == 405


def test_server_error_returns_problem_document(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(Pledge, "timeliness", fail)
    response = Client(raise_request_exception=False).get("/api/v1/pledges/")
    assert response.status_code == 500
    assert response["Content-Type"] == "application/problem+json"
    assert "secret" not in response.content.decode()


def test_too_many_parameters_are_rejected(api: Api, db: None) -> None:
    response = api.client.get("/api/v1/pledges/?" + "status=met&" * 1001)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"


def test_error_outside_the_api_is_an_html_page(client: Client, db: None) -> None:
    assert client.get("/nowhere/")["Content-Type"].startswith("text/html")


def test_root_document_links_work(api: Api, record: Record) -> None:
    root = api.get("").json()
    assert "Quotes belong to their newspapers" in root["licence"]
    links = [root["documentation"], root["schema"], *(link["url"] for link in root["endpoints"])]
    for link in links:
        response = api.client.get(f"{link}?metric=annual-investment" if link.endswith("/series/") else link)
        assert response.status_code == 200
        assert response.getvalue()  # some responses are streamed


def test_root_document_examples_use_known_parameters(api: Api, record: Record) -> None:
    for example in api.get("").json()["examples"]:
        assert api.client.get(example["url"]).status_code == 200
    for feed in api.get("").json()["feeds"]:
        assert api.client.get(feed["url"]).status_code == 200
