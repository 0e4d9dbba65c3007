"""API tokens in the admin: creation, display and revocation."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core import serializers
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pledges.models import ApiToken
from tests.factories import make_user

ADD, LIST = reverse("admin:pledges_apitoken_add"), reverse("admin:pledges_apitoken_changelist")


def token_in(response: Any) -> str:
    (token,) = set(re.findall(r"dx_[0-9a-f]{64}", response.content.decode()))
    return str(token)


def token_of(name: str) -> ApiToken:
    return ApiToken.objects.create(make_user(name))[0]  # type: ignore[no-any-return]  # knox has no types


def status_with(token: str) -> int:
    return Client().get("/api/v1/follow-ups/", headers={"Authorization": f"Token {token}"}).status_code


def test_token_is_shown_once_and_is_valid(editor: Client) -> None:
    response = editor.post(ADD, {"days": 30})
    token = token_in(response)
    assert status_with(token) == 200
    assert "no-store" in response["Cache-Control"]
    created = ApiToken.objects.get()
    assert (created.user.username, created.token_key) == ("editor", token[:15])
    assert timedelta(days=29) < created.expiry - timezone.now() <= timedelta(days=30)
    for page in (LIST, reverse("admin:pledges_apitoken_change", args=[created.pk]), "/admin/"):
        assert token not in editor.get(page).content.decode()


def test_token_is_not_stored_in_plain_text(editor: Client) -> None:
    response = editor.post(ADD, {"days": 30})
    token = token_in(response)
    rows = [*ApiToken.objects.all(), *LogEntry.objects.all()]
    stored = serializers.serialize("json", rows) + str([session.get_decoded() for session in Session.objects.all()])
    assert len(rows) == 2
    assert token not in stored
    assert token not in response.cookies.output()


def test_expired_token_is_shown_as_expired(editor: Client) -> None:
    editor.post(ADD, {"days": 30})
    assert "已过期" not in editor.get(LIST).content.decode()
    ApiToken.objects.update(expiry=timezone.now() - timedelta(days=1))
    assert "已过期" in editor.get(LIST).content.decode()


@pytest.mark.parametrize("days", ["", "0", "-1", "367", "x", "1.5"])
def test_token_lifetime_outside_limits_is_rejected(editor: Client, days: str) -> None:
    assert "dx_" not in editor.post(ADD, {"days": days}).content.decode()
    assert not ApiToken.objects.exists()


def test_editor_creates_own_tokens_only(editor: Client) -> None:
    chief = make_user("chief")
    assert 'name="user"' not in editor.get(ADD).content.decode()
    editor.post(ADD, {"days": 30, "user": chief.pk})
    assert ApiToken.objects.get().user.username == "editor"


def test_administrator_creates_token_of_other_user(administrator: Client) -> None:
    editor = make_user("editor")
    token = token_in(administrator.post(ADD, {"days": 30, "user": editor.pk}))
    assert ApiToken.objects.get().user == editor
    assert status_with(token) == 200


@pytest.mark.parametrize(("fields", "may_approve"), [({}, False), ({"may_approve": "on"}, True)])
def test_chief_editor_gives_a_token_the_right_to_approve(chief: Client, fields: Any, may_approve: bool) -> None:
    token = token_in(chief.post(ADD, {"days": 30} | fields))
    assert status_with(token) == 200
    assert ApiToken.objects.get().may_approve is may_approve


def test_editor_cannot_give_a_token_the_right_to_approve(editor: Client) -> None:
    assert 'name="may_approve"' not in editor.get(ADD).content.decode()
    token_in(editor.post(ADD, {"days": 30, "may_approve": "on"}))
    assert not ApiToken.objects.get().may_approve


def test_inactive_user_gets_no_token(administrator: Client) -> None:
    inactive_user = make_user("gone", is_active=False)
    administrator.post(ADD, {"days": 30, "user": inactive_user.pk})
    assert not ApiToken.objects.exists()


def test_editor_sees_and_revokes_own_tokens_only(editor: Client) -> None:
    token = token_in(editor.post(ADD, {"days": 30}))
    own, other = ApiToken.objects.get(), token_of("chief-editor")
    page = editor.get(LIST).content.decode()
    assert own.token_key in page
    assert other.token_key not in page
    delete = reverse("admin:pledges_apitoken_delete", args=[other.pk])
    assert editor.post(delete, {"post": "yes"}).status_code == 403
    assert ApiToken.objects.filter(pk=other.pk).exists()
    editor.post(reverse("admin:pledges_apitoken_delete", args=[own.pk]), {"post": "yes"})
    assert status_with(token) == 401


def test_administrator_revokes_any_token(administrator: Client) -> None:
    tokens = [token_of("editor"), token_of("chief")]
    assert all(token.token_key in administrator.get(LIST).content.decode() for token in tokens)
    chosen = {"action": "delete_selected", "_selected_action": [token.pk for token in tokens], "post": "yes"}
    assert administrator.post(LIST, chosen).status_code == 302
    assert not ApiToken.objects.exists()


def test_token_cannot_be_changed(administrator: Client) -> None:
    token = token_of("editor")
    url = reverse("admin:pledges_apitoken_change", args=[token.pk])
    assert administrator.get(url).status_code == 200
    assert administrator.post(url, {"user": User.objects.get(username="administrator").pk}).status_code == 403


def test_token_is_named_by_prefix(administrator: Client) -> None:
    token = token_of("editor")
    page = administrator.get(reverse("admin:pledges_apitoken_delete", args=[token.pk])).content.decode()
    assert f"{token.token_key}… · editor" in page
