"""Review transitions of follow-ups, single and in bulk: all or none, with a message for each that fails."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone, translation

from pledges.models import FollowUp, Pledge
from pledges.workflow import review
from tests.factories import make_follow_up, make_pledge, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def editor() -> User:
    return make_user("editor", first_name="Ed")


@pytest.fixture
def chief() -> User:
    return make_user("chief", first_name="Chip")


def submitted(ref: str = "yl-1", **fields: Any) -> FollowUp:
    return make_follow_up(make_pledge(ref), state="submitted", **fields)


def states() -> list[str]:
    return list(FollowUp.objects.order_by("pk").values_list("state", flat=True))


def test_follow_up_is_submitted_and_approved(editor: User, chief: User) -> None:
    draft = make_follow_up(state="draft")
    (in_review,) = review.submit([draft.pk], by=editor)
    assert (in_review.state, in_review.reviewer) == ("submitted", None)
    assert in_review.submitted_at is not None
    (approved,) = review.approve([draft.pk], by=chief)
    assert (approved.state, approved.reviewer, approved.pledge.status) == ("approved", chief, "met")
    assert approved.reviewed_at is not None
    assert approved.reviewed_at > in_review.submitted_at


def test_returned_follow_up_can_be_submitted_again(editor: User, chief: User) -> None:
    follow_up = submitted()
    (returned,) = review.return_to_author([follow_up.pk], by=chief, note="请补充依据")
    assert (returned.state, returned.reviewer, returned.review_note) == ("returned", chief, "请补充依据")
    (again,) = review.submit([follow_up.pk], by=editor)
    assert again.state == "submitted"


def test_transition_increments_version() -> None:
    assert make_follow_up(state="approved").version == make_follow_up(make_pledge("yl-2"), state="draft").version + 2


def test_as_of_defaults_to_today_without_verdict() -> None:
    assert submitted("a", status="in_progress", as_of=None).as_of == timezone.localdate()
    assert str(submitted("b", status="in_progress", as_of="2025-06-30").as_of) == "2025-06-30"


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"evidence": False}, "status", "Add at least one piece of evidence: a verdict needs it."),
        ({"as_of": None}, "as_of", "Enter the day for which this holds (“as of”)."),
        ({"actual": 300}, "reason", "The figures suggest “partly met”. Give a reason for choosing otherwise."),
    ],
)
def test_incomplete_submission_is_reported_by_field(
    fields: dict[str, Any], field: str, message: str, editor: User
) -> None:
    draft = make_follow_up(state="draft", **fields)
    with pytest.raises(review.ReviewError) as error:
        review.submit([draft.pk], by=editor)
    assert error.value.reasons[draft.pk][field] == [message]
    assert states() == ["draft"]


def test_other_status_than_suggested_is_accepted_with_reason() -> None:
    assert submitted(actual=300, reason="其余85亿元已于次年1月到位。").state == "submitted"


def test_submission_as_missed_before_last_day_is_over_is_rejected(editor: User) -> None:
    draft = make_follow_up(status="missed", state="draft")
    Pledge.objects.update(deadline=timezone.localdate() + timedelta(days=1))
    with pytest.raises(review.ReviewError) as error:
        review.submit([draft.pk], by=editor)
    assert error.value.messages(draft.pk) == [
        "A pledge can be marked as missed only after its deadline or, without one, its plan year has passed."
    ]


def test_approval_by_author_is_rejected(editor: User) -> None:
    follow_up = submitted()
    with pytest.raises(review.ReviewError) as error:
        review.approve([follow_up.pk], by=editor)
    assert error.value.messages(follow_up.pk) == [
        "You can't approve a follow-up that you submitted or took part in writing."
    ]
    assert states() == ["submitted"]


def test_approval_by_submitter_is_rejected() -> None:
    follow_up = make_follow_up(state="draft")
    chief = make_user("chief")
    review.submit([follow_up.pk], by=chief)
    with pytest.raises(review.ReviewError) as error:
        review.approve([follow_up.pk], by=chief)
    assert error.value.messages(follow_up.pk) == [
        "You can't approve a follow-up that you submitted or took part in writing."
    ]


def test_bulk_approval_of_competing_follow_ups_is_rejected(chief: User) -> None:
    pledge = make_pledge()
    keys = [make_follow_up(pledge, status, state="submitted").pk for status in ("met", "partly_met")]
    with pytest.raises(review.ReviewError) as error:
        review.approve(keys, by=chief)
    assert {message for key in keys for message in error.value.messages(key)} == {
        "Several of these concern the same pledge. Select one."
    }
    assert states() == ["submitted", "submitted"]
    review.approve(keys[:1], by=chief)


def test_request_for_changes_without_note_is_rejected(chief: User) -> None:
    follow_up = submitted()
    with pytest.raises(review.ReviewError) as error:
        review.return_to_author([follow_up.pk], by=chief, note=" ")
    assert error.value.messages(follow_up.pk) == ["Say why it is returned."]


def test_follow_up_that_no_longer_fits_can_be_returned(chief: User) -> None:
    follow_up = submitted(status="missed")
    Pledge.objects.update(deadline=timezone.localdate())
    with pytest.raises(review.ReviewError):
        review.approve([follow_up.pk], by=chief)
    review.return_to_author([follow_up.pk], by=chief, note="目标延期了")
    assert states() == ["returned"]


def test_bulk_transition_succeeds_or_fails_as_a_whole(chief: User) -> None:
    good, own, draft = submitted("a"), submitted("b", author=chief), make_follow_up(make_pledge("c"), state="draft")
    gone = 0
    with pytest.raises(review.ReviewError) as error:
        review.approve([good.pk, own.pk, draft.pk, gone], by=chief)
    assert {pk: error.value.messages(pk) for pk in error.value.reasons} == {
        own.pk: ["You can't approve a follow-up that you submitted or took part in writing."],
        draft.pk: ["The follow-up is “draft”."],
        gone: ["It has been deleted."],
    }
    assert states() == ["submitted", "submitted", "draft"]
    assert set(Pledge.objects.values_list("status", flat=True)) == {"unchecked"}


def test_last_approval_gives_status(chief: User) -> None:
    pledge = make_pledge()
    first = make_follow_up(pledge, "met", state="submitted")
    second = make_follow_up(pledge, "in_progress", state="submitted")
    review.approve([second.pk], by=chief)
    (approved,) = review.approve([first.pk], by=chief)
    assert Pledge.objects.get().status == "met"
    assert approved.previous_status == "in_progress"


def test_late_review_names_the_earlier_reviewer(editor: User, chief: User) -> None:
    follow_up = submitted()
    review.approve([follow_up.pk], by=chief)
    with pytest.raises(review.ReviewError) as error:
        review.return_to_author([follow_up.pk], by=editor, note="请补充依据")
    (message,) = error.value.messages(follow_up.pk)
    assert message.startswith("Already “approved” (Chip, 20")
