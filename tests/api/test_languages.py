"""Error messages are in the language that the client accepts."""

import json
import re
from typing import Any

import pytest
from django.test import Client

from pledges.models import Pledge
from tests.factories import Record, make_follow_up

from .conftest import TokenClient, problem

# Names that are not translated: those of headers, fields, media types, methods and values.
UNTRANSLATED = re.compile(r"`[^`]*`|[A-Z]\w*-[\w-]*|\b[A-Z]{2,}\b|[a-z]+/[a-z*.+-]+|\w*_\w*|request_id|MiB|\d+")


def in_chinese(message: str) -> bool:
    return bool(re.search(r"[\u4e00-\u9fff]", message)) and not re.search(
        r"[A-Za-z]{3,} [A-Za-z]{2,}", UNTRANSLATED.sub("", message)
    )


def messages_of(document: dict[str, Any]) -> list[str]:
    return [document["title"], document["detail"], *(error["message"] for error in document.get("errors", []))]


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("nowhere/", {}, 404),
        ("pledges/nope/", {}, 404),
        ("pledges/?yaer=1", {}, 400),
        ("schema/?yaer=1", {}, 400),
        ("pledges/?year=x&limit=0&amount_min=1e3&deadline_min=today&q=%00&status=lost&district=nope&cursor=x", {}, 400),
        ("pledges/?limit=&limit=2&year=1&year=2&count=all&ordering=size", {}, 400),
        ("pledges/", {"Accept": "image/png"}, 406),
        ("pledges/", {"Authorization": "Token x"}, 401),
        ("pledges/", {"Host": "evil.example"}, 400),
        ("pledges/?" + "q=x&" * 1001, {}, 400),
    ],
)
def test_error_is_in_chinese_by_default(record: Record, path: str, headers: dict[str, str], status: int) -> None:
    for language in (None, "zh-CN", "zh-Hans;q=1, en;q=0.5", "fr"):
        language_header = {} if language is None else {"Accept-Language": language}
        response = Client().get(f"/api/v1/{path}", headers=headers | language_header)
        messages = messages_of(problem(response, status))
        assert [message for message in messages if not in_chinese(message)] == []
        assert response["Content-Language"] == "zh-hans"
        assert "Accept-Language" in response["Vary"]
        assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["nowhere/", "pledges/nope/", "pledges/?year=x"])
def test_error_is_in_english_if_the_client_accepts_it(record: Record, path: str) -> None:
    response = Client().get(f"/api/v1/{path}", headers={"Accept-Language": "en-GB, zh;q=0.5"})
    assert not any(in_chinese(message) for message in messages_of(response.json()))
    assert response["Content-Language"] == "en"


def test_language_of_a_request_does_not_leak_into_the_next(record: Record) -> None:
    Client().get("/api/v1/units/", headers={"Accept-Language": "en"})
    response = Client().get("/api/v1/units/", headers={"Host": "evil.example"})
    assert response.json()["title"] == "请求有误"


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PUT", "pledges/", "{}", 405),
        ("POST", "pledges/yl-2025-001/follow-ups/", "{", 400),
        ("POST", "pledges/yl-2025-001/follow-ups/", '{"actual": NaN}', 400),
        ("POST", "pledges/yl-2025-001/follow-ups/", "[]", 400),
        (
            "POST",
            "pledges/yl-2025-001/follow-ups/",
            json.dumps(
                {
                    "nope": 1,
                    "status": "lost",
                    "actual": "38,5",
                    "unit": "nope",
                    "as_of": "today",
                    "summary": 1,
                    "evidence": [{"url": "ftp://x", "statement": "x", "published_on": 1, "title": "x" * 301}],
                }
            ),
            400,
        ),
        ("POST", "pledges/yl-2025-001/follow-ups/", '{"status": "in_progress", "evidence": {}}', 400),
        ("PATCH", "follow-ups/{}/", '{"summary": "…"}', 428),
        ("POST", "follow-ups/{}/approve/", '{"nope": 1}', 400),
        ("POST", "follow-ups/{}/approve/", "", 409),
        ("POST", "follow-ups/{}/return/", "{}", 400),
    ],
)
def test_field_errors_are_in_chinese(
    record: Record, chief: TokenClient, method: str, path: str, body: str, status: int
) -> None:
    draft = make_follow_up(record.growth, "in_progress", state="draft", actual=3)
    client = Client(headers=chief.headers | {"Accept-Language": "zh-CN"})
    response = client.generic(method, f"/api/v1/{path.format(draft.pk)}", body, content_type="application/json")
    assert [message for message in messages_of(problem(response, status)) if not in_chinese(message)] == []


def test_server_error_is_in_chinese(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(Pledge, "timeliness", fail)
    monkeypatch.setattr("pledges.api.http.etags.cache_validators", fail)
    response = Client(raise_request_exception=False).get("/api/v1/pledges/")
    assert all(in_chinese(message) for message in messages_of(problem(response, 500)))
    assert response["Content-Language"] == "zh-hans"


def test_openapi_document_stays_english(client: Client, db: None) -> None:
    response = client.get("/api/v1/schema/", headers={"Accept-Language": "zh-CN"})
    assert response["Content-Language"] == "en"
