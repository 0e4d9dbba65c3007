"""The request log has one line for each request, with its ID and without secrets."""

import json
import logging
import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpRequest, StreamingHttpResponse
from django.test import Client, RequestFactory

from config.json_logging import Formatter, RequestIdFilter
from config.middleware.request_log import RequestLogMiddleware
from pledges.api.http.request_id import request_id
from pledges.models import ApiToken, Pledge
from tests.factories import Record, make_record


@pytest.fixture
def record(db: None) -> Record:
    """Not the record that the tests of a module share, because one of these tests loses its connection."""
    return make_record()


class Log:
    def __init__(self) -> None:
        self.stream = StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    @property
    def requests(self) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["logger"] == "requests"]


@pytest.fixture
def log() -> Iterator[Log]:
    log = Log()
    handler = logging.StreamHandler(log.stream)
    handler.setFormatter(Formatter())
    handler.addFilter(RequestIdFilter())
    logging.getLogger().addHandler(handler)
    yield log
    logging.getLogger().removeHandler(handler)


@pytest.mark.parametrize("path", ["/api/v1/units/", "/api/v1/nowhere/", "/nowhere/", "/admin/login/", "/healthz"])
@pytest.mark.parametrize("given", ["a", "7f9c2ba4-e88f", "~" * 128, "00-4bf92f3577b34da6-01"])
def test_well_formed_id_is_taken_from_request(record: Record, path: str, given: str) -> None:
    assert Client().get(path, headers={"X-Request-ID": given})["X-Request-ID"] == given


@pytest.mark.parametrize("given", [None, "", "two words", "é", "x" * 129, "a\tb"])
def test_missing_or_malformed_id_is_replaced(record: Record, given: str | None) -> None:
    headers = {} if given is None else {"X-Request-ID": given}
    ids = {Client().get("/healthz", headers=headers)["X-Request-ID"] for _ in range(2)}
    assert len(ids) == 2
    assert all(re.fullmatch(r"[0-9a-f-]{36}", one) for one in ids)


def test_not_modified_response_has_id(record: Record) -> None:
    etag = Client().get("/api/v1/units/")["ETag"]
    response = Client().get("/api/v1/units/", headers={"If-None-Match": etag, "X-Request-ID": "mine"})
    assert (response.status_code, response["X-Request-ID"]) == (304, "mine")


def test_request_is_logged_in_one_line(record: Record, log: Log) -> None:
    response = Client(REMOTE_ADDR="192.0.2.1").get("/api/v1/units/?limit=2", headers={"X-Request-ID": "mine"})
    (line,) = log.lines
    assert line | {"time": "", "duration_ms": 0} == {
        "level": "INFO",
        "logger": "requests",
        "message": "GET /api/v1/units/",
        "request_id": response["X-Request-ID"],
        "method": "GET",
        "path": "/api/v1/units/",
        "status": 200,
        "duration_ms": 0,
        "client": "192.0.2.1",
        "user": None,
        "time": "",
    }
    assert line["duration_ms"] > 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+00:00", line["time"])


def test_line_has_user_of_session_or_token(admin_user: User, record: Record, log: Log) -> None:
    staff = Client()
    staff.force_login(admin_user)
    staff.get("/admin/")
    _, token = ApiToken.objects.create(admin_user)
    Client().get("/api/v1/units/", headers={"Authorization": f"Token {token}"})
    assert [line["user"] for line in log.requests] == [admin_user.pk, admin_user.pk]


def test_logging_makes_no_query(admin_user: User, record: Record, django_assert_num_queries: Any) -> None:
    """Django loads the session lazily, and the log must not load it."""
    staff = Client()
    staff.force_login(admin_user)
    with django_assert_num_queries(0):
        staff.get("/")


def test_every_line_logged_during_a_request_has_its_id(
    record: Record, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        logging.getLogger("pledges.anything").info("during the request")
        raise RuntimeError("it broke")

    monkeypatch.setattr(Pledge, "timeliness", fail)
    monkeypatch.setattr("pledges.api.http.etags.cache_validators", fail)
    client = Client(raise_request_exception=False, headers={"X-Request-ID": "mine", "Accept-Language": "en"})
    response = client.get("/api/v1/pledges/")
    assert (response.status_code, response["X-Request-ID"], response.json()["request_id"]) == (500, "mine", "mine")
    assert [(line["logger"], line["request_id"]) for line in log.lines] == [
        ("pledges.anything", "mine"),
        ("django.request", "mine"),
        ("requests", "mine"),
    ]
    assert "it broke" in log.lines[1]["exception"]


def test_line_outside_a_request_has_no_id(record: Record, log: Log) -> None:
    Client().get("/healthz")
    logging.getLogger("pledges.anything").info("after the request")
    assert log.lines[-1]["request_id"] is None


def test_stream_is_logged_after_its_end(db: None, log: Log) -> None:
    def rows(seen: list[str | None]) -> Iterator[bytes]:
        seen.append(request_id.get())
        yield b"row"

    def view(request: HttpRequest) -> StreamingHttpResponse:
        return StreamingHttpResponse(rows(seen))

    seen: list[str | None] = []
    response = RequestLogMiddleware(view)(RequestFactory().get("/", headers={"X-Request-ID": "mine"}))
    assert isinstance(response, StreamingHttpResponse)
    assert log.lines == []
    assert (list(response), seen) == ([b"row"], ["mine"])
    response.close()
    assert log.requests[0]["request_id"] == "mine"


TOKEN = "dx_" + "0123456789abcdef" * 4
SECRET = "hunter2-4c1f"


def test_log_contains_no_secret(record: Record, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError(
            f"no connection to postgres://duixian:{SECRET}@db/duixian with {TOKEN} and\nwhsec_{SECRET}=="
        )

    def get(path: str, **headers: str) -> int:
        return client.get(path, headers=headers).status_code

    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = client.cookies["csrftoken"] = SECRET
    assert get(f"/api/v1/units/?token={SECRET}&{SECRET}={TOKEN}") == 400
    assert get("/api/v1/units/", Authorization=f"Token {TOKEN}") == 401
    assert get("/api/v1/units/", Authorization=f"Basic {SECRET}") == 401
    assert get(f"/api/v1/pledges/{TOKEN}/?password={SECRET}") == 400
    assert get("/api/v1/units/", X_Request_ID=TOKEN) == 200
    assert get(f"/nowhere/?next={SECRET}", Referer=f"http://testserver/?token={SECRET}") == 404
    assert get(f"/api/v1/units/?token={SECRET}", Host="evil.example") == 400
    assert client.post(f"/api/v1/follow-ups/1/submit/?key={SECRET}", {"password": SECRET}).status_code == 401
    login = {"username": SECRET, "password": SECRET}
    assert [client.post(f"/admin/login/?next={SECRET}", login).status_code for _ in range(5)] == [200] * 4 + [429]
    unsafe = Client(enforce_csrf_checks=True, headers={"Cookie": f"csrftoken={SECRET}"})
    assert unsafe.post(f"/admin/login/?token={SECRET}", login).status_code == 403
    monkeypatch.setattr("pledges.api.http.etags.cache_validators", fail)
    assert get(f"/api/v1/units/?token={SECRET}", Referer=TOKEN) == 500

    assert len(log.requests) == 15
    assert TOKEN not in log.text
    assert SECRET not in log.text
