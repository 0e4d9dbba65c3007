"""Warnings in the form of a follow-up, and on its page for reviewers."""

from typing import Any

import pytest
from django.test import Client

from pledges.models import FollowUp
from pledges.models.choices import ReviewState
from tests.admin.pages import LIST, add_url, change_url, errors, evidence_row, filled_in, messages
from tests.factories import Record, make_follow_up

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

FAR = "actual_far_from_target|402600 亿元|385 亿元"
FAR_MESSAGE = "实际数值（402600 亿元）超过目标值（385 亿元）的 30 倍或不足其 1/30。"
REASON = "统计公报原文即为此数"


def far(*rows: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return filled_in(*rows, actual="402600", **fields)


@pytest.mark.parametrize("button", ["_save", "_submit"])
def test_far_figure_is_saved_only_once_confirmed(editor: Client, record: Record, button: str) -> None:
    data = far(evidence_row(), summary="一句话", **{button: ""})
    reported = editor.post(add_url(record.investment), data).context["adminform"].form

    assert reported.errors["actual"] == [FAR_MESSAGE]
    assert reported.errors["reason"] == ["请写明确认的理由。"]
    assert (reported["summary"].value(), reported.fields["confirm"].choices) == ("一句话", [(FAR, FAR_MESSAGE)])
    assert not FollowUp.objects.exists()

    assert set(errors(editor, add_url(record.investment), data | {"confirm": FAR})) == {"actual", "reason"}
    assert set(errors(editor, add_url(record.investment), data | {"reason": REASON})) == {"actual"}
    assert editor.post(add_url(record.investment), data | {"confirm": FAR, "reason": REASON}).status_code == 302
    follow_up = FollowUp.objects.get()
    assert (follow_up.confirmed_warnings, follow_up.reason) == ([FAR], REASON)


def test_form_shows_checkboxes_of_unconfirmed_warnings(editor: Client, record: Record) -> None:
    page = editor.post(add_url(record.investment), far(evidence_row(), _save="")).content.decode()

    assert f'<input type="checkbox" name="confirm" value="{FAR}"' in page
    assert 'name="confirm"' not in editor.get(add_url(record.investment)).content.decode()


def test_confirmation_does_not_hold_for_another_figure(editor: Client, record: Record) -> None:
    draft = make_follow_up(
        record.investment, state=ReviewState.DRAFT, actual=402600, reason=REASON, confirmed_warnings=[FAR]
    )
    row = evidence_row(id=draft.evidence.get().pk, url="https://news.example/report")
    initial = {"initial-actual": "402600", "initial-reason": REASON}
    data = filled_in(row, initial=1, actual="402700", reason=REASON, confirm=FAR, _save="") | initial

    assert set(errors(editor, change_url(draft), data)) == {"actual"}
    assert editor.post(change_url(draft), data | {"actual": "400"}).status_code == 302
    draft.refresh_from_db()
    assert draft.confirmed_warnings == []


def test_confirmation_goes_with_its_reason(editor: Client, record: Record) -> None:
    draft = make_follow_up(
        record.investment, state=ReviewState.DRAFT, actual=402600, reason=REASON, confirmed_warnings=[FAR]
    )
    row = evidence_row(id=draft.evidence.get().pk, url="https://news.example/report")
    initial = {"initial-actual": "402600", "initial-reason": REASON}
    data = filled_in(row, initial=1, actual="402600", reason="", _save="") | initial

    assert set(errors(editor, change_url(draft), data)) == {"actual", "reason"}
    assert editor.post(change_url(draft), data | {"actual": "400"}).status_code == 302


def test_evidence_before_statement_is_reported(editor: Client, record: Record) -> None:
    data = filled_in(evidence_row(url="https://news.example/1", published_on="2024-12-31"), actual="400", _save="")

    reported = errors(editor, add_url(record.investment), data)

    assert reported["__all__"] == ["依据的日期 2024-12-31 早于作出承诺的日期（2025-01-01）。"]


def test_selected_follow_ups_with_warnings_are_not_submitted(editor: Client, record: Record) -> None:
    draft = make_follow_up(record.investment, state=ReviewState.DRAFT, actual=402600)
    data = {"action": "submit", "_selected_action": [draft.pk], f"version-{draft.pk}": draft.version}

    assert f"{FAR_MESSAGE} 请在该核查记录的表单中确认，并写明理由。" in messages(editor, LIST, data)
    draft.refresh_from_db()
    assert draft.state == ReviewState.DRAFT


def test_reviewer_sees_warnings_and_reason(chief: Client, record: Record) -> None:
    confirmed = make_follow_up(
        record.investment, state=ReviewState.SUBMITTED, actual=402600, reason=REASON, confirmed_warnings=[FAR]
    )
    page = chief.get(change_url(confirmed)).content.decode()
    assert f"{FAR_MESSAGE} <strong>已确认。</strong>" in page
    assert f"理由：{REASON}" in page

    unconfirmed = make_follow_up(record.investment, state=ReviewState.SUBMITTED, actual=402600)
    assert f"{FAR_MESSAGE} <strong>未确认。</strong>" in chief.get(change_url(unconfirmed)).content.decode()
