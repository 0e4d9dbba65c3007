"""Submitting, approving and returning follow-ups, in the form and in bulk."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from pledges.models import FollowUp, Pledge
from pledges.models.choices import ReviewState, Status
from pledges.workflow import review
from tests.admin.forms import fields_of
from tests.admin.pages import LIST, add_url, change_url, evidence_row, filled_in, messages
from tests.factories import Record, make_follow_up, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def submitted(record: Record) -> FollowUp:
    return make_follow_up(record.investment, state=ReviewState.SUBMITTED, author=make_user("author"))


@pytest.fixture
def chief(chief: Client) -> Client:
    chief.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return chief


def url(step: str, follow_up: FollowUp) -> str:
    return reverse(f"admin:pledges_followup_{step}", args=[follow_up.pk])


def state(follow_up: FollowUp) -> str:
    return FollowUp.objects.get(pk=follow_up.pk).state


def version_fields(*follow_ups: FollowUp) -> dict[str, Any]:
    """Return the hidden fields, with the versions of follow-ups, of the list and the forms."""
    return {f"version-{follow_up.pk}": follow_up.version for follow_up in follow_ups}


def action_data(action: str, *follow_ups: FollowUp, **fields: Any) -> dict[str, Any]:
    selected = [follow_up.pk for follow_up in follow_ups]
    return {"action": action, "_selected_action": selected, **version_fields(*follow_ups), **fields}


def change_meanwhile(follow_up: FollowUp) -> None:
    """Return, change and resubmit a follow-up, which changes its version but not its state."""
    review.return_to_author([follow_up.pk], by=make_user("other"), note="改一改")
    FollowUp.objects.filter(pk=follow_up.pk).update(summary="另一个结论")
    review.submit([follow_up.pk], by=follow_up.author)


def test_approval_sets_status_of_pledge(chief: Client, submitted: FollowUp) -> None:
    page = chief.get(change_url(submitted)).content.decode()
    shown_messages = messages(chief, url("approve", submitted), {**version_fields(submitted)})

    assert url("approve", submitted) in page
    assert shown_messages == "yl-2025-001: approved"
    assert Pledge.objects.get(pk=submitted.pledge_id).status == Status.MET
    assert FollowUp.objects.get().reviewer == make_user("chief-editor")


def test_author_sees_reason_of_return(chief: Client, editor: Client, submitted: FollowUp) -> None:
    shown_messages = messages(chief, url("return", submitted), {**version_fields(submitted), "note": "请附上统计公报"})

    assert shown_messages == "yl-2025-001: returned"
    assert "请附上统计公报" in editor.get(change_url(submitted)).content.decode()


@pytest.mark.parametrize("note", ["", "  "])
def test_return_without_reason_gives_error_at_field(chief: Client, submitted: FollowUp, note: str) -> None:
    page = chief.post(url("return", submitted), {"note": note, **version_fields(submitted)})

    assert page.context["form"].errors == {"note": ["Say why it is returned."]}
    assert state(submitted) == ReviewState.SUBMITTED


def test_follow_up_changed_since_shown_is_not_approved(chief: Client, submitted: FollowUp) -> None:
    change_meanwhile(submitted)

    shown_messages = messages(chief, url("approve", submitted), version_fields(submitted))

    assert (
        shown_messages
        == "No changes were made.<br>yl-2025-001: Changed in the meantime. Read it again before deciding."
    )
    assert state(submitted) == ReviewState.SUBMITTED


@pytest.mark.parametrize("version", ["", "x", "-1", "²", "9" * 5000])
def test_follow_up_without_valid_version_is_not_approved(chief: Client, submitted: FollowUp, version: str) -> None:
    for page_url in (url("approve", submitted), LIST):
        shown_messages = messages(
            chief, page_url, action_data("approve", submitted) | {f"version-{submitted.pk}": version}
        )
        assert "Changed in the meantime" in shown_messages
    assert state(submitted) == ReviewState.SUBMITTED


def test_row_of_list_holds_its_version(chief: Client, submitted: FollowUp) -> None:
    assert fields_of(chief.get(LIST).content.decode())[f"version-{submitted.pk}"] == str(submitted.version)


def test_bulk_approval_with_one_changed_row_approves_nothing(
    chief: Client, record: Record, submitted: FollowUp
) -> None:
    other = make_follow_up(record.growth, Status.IN_PROGRESS, state=ReviewState.SUBMITTED, author=submitted.author)
    change_meanwhile(other)

    shown_messages = messages(chief, LIST, action_data("approve", submitted, other))

    assert "yl-2025-002: Changed in the meantime. Read it again before deciding." in shown_messages
    assert (state(submitted), state(other)) == (ReviewState.SUBMITTED, ReviewState.SUBMITTED)


def test_form_for_the_reason_keeps_versions_of_list(chief: Client, submitted: FollowUp) -> None:
    change_meanwhile(submitted)

    fields = fields_of(chief.post(LIST, action_data("return_to_author", submitted)).content.decode())
    shown_messages = messages(chief, LIST, fields | {"note": "请附上统计公报"})

    assert "Changed in the meantime" in shown_messages
    assert state(submitted) == ReviewState.SUBMITTED


def test_review_of_decided_follow_up_names_its_reviewer(chief: Client, submitted: FollowUp) -> None:
    review.approve([submitted.pk], by=make_user("other"))

    shown_messages = messages(chief, url("return", submitted), {**version_fields(submitted), "note": "迟了"})

    assert "yl-2025-001: Already “approved” (other, " in shown_messages
    assert state(submitted) == ReviewState.APPROVED


def test_get_of_review_url_changes_nothing(chief: Client, submitted: FollowUp) -> None:
    for step in ("approve", "return"):
        assert chief.get(url(step, submitted)).headers["Location"] == change_url(submitted)
    assert state(submitted) == ReviewState.SUBMITTED


def test_editor_cannot_approve_or_return(editor: Client, submitted: FollowUp) -> None:
    page = editor.get(change_url(submitted)).content.decode()

    for step in ("approve", "return"):
        assert url(step, submitted) not in page
        assert editor.post(url(step, submitted), {"note": "不行"}).status_code == 403
    assert state(submitted) == ReviewState.SUBMITTED


def test_own_follow_up_is_not_approved(chief: Client, record: Record) -> None:
    own = make_follow_up(record.investment, state=ReviewState.SUBMITTED, author=make_user("chief-editor"))

    page = chief.get(change_url(own)).content.decode()
    shown_messages = messages(chief, LIST, action_data("approve", own))

    assert url("approve", own) not in page
    assert url("return", own) in page
    assert (
        "yl-2025-001: You can&#x27;t approve a follow-up that you submitted or took part in writing." in shown_messages
    )
    assert chief.post(url("approve", own)).status_code == 302
    assert state(own) == ReviewState.SUBMITTED


def test_one_person_newsroom_offers_approval_to_author(chief: Client, record: Record, settings: Settings) -> None:
    settings.ONE_PERSON_DESK = True
    own = make_follow_up(record.investment, state=ReviewState.SUBMITTED, author=make_user("chief-editor"))

    assert url("approve", own) in chief.get(change_url(own)).content.decode()


def test_bulk_approval_reports_each_follow_up(chief: Client, record: Record, submitted: FollowUp) -> None:
    other = make_follow_up(record.growth, Status.IN_PROGRESS, state=ReviewState.SUBMITTED, author=submitted.author)

    shown_messages = messages(chief, LIST, action_data("approve", submitted, other))

    assert shown_messages == "yl-2025-001: approved<br>yl-2025-002: approved"


def test_bulk_approval_with_one_draft_approves_nothing(chief: Client, record: Record, submitted: FollowUp) -> None:
    draft = make_follow_up(record.growth, Status.IN_PROGRESS, state=ReviewState.DRAFT, author=submitted.author)

    shown_messages = messages(chief, LIST, action_data("approve", submitted, draft))

    assert shown_messages == (
        "No changes were made.<br>yl-2025-001: not changed because of the others"
        "<br>yl-2025-002: The follow-up is “draft”."
    )
    assert (state(submitted), state(draft)) == (ReviewState.SUBMITTED, ReviewState.DRAFT)


def test_bulk_approval_of_competing_follow_ups_is_rejected(chief: Client, record: Record, submitted: FollowUp) -> None:
    other = make_follow_up(record.investment, Status.PARTLY_MET, state=ReviewState.SUBMITTED, author=submitted.author)

    assert "Several of these concern the same pledge. Select one." in messages(
        chief, LIST, action_data("approve", other, submitted)
    )

    assert Pledge.objects.get(pk=record.investment.pk).status == Status.UNCHECKED


def test_submission_warns_of_competing_follow_up(editor: Client, record: Record) -> None:
    make_follow_up(record.investment, Status.PARTLY_MET, state=ReviewState.SUBMITTED, author=make_user("peer"))

    assert "部分兑现（作者：peer）" in messages(
        editor, add_url(record.investment), filled_in(evidence_row(), actual="400", _submit="")
    )


def test_bulk_submission_checks_each_draft(editor: Client, record: Record) -> None:
    draft = make_follow_up(record.investment, state=ReviewState.DRAFT)
    without_evidence = make_follow_up(record.growth, state=ReviewState.DRAFT, evidence=False)
    editor.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"

    assert "yl-2025-002: Add at least one piece of evidence: a verdict needs it." in messages(
        editor, LIST, action_data("submit", draft, without_evidence)
    )
    assert messages(editor, LIST, action_data("submit", draft)) == "yl-2025-001: submitted"


def test_bulk_return_shows_a_form_for_the_reason_first(chief: Client, record: Record, submitted: FollowUp) -> None:
    reason_page = chief.post(LIST, action_data("return_to_author", submitted))
    rejected = chief.post(LIST, action_data("return_to_author", submitted, note=""))
    unchanged = state(submitted)

    shown_messages = messages(chief, LIST, fields_of(reason_page.content.decode()) | {"note": "请附上统计公报"})

    assert "yl-2025-001" in reason_page.content.decode()
    assert not reason_page.context["form"].errors
    assert rejected.context["form"].errors == {"note": ["Say why it is returned."]}
    assert (unchanged, shown_messages) == (ReviewState.SUBMITTED, "yl-2025-001: returned")


def test_editor_gets_no_bulk_review(editor: Client, submitted: FollowUp) -> None:
    offered = editor.get(LIST).context["action_form"].fields["action"].choices

    assert {name for name, _label in offered} >= {"submit"}
    assert {name for name, _label in offered}.isdisjoint({"approve", "return_to_author"})
    editor.post(LIST, action_data("approve", submitted))
    assert state(submitted) == ReviewState.SUBMITTED


def test_submitted_follow_up_is_not_deleted_in_bulk(chief: Client, submitted: FollowUp) -> None:
    assert chief.post(LIST, action_data("delete_selected", submitted, post="yes")).status_code == 403
    assert state(submitted) == ReviewState.SUBMITTED
