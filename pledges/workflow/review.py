"""The way of follow-ups through review: submitting, approving, returning; several at once succeed or fail together.

Who says which versions they have read moves these and no others.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from pledges.database.locks import lock
from pledges.models import FollowUp, Pledge
from pledges.models.choices import ReviewState
from pledges.models.violations import violated_constraint, violation_messages
from pledges.workflow.display_names import display_name

ALLOWED_TRANSITIONS = {
    ReviewState.SUBMITTED: {ReviewState.DRAFT, ReviewState.RETURNED},
    ReviewState.APPROVED: {ReviewState.SUBMITTED},
    ReviewState.RETURNED: {ReviewState.SUBMITTED},
}

Versions = Mapping[int, int]
"""The version of each follow-up, by its key, that somebody has read."""


class ReviewError(Exception):
    """Why follow-ups can't go on: for each of them that can't, by its key, the reasons by field."""

    def __init__(self, reasons: dict[int, dict[str, list[str]]]) -> None:
        super().__init__(reasons)
        self.reasons = reasons

    def messages(self, pk: int) -> list[str]:
        return [message for messages in self.reasons.get(pk, {}).values() for message in messages]


def submit(follow_ups: Iterable[int], *, by: User, versions: Versions | None = None) -> list[FollowUp]:
    """Hand drafts or returned follow-ups in for review; ReviewError, and nothing changed, if one of them can't be."""
    return _move(follow_ups, ReviewState.SUBMITTED, by=by, versions=versions)


def approve(follow_ups: Iterable[int], *, by: User, versions: Versions | None = None) -> list[FollowUp]:
    """Make submitted follow-ups final and public; ReviewError, and nothing changed, if one of them can't be.

    Of one pledge only one at a time: which of two gives its status is to be chosen, not to depend on an order.
    """
    return _move(follow_ups, ReviewState.APPROVED, by=by, versions=versions)


def return_to_author(
    follow_ups: Iterable[int], *, by: User, note: str, versions: Versions | None = None
) -> list[FollowUp]:
    """Return submitted follow-ups to their authors with a reason; ReviewError, and nothing changed, if one can't be."""
    return _move(follow_ups, ReviewState.RETURNED, by=by, note=note, versions=versions)


@transaction.atomic
def _move(
    keys: Iterable[int], state: ReviewState, *, by: User, versions: Versions | None, note: str = ""
) -> list[FollowUp]:
    wanted = list(keys)
    found = _lock(wanted)
    of_each = Counter(follow_up.pledge_id for follow_up in found.values())
    reasons: dict[int, dict[str, list[str]]] = {}
    moved = []
    for key in wanted:
        follow_up = found.get(key)
        if follow_up is None:
            reasons[key] = {"state": [_("It is gone: somebody has deleted it.")]}
            continue
        try:
            _check(follow_up, state, versions, has_rival=of_each[follow_up.pledge_id] > 1)
            _move_one(follow_up, state, by=by, note=note)
        except ValidationError as error:
            reasons[key] = {
                field: [str(message) for message in messages] for field, messages in error.message_dict.items()
            }
        else:
            moved.append(follow_up)
    if reasons:
        raise ReviewError(reasons)
    return moved


def _lock(keys: list[int]) -> dict[int, FollowUp]:
    """The follow-ups by key, of which nobody else can change anything until the transaction ends, nor of their pledges.

    First they and then the pledges, by whoever comes: two bulk reviews can't wait for each other.
    """
    follow_ups = FollowUp.objects.filter(pk__in=keys)
    pledges = Pledge.objects.filter(pk__in=follow_ups.values("pledge"))
    lock(follow_ups)
    lock(pledges)
    return (
        follow_ups.select_related("pledge__unit", "pledge__metric", "pledge__statement__document", "unit", "reviewer")
        .defer("pledge__statement__document__text", "pledge__search_text")
        .in_bulk()
    )


def _check(follow_up: FollowUp, state: ReviewState, versions: Versions | None, *, has_rival: bool) -> None:
    if follow_up.state not in ALLOWED_TRANSITIONS[state]:
        raise ValidationError({"state": [_what_happened(follow_up)]})
    if versions is not None and versions.get(follow_up.pk) != follow_up.version:
        raise ValidationError({"version": [_("Somebody has changed it meanwhile: read it again.")]})
    if state == ReviewState.APPROVED and has_rival:
        raise ValidationError({"pledge": [_("Several of these judge the same pledge: choose one.")]})


def _move_one(follow_up: FollowUp, state: ReviewState, *, by: User, note: str) -> None:
    follow_up.state = state
    if state == ReviewState.SUBMITTED:
        follow_up.submitter = by
        if not follow_up.is_verdict:
            follow_up.as_of = follow_up.as_of or timezone.localdate()  # the day somebody looked
    else:
        follow_up.reviewer, follow_up.review_note = by, note
    if state == ReviewState.RETURNED:  # whatever is wrong with it
        follow_up.validate_constraints()
    else:
        follow_up.full_clean()
    try:
        with transaction.atomic():
            follow_up.save(update_fields=["state", "as_of", "submitter", "reviewer", "review_note"])
    except DatabaseError as refusal:
        name, _row = violated_constraint(refusal)
        if name not in (words := violation_messages()):
            raise
        raise ValidationError({"state": [words[name]]}) from refusal
    follow_up.refresh_from_db()


def _what_happened(follow_up: FollowUp) -> str:
    """Who was faster, or what the state is, said to whoever came too late."""
    told = {"state": follow_up.get_state_display(), "when": "", "who": ""}
    if follow_up.reviewer and follow_up.reviewed_at and follow_up.state != ReviewState.SUBMITTED:
        told |= {
            "who": display_name(follow_up.reviewer),
            "when": date_format(timezone.localtime(follow_up.reviewed_at), "Y-m-d H:i"),
        }
        return _("It is “%(state)s” already, by %(who)s at %(when)s.") % told
    return _("It is “%(state)s”.") % told
