"""A second pair of eyes: submitting, approving and returning, one by one and in bulk."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from pledges.models import FollowUp, Pledge
from pledges.models.choices import ReviewState, Status
from pledges.workflow import review
from tests.admin.forms import fields_of
from tests.admin.pages import LIST, add_url, change_url, filled_in, messages, proof
from tests.factories import Record, make_follow_up, make_user

pytestmark = pytest.mark.django_db


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


def seen(*follow_ups: FollowUp) -> dict[str, Any]:
    """The versions as the list and the forms have them."""
    return {f"version-{follow_up.pk}": follow_up.version for follow_up in follow_ups}


def chosen(action: str, *follow_ups: FollowUp, **fields: Any) -> dict[str, Any]:
    selected = [follow_up.pk for follow_up in follow_ups]
    return {"action": action, "_selected_action": selected, **seen(*follow_ups), **fields}


def change_meanwhile(follow_up: FollowUp) -> None:
    """Returned, changed and handed in again: another version, in the same state."""
    review.return_to_author([follow_up.pk], by=make_user("other"), note="改一改")
    FollowUp.objects.filter(pk=follow_up.pk).update(summary="另一个结论")
    review.submit([follow_up.pk], by=follow_up.author)


def test_a_chief_approves_and_the_pledge_has_its_status(chief: Client, submitted: FollowUp) -> None:
    page = chief.get(change_url(submitted)).content.decode()
    said = messages(chief, url("approve", submitted), {**seen(submitted)})

    assert url("approve", submitted) in page
    assert said == "yl-2025-001: approved"
    assert Pledge.objects.get(pk=submitted.pledge_id).status == Status.MET
    assert FollowUp.objects.get().reviewer == make_user("chief-editor")


def test_a_chief_returns_with_a_reason_that_the_author_reads(
    chief: Client, editor: Client, submitted: FollowUp
) -> None:
    said = messages(chief, url("return", submitted), {**seen(submitted), "note": "请附上统计公报"})

    assert said == "yl-2025-001: returned"
    assert "请附上统计公报" in editor.get(change_url(submitted)).content.decode()


@pytest.mark.parametrize("note", ["", "  "])
def test_returning_without_a_reason_is_refused_beside_the_field(chief: Client, submitted: FollowUp, note: str) -> None:
    page = chief.post(url("return", submitted), {"note": note, **seen(submitted)})

    assert page.context["form"].errors == {"note": ["Say why it is returned."]}
    assert state(submitted) == ReviewState.SUBMITTED


def test_what_has_changed_since_it_was_read_is_not_approved(chief: Client, submitted: FollowUp) -> None:
    change_meanwhile(submitted)

    said = messages(chief, url("approve", submitted), seen(submitted))

    assert said == "Nothing was changed.<br>yl-2025-001: Somebody has changed it meanwhile: read it again."
    assert state(submitted) == ReviewState.SUBMITTED


@pytest.mark.parametrize("version", ["", "x", "-1", "²", "9" * 5000])
def test_what_was_never_read_is_not_approved(chief: Client, submitted: FollowUp, version: str) -> None:
    for address in (url("approve", submitted), LIST):
        said = messages(chief, address, chosen("approve", submitted) | {f"version-{submitted.pk}": version})
        assert "Somebody has changed it meanwhile" in said
    assert state(submitted) == ReviewState.SUBMITTED


def test_each_row_of_the_list_says_which_version_it_shows(chief: Client, submitted: FollowUp) -> None:
    assert fields_of(chief.get(LIST).content.decode())[f"version-{submitted.pk}"] == str(submitted.version)


def test_nothing_is_approved_in_bulk_if_one_has_changed_since_the_list_was_opened(
    chief: Client, record: Record, submitted: FollowUp
) -> None:
    other = make_follow_up(record.growth, Status.IN_PROGRESS, state=ReviewState.SUBMITTED, author=submitted.author)
    change_meanwhile(other)

    said = messages(chief, LIST, chosen("approve", submitted, other))

    assert "yl-2025-002: Somebody has changed it meanwhile: read it again." in said
    assert (state(submitted), state(other)) == (ReviewState.SUBMITTED, ReviewState.SUBMITTED)


def test_the_page_that_asks_why_keeps_the_versions_of_the_list(chief: Client, submitted: FollowUp) -> None:
    change_meanwhile(submitted)

    asked = fields_of(chief.post(LIST, chosen("return_to_author", submitted)).content.decode())
    said = messages(chief, LIST, asked | {"note": "请附上统计公报"})

    assert "Somebody has changed it meanwhile" in said
    assert state(submitted) == ReviewState.SUBMITTED


def test_who_comes_too_late_is_told_who_was_faster(chief: Client, submitted: FollowUp) -> None:
    review.approve([submitted.pk], by=make_user("other"))

    said = messages(chief, url("return", submitted), {**seen(submitted), "note": "迟了"})

    assert "yl-2025-001: It is “approved” already, by other at " in said
    assert state(submitted) == ReviewState.APPROVED


def test_opening_an_address_of_the_review_changes_nothing(chief: Client, submitted: FollowUp) -> None:
    for step in ("approve", "return"):
        assert chief.get(url(step, submitted)).headers["Location"] == change_url(submitted)
    assert state(submitted) == ReviewState.SUBMITTED


def test_an_editor_neither_approves_nor_returns(editor: Client, submitted: FollowUp) -> None:
    page = editor.get(change_url(submitted)).content.decode()

    for step in ("approve", "return"):
        assert url(step, submitted) not in page
        assert editor.post(url(step, submitted), {"note": "不行"}).status_code == 403
    assert state(submitted) == ReviewState.SUBMITTED


def test_nobody_approves_what_they_wrote(chief: Client, record: Record) -> None:
    own = make_follow_up(record.investment, state=ReviewState.SUBMITTED, author=make_user("chief-editor"))

    page = chief.get(change_url(own)).content.decode()
    said = messages(chief, LIST, chosen("approve", own))

    assert url("approve", own) not in page
    assert url("return", own) in page
    assert "yl-2025-001: Nobody approves what they wrote or handed in." in said
    assert chief.post(url("approve", own)).status_code == 302
    assert state(own) == ReviewState.SUBMITTED


def test_on_a_one_person_desk_the_author_is_offered_to_approve(
    chief: Client, record: Record, settings: Settings
) -> None:
    settings.ONE_PERSON_DESK = True
    own = make_follow_up(record.investment, state=ReviewState.SUBMITTED, author=make_user("chief-editor"))

    assert url("approve", own) in chief.get(change_url(own)).content.decode()


def test_selected_ones_are_approved_with_a_result_for_each(chief: Client, record: Record, submitted: FollowUp) -> None:
    other = make_follow_up(record.growth, Status.IN_PROGRESS, state=ReviewState.SUBMITTED, author=submitted.author)

    said = messages(chief, LIST, chosen("approve", submitted, other))

    assert said == "yl-2025-001: approved<br>yl-2025-002: approved"


def test_of_selected_ones_all_are_approved_or_none(chief: Client, record: Record, submitted: FollowUp) -> None:
    draft = make_follow_up(record.growth, Status.IN_PROGRESS, state=ReviewState.DRAFT, author=submitted.author)

    said = messages(chief, LIST, chosen("approve", submitted, draft))

    assert said == ("Nothing was changed.<br>yl-2025-001: held up by the others<br>yl-2025-002: It is “draft”.")
    assert (state(submitted), state(draft)) == (ReviewState.SUBMITTED, ReviewState.DRAFT)


def test_of_two_for_one_pledge_one_is_to_be_chosen(chief: Client, record: Record, submitted: FollowUp) -> None:
    rival = make_follow_up(record.investment, Status.PARTLY_MET, state=ReviewState.SUBMITTED, author=submitted.author)

    assert "Several of these judge the same pledge: choose one." in messages(
        chief, LIST, chosen("approve", rival, submitted)
    )

    assert Pledge.objects.get(pk=record.investment.pk).status == Status.UNCHECKED


def test_whoever_submits_is_told_of_a_colleagues_judgement(editor: Client, record: Record) -> None:
    make_follow_up(record.investment, Status.PARTLY_MET, state=ReviewState.SUBMITTED, author=make_user("colleague"))

    assert "部分兑现，作者colleague" in messages(
        editor, add_url(record.investment), filled_in(proof(), actual="400", _submit="")
    )


def test_selected_drafts_are_submitted(editor: Client, record: Record) -> None:
    draft = make_follow_up(record.investment, state=ReviewState.DRAFT)
    unproven = make_follow_up(record.growth, state=ReviewState.DRAFT, evidence=False)
    editor.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"

    assert "yl-2025-002: A verdict needs at least one piece of evidence." in messages(
        editor, LIST, chosen("submit", draft, unproven)
    )
    assert messages(editor, LIST, chosen("submit", draft)) == "yl-2025-001: submitted"


def test_selected_ones_are_returned_after_a_page_that_asks_why(
    chief: Client, record: Record, submitted: FollowUp
) -> None:
    asked = chief.post(LIST, chosen("return_to_author", submitted))
    refused = chief.post(LIST, chosen("return_to_author", submitted, note=""))
    unchanged = state(submitted)

    said = messages(chief, LIST, fields_of(asked.content.decode()) | {"note": "请附上统计公报"})

    assert "yl-2025-001" in asked.content.decode()
    assert not asked.context["form"].errors
    assert refused.context["form"].errors == {"note": ["Say why it is returned."]}
    assert (unchanged, said) == (ReviewState.SUBMITTED, "yl-2025-001: returned")


def test_an_editor_is_not_offered_to_review_in_bulk(editor: Client, submitted: FollowUp) -> None:
    offered = editor.get(LIST).context["action_form"].fields["action"].choices

    assert {name for name, _label in offered} >= {"submit"}
    assert {name for name, _label in offered}.isdisjoint({"approve", "return_to_author"})
    editor.post(LIST, chosen("approve", submitted))
    assert state(submitted) == ReviewState.SUBMITTED


def test_what_was_submitted_is_not_deleted_in_bulk(chief: Client, submitted: FollowUp) -> None:
    assert chief.post(LIST, chosen("delete_selected", submitted, post="yes")).status_code == 403
    assert state(submitted) == ReviewState.SUBMITTED
