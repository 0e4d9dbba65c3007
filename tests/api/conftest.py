import json
from copy import deepcopy
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from pledges.models import FollowUp
from pledges.models.token import create_token
from tests.factories import Record, make_follow_up, make_pledge, make_user

NEW = "pledges/yl-2025-001/follow-ups/"
LINK = {"url": "https://news.example/report", "title": "统计公报", "publisher": "统计局", "published_on": "2026-01-20"}
MET = {"status": "met", "actual": "390", "as_of": "2025-12-31", "summary": "已完成", "evidence": [LINK]}


@pytest.fixture(scope="module")
def module_varied_pledges(module_record: Record) -> Record:
    """Return a record of ten pledges with ties, decimals and missing deadlines, and with two follow-ups."""
    record = module_record
    for number in range(7):
        deadline = f"2025-1{number % 3}-01" if number % 3 else None
        make_pledge(f"yl-many-{number}", value=Decimal("0.5") * (number % 4 + 1), year=2025, deadline=deadline)
    make_follow_up(record.investment, actual=300, status="partly_met")
    make_follow_up(record.growth, "in_progress", actual="3.5")
    return record


@pytest.fixture
def varied_pledges(module_varied_pledges: Record, db: None) -> Record:
    return deepcopy(module_varied_pledges)


class Api:
    """An anonymous client that accepts English: `api.refs(district="yunling")`."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"

    def get(self, path: str, **parameters: Any) -> Any:
        return self.client.get(
            f"/api/v1/{path}?{urlencode(parameters, doseq=True)}" if parameters else f"/api/v1/{path}"
        )

    def refs(self, **parameters: Any) -> list[str]:
        response = self.get("pledges/", **parameters)
        assert response.status_code == 200, response.content.decode()
        return [pledge["ref"].removeprefix("yl-") for pledge in response.json()["results"]]

    def errors(self, path: str = "pledges/", **parameters: Any) -> list[dict[str, Any]]:
        response = self.get(path, **parameters)
        assert response.status_code == 400, response.content.decode()
        assert response["Content-Type"] == "application/problem+json"
        return list(response.json()["errors"])


@pytest.fixture
def api(client: Client) -> Api:
    return Api(client)


class TokenClient:
    """A client that authenticates as a user with the given role: `editor.post("follow-ups/7/submit/")`."""

    def __init__(self, role: str, *, may_approve: bool = True) -> None:
        self.user = make_user(f"{role or 'nobody'}-program", role=role)
        _, token = create_token(self.user, timedelta(days=90), may_approve=may_approve)
        self.headers = {"Authorization": f"Token {token}", "Accept-Language": "en"}
        self.client = Client(headers=self.headers)

    def get(self, path: str, **parameters: Any) -> Any:
        return self.client.get(f"/api/v1/{path}", parameters)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.send("POST", path, body, **headers)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        extra = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = "" if body is None else body if isinstance(body, str) else json.dumps(body)
        return self.client.generic(method, f"/api/v1/{path}", sent, content_type="application/json", headers=extra)

    def submit(self, pk: int, **headers: str) -> Any:
        """Submit a follow-up in its current version."""
        current = FollowUp.objects.values_list("version", flat=True).get(pk=pk)
        return self.post(f"follow-ups/{pk}/submit/", If_Match=f'"{current}"', **headers)

    def change(self, follow_up: FollowUp, body: Any) -> Any:
        """PATCH a follow-up with its current version in `If-Match`."""
        return self.send("PATCH", f"follow-ups/{follow_up.pk}/", body, If_Match=f'"{version(follow_up)}"')


def version(follow_up: FollowUp) -> int:
    return FollowUp.objects.values_list("version", flat=True).get(pk=follow_up.pk)


def problem(response: Any, status: int) -> Any:
    """Return the problem document of a response, which must have this status."""
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json"), response.content
    details = response.json()
    assert details["status"] == status
    return details


@pytest.fixture
def reader(db: None) -> TokenClient:
    return TokenClient("reader")


@pytest.fixture
def editor(db: None) -> TokenClient:
    return TokenClient("editor")


@pytest.fixture
def chief(db: None) -> TokenClient:
    return TokenClient("chief editor")


@pytest.fixture
def outsider(db: None) -> TokenClient:
    """A client with the token of a user who has no role."""
    return TokenClient("")


def field_errors(response: Any) -> dict[str, str]:
    """Return the error messages of a rejected request body by field."""
    details = problem(response, 400)
    assert details["type"] == "urn:duixian:problem:invalid-content"
    return {error["field"]: error["message"] for error in details["errors"]}


@pytest.fixture
def draft(record: Record) -> FollowUp:
    return make_follow_up(record.investment, state="draft", actual=390)


@pytest.fixture
def submitted(record: Record) -> FollowUp:
    return make_follow_up(record.investment, state="submitted", actual=390)
