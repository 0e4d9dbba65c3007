"""Each write request requires its permission; deadlocks and unsupported requests are answered with an error."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import OperationalError
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice
from psycopg.errors import DeadlockDetected, SerializationFailure
from pytest_django.fixtures import Settings

from pledges.models import ApprovalRight, Evidence, FollowUp
from tests.factories import Record, make_pledge

from .conftest import LINK, MET, NEW, TokenClient, problem, version

WRITES = [
    ("POST", NEW, MET, "add"),
    ("PATCH", "follow-ups/{}/", {"summary": "x"}, "change"),
    ("DELETE", "follow-ups/{}/", None, "delete"),
    ("POST", "follow-ups/{}/evidence/", LINK, "change"),
    ("DELETE", "follow-ups/{}/evidence/1/", None, "change"),
    ("PATCH", "follow-ups/{}/", {"evidence": [LINK]}, "change"),
    ("POST", "follow-ups/{}/submit/", None, "change"),
    ("POST", "follow-ups/{}/approve/", None, "approve"),
    ("POST", "follow-ups/{}/return/", {"note": "x"}, "approve"),
]


@pytest.mark.parametrize(("method", "path", "body", "permission"), WRITES)
@pytest.mark.parametrize("who", ["anonymous", "outsider", "reader", "editor", "chief"])
def test_writing_requires_permissions(
    record: Record, draft: FollowUp, who: str, method: str, path: str, body: Any, permission: str, request: Any
) -> None:
    granted = {"editor": {"add", "change", "delete"}, "chief": {"add", "change", "delete", "approve"}}
    before = FollowUp.objects.values_list().get()
    if who == "anonymous":
        response = Client().generic(method, f"/api/v1/{path.format(draft.pk)}", "{}", content_type="application/json")
        assert problem(response, 401)
        assert response["WWW-Authenticate"] == "Token"
    else:
        response = request.getfixturevalue(who).send(method, path.format(draft.pk), body)
        assert (response.status_code != 403) == (permission in granted.get(who, set())), response.content
    if response.status_code in (401, 403):
        assert FollowUp.objects.values_list().get() == before


@pytest.mark.parametrize(("action", "body"), [("approve", None), ("return", {"note": "x"})])
def test_token_without_right_does_not_review(chief: TokenClient, draft: FollowUp, action: str, body: Any) -> None:
    chief_without_right = TokenClient("chief editor", may_approve=False)
    assert TokenClient("editor", may_approve=False).submit(draft.pk).status_code == 200
    rejected = problem(chief_without_right.post(f"follow-ups/{draft.pk}/{action}/", body), 403)
    assert rejected["detail"].startswith("This token may not approve or return follow-ups.")
    assert FollowUp.objects.get().state == "submitted"
    assert chief.post(f"follow-ups/{draft.pk}/{action}/", body).status_code == 200


def test_required_two_factor_login_binds_tokens(
    chief: TokenClient, editor: TokenClient, draft: FollowUp, settings: Settings
) -> None:
    settings.REQUIRE_TWO_FACTOR = True
    assert editor.submit(draft.pk).status_code == 200
    rejected = problem(chief.post(f"follow-ups/{draft.pk}/approve/"), 403)
    assert rejected["detail"].startswith("Approving requires two-factor login.")
    TOTPDevice.objects.create(user=chief.user, confirmed=False)
    assert problem(chief.post(f"follow-ups/{draft.pk}/approve/"), 403)
    TOTPDevice.objects.update(confirmed=True)
    assert chief.post(f"follow-ups/{draft.pk}/approve/").status_code == 200


def test_right_to_approve_needs_the_permission_of_the_user(editor: TokenClient, draft: FollowUp) -> None:
    assert ApprovalRight.objects.filter(token__user=editor.user).exists()
    assert "token may not" not in problem(editor.post(f"follow-ups/{draft.pk}/approve/"), 403)["detail"]


@pytest.mark.parametrize(
    ("method", "path", "body", "missing_permission"),
    [
        ("POST", NEW, MET, "add_evidence"),
        ("POST", "follow-ups/{}/evidence/", LINK, "add_evidence"),
        ("PATCH", "follow-ups/{}/", {"evidence": [LINK]}, "add_evidence"),
        ("PATCH", "follow-ups/{}/", {"evidence": [LINK]}, "delete_evidence"),
        ("DELETE", "follow-ups/{}/evidence/{}/", None, "delete_evidence"),
    ],
)
def test_evidence_requires_its_own_permission(
    editor: TokenClient, draft: FollowUp, method: str, path: str, body: Any, missing_permission: str
) -> None:
    role = editor.user.groups.get()
    role.permissions.remove(Permission.objects.get(codename=missing_permission))
    evidence = draft.evidence.get()
    response = editor.send(method, path.format(draft.pk, evidence.pk), body, If_Match=f'"{version(draft)}"')
    assert problem(response, 403)
    assert (list(FollowUp.objects.all()), list(Evidence.objects.all())) == ([draft], [evidence])


def test_body_without_evidence_requires_no_evidence_permission(editor: TokenClient, draft: FollowUp) -> None:
    role = editor.user.groups.get()
    role.permissions.remove(*Permission.objects.filter(codename__endswith="_evidence"))
    assert editor.post(NEW, {"status": "in_progress"}).status_code == 201
    assert editor.change(draft, {"summary": "x"}).status_code == 200


@pytest.mark.parametrize("reason", [DeadlockDetected, SerializationFailure])
def test_deadlock_gets_503_with_retry_after(
    editor: TokenClient, draft: FollowUp, monkeypatch: pytest.MonkeyPatch, reason: type[Exception]
) -> None:
    def save(*_args: Any, **_kwargs: Any) -> None:
        raise OperationalError from reason()

    monkeypatch.setattr(FollowUp, "save", save)
    response = editor.change(draft, {"summary": "x"})
    assert problem(response, 503)["detail"].endswith("Retry.")
    assert response["Retry-After"] == "1"


@pytest.mark.parametrize("who", ["outsider", "reader"])
def test_user_without_permission_cannot_probe_for_rows(who: str, draft: FollowUp, request: Any) -> None:
    client = request.getfixturevalue(who)
    existing = client.post(f"follow-ups/{draft.pk}/submit/", X_Request_ID="same")
    assert existing.json() == client.post("follow-ups/999999/submit/", X_Request_ID="same").json()


@pytest.mark.parametrize("ref", ["nope", "yl-draft", "%00"])
def test_follow_up_of_unpublished_pledge_is_rejected(editor: TokenClient, record: Record, ref: str) -> None:
    make_pledge("yl-draft", state="draft")
    assert editor.post(f"pledges/{ref}/follow-ups/", MET).status_code == 404


def test_unsupported_media_type_is_rejected(editor: TokenClient, record: Record) -> None:
    response = editor.client.post(f"/api/v1/{NEW}", "status=met", content_type="application/x-www-form-urlencoded")
    assert problem(response, 415)["detail"] == "Accepted content types: application/json."


def test_session_does_not_authenticate_api_requests(admin_client: Client, draft: FollowUp) -> None:
    url = f"/api/v1/follow-ups/{draft.pk}/"
    assert admin_client.get(url).status_code == 404
    assert admin_client.post(f"{url}submit/").status_code == 401
