"""Warnings about follow-ups: a 409 that lists them, and the same request with `confirm` and `reason`."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from pledges.models import FollowUp
from tests.factories import Record, make_follow_up
from tests.files import PDF

from .conftest import LINK, MET, NEW, TokenClient, field_errors, problem, version

FAR = {"actual": "402600"}
CONFIRMED = {"confirm": ["actual_far_from_target"], "reason": "原文如此"}
EARLY = {"url": LINK["url"], "published_on": "2024-12-31"}
EARLY_CONFIRMED = {"confirm": ["evidence_before_statement"], "reason": "网页日期有误"}


def codes(response: Any) -> list[str]:
    return [warning["code"] for warning in problem(response, 409)["warnings"]]


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("en", "402600 亿元 is more than 30 times the target or less than 1/30 of it (385 亿元)."),
        ("zh", "实际数值（402600 亿元）超过目标值（385 亿元）的 30 倍或不足其 1/30。"),
    ],
)
def test_far_figure_is_reported(editor: TokenClient, record: Record, language: str, message: str) -> None:
    response = editor.post(NEW, MET | FAR, Accept_Language=language)

    found = problem(response, 409)
    assert found["type"] == "urn:duixian:problem:unconfirmed-warnings"
    assert found["warnings"] == [
        {
            "code": "actual_far_from_target",
            "field": "actual",
            "found": "402600 亿元",
            "compared": "385 亿元",
            "message": message,
        }
    ]
    assert not FollowUp.objects.exists()


def test_request_sent_again_with_confirmation_succeeds_with_the_same_key(editor: TokenClient, record: Record) -> None:
    assert codes(editor.post(NEW, MET | FAR, Idempotency_Key="1")) == ["actual_far_from_target"]

    response = editor.post(NEW, MET | FAR | CONFIRMED, Idempotency_Key="1")

    assert response.status_code == 201
    created = response.json()
    assert created["reason"] == "原文如此"
    assert len(created["review"]["confirmed_warnings"]) == 1
    assert editor.submit(created["id"]).status_code == 200


@pytest.mark.parametrize(
    "confirmation",
    [
        {"confirm": ["actual_far_from_target"]},
        {"confirm": ["actual_far_from_target"], "reason": " "},
        {"reason": "原文如此"},
        {"confirm": [], "reason": "原文如此"},
        {"confirm": ["actual_far_from_previous"], "reason": "原文如此"},
    ],
)
def test_incomplete_confirmation_is_rejected(editor: TokenClient, record: Record, confirmation: Any) -> None:
    assert codes(editor.post(NEW, MET | FAR | confirmation)) == ["actual_far_from_target"]
    assert not FollowUp.objects.exists()


@pytest.mark.parametrize("confirm", [True, "actual_far_from_target", ["unknown"]])
def test_malformed_confirmation_is_rejected(editor: TokenClient, record: Record, confirm: Any) -> None:
    response = editor.post(NEW, MET | FAR | {"confirm": confirm, "reason": "原文如此"})
    assert all(field.startswith("confirm") for field in field_errors(response))


def test_another_figure_has_to_be_confirmed_anew(editor: TokenClient, record: Record) -> None:
    created = editor.post(NEW, MET | FAR | CONFIRMED)
    path = f"follow-ups/{created.json()['id']}/"

    changed = editor.send("PATCH", path, {"summary": "统计公报"}, If_Match=created["ETag"])
    assert changed.status_code == 200
    assert codes(editor.send("PATCH", path, {"actual": "402700"}, If_Match=changed["ETag"])) == [
        "actual_far_from_target"
    ]
    assert editor.send("PATCH", path, {"actual": "400"}, If_Match=changed["ETag"]).status_code == 200
    assert FollowUp.objects.get().confirmed_warnings == []


def test_early_evidence_is_held(editor: TokenClient, draft: FollowUp) -> None:
    path = f"follow-ups/{draft.pk}/evidence/"
    assert codes(editor.post(path, EARLY)) == ["evidence_before_statement"]
    assert draft.evidence.count() == 1

    assert editor.post(path, EARLY | EARLY_CONFIRMED).status_code == 201
    draft.refresh_from_db()
    assert (draft.evidence.count(), draft.reason) == (2, "网页日期有误")


def test_early_file_is_held(editor: TokenClient, draft: FollowUp) -> None:
    path = f"/api/v1/follow-ups/{draft.pk}/evidence/"

    def body() -> dict[str, Any]:
        return {"file": SimpleUploadedFile("a.pdf", PDF), "published_on": "2024-12-31"}

    assert codes(editor.client.post(path, body())) == ["evidence_before_statement"]
    assert editor.client.post(path, body() | EARLY_CONFIRMED).status_code == 201


def test_draft_with_warnings_is_submitted_only_with_confirmation(editor: TokenClient, record: Record) -> None:
    draft = make_follow_up(record.investment, state="draft", actual=402600)
    path, match = f"follow-ups/{draft.pk}/submit/", f'"{version(draft)}"'

    assert codes(editor.post(path, {}, If_Match=match)) == ["actual_far_from_target"]
    assert codes(editor.post(path, {"reason": "原文如此"}, If_Match=match)) == ["actual_far_from_target"]
    response = editor.post(path, CONFIRMED, If_Match=match)

    assert (response.status_code, response.json()["reason"]) == (200, "原文如此")
    draft.refresh_from_db()
    assert (draft.state, draft.unconfirmed_warnings) == ("submitted", [])
