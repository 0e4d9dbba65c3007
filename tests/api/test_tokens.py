"""Authentication by a token in the `Authorization` header."""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from pledges.models import ApiToken
from tests.factories import Record, make_follow_up

from .conftest import TokenClient, problem

PATHS = ["", "schema/", "pledges/", "pledges/yl-2025-001/", "pledges/yl-2025-001/follow-ups/", "follow-ups/", "units/"]


@pytest.mark.parametrize("path", PATHS)
def test_user_with_token_can_read(reader: TokenClient, record: Record, path: str) -> None:
    assert reader.get(path).status_code == 200


@pytest.mark.parametrize("path", [*PATHS, "me/"])
@pytest.mark.parametrize("token", ["", "x", "dx_" + "0" * 64, "a b", "\xe9", "'"])
def test_invalid_token_is_rejected_everywhere(record: Record, path: str, token: str) -> None:
    response = Client().get(f"/api/v1/{path}", headers={"Authorization": f"Token {token}", "Accept-Language": "en"})
    assert "token" in problem(response, 401)["detail"]
    assert response["WWW-Authenticate"] == "Token"


def test_owner_of_token_is_shown(chief: TokenClient) -> None:
    token = chief.headers["Authorization"].removeprefix("Token ")
    response = Client().get("/api/v1/me/", headers={"Authorization": f"bearer {token}"})
    assert response["Cache-Control"] == "private, no-store"
    me = response.json()
    assert (me["user"], me["roles"]) == (chief.user.username, ["chief editor"])
    assert "pledges.approve_followup" in me["permissions"]
    assert datetime.fromisoformat(me["token"]["expires_at"]) == ApiToken.objects.get().expiry
    assert me["token"]["may_approve"] is True
    assert TokenClient("editor").get("me/").json()["token"]["may_approve"] is False
    assert problem(Client().get("/api/v1/me/"), 401)


@pytest.mark.parametrize("sent", ["Bearer dx_x", "Bearer", "Basic eDp5", "dx_x"])
def test_other_scheme_is_rejected(record: Record, sent: str) -> None:
    response = Client().get("/api/v1/pledges/", headers={"Authorization": sent, "Accept-Language": "en"})
    assert "`Authorization: Token …`" in problem(response, 401)["detail"]


def test_expired_token_is_rejected_and_kept(reader: TokenClient, record: Record) -> None:
    ApiToken.objects.create(reader.user, expiry=timedelta(seconds=-1))
    ApiToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))
    assert problem(reader.get("follow-ups/"), 401)
    assert ApiToken.objects.count() == 2


def test_token_works_again_after_the_clock_was_wrong(
    reader: TokenClient, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: now() + timedelta(days=1000))
    assert problem(reader.get("follow-ups/"), 401)
    monkeypatch.undo()
    assert reader.get("follow-ups/").status_code == 200


def test_revoked_token_is_rejected(reader: TokenClient, record: Record) -> None:
    ApiToken.objects.all().delete()
    assert problem(reader.get("pledges/"), 401)


def test_token_of_inactive_user_is_rejected(reader: TokenClient, record: Record) -> None:
    User.objects.filter(pk=reader.user.pk).update(is_active=False)
    assert problem(reader.get("pledges/"), 401)


def test_use_of_a_token_does_not_extend_its_expiry(reader: TokenClient, record: Record) -> None:
    before = ApiToken.objects.get().expiry
    reader.get("follow-ups/")
    assert ApiToken.objects.get().expiry == before


def test_token_in_the_url_is_rejected(reader: TokenClient, record: Record) -> None:
    token = reader.headers["Authorization"].removeprefix("Token ")
    for name in ("token", "access_token", "Authorization"):
        response = Client(headers={"Accept-Language": "en"}).get("/api/v1/follow-ups/", {name: token})
        assert problem(response, 400)["errors"][0]["message"] == "Unknown parameter."


def test_token_without_role_sees_public_rows_only(outsider: TokenClient, record: Record) -> None:
    make_follow_up(record.growth, "in_progress", state="draft")
    assert outsider.get("follow-ups/").json()["results"] == []
