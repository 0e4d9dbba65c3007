"""The review of follow-ups: submit, approve, return. A bulk transition succeeds or fails as a whole.

If `versions` are given, a transition fails for follow-ups that have changed since the caller read them.
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
from pledges.locale.display_names import display_name
from pledges.models import FollowUp, Pledge
from pledges.models.choices import ReviewState
from pledges.models.violations import violated_constraint, violation_messages

ALLOWED_TRANSITIONS = {
    ReviewState.SUBMITTED: {ReviewState.DRAFT, ReviewState.RETURNED},
    ReviewState.APPROVED: {ReviewState.SUBMITTED},
    ReviewState.RETURNED: {ReviewState.SUBMITTED},
}

Versions = Mapping[int, int]
"""The version of each follow-up that the caller has read, by primary key."""


class ReviewError(Exception):
    """A transition is not allowed for some follow-ups. `reasons` has messages by primary key and field."""

    def __init__(self, reasons: dict[int, dict[str, list[str]]]) -> None:
        super().__init__(reasons)
        self.reasons = reasons

    def messages(self, pk: int) -> list[str]:
        return [message for messages in self.reasons.get(pk, {}).values() for message in messages]


def submit(follow_ups: Iterable[int], *, by: User, versions: Versions | None = None) -> list[FollowUp]:
    """Submit drafts or returned follow-ups. Raises ReviewError and changes nothing if one can't be submitted."""
    return _transition(follow_ups, ReviewState.SUBMITTED, by=by, versions=versions)


def approve(follow_ups: Iterable[int], *, by: User, versions: Versions | None = None) -> list[FollowUp]:
    """Approve submitted follow-ups, which makes them final and public.

    Raises ReviewError and changes nothing if one can't be approved, or if several belong to one pledge: the reviewer
    has to choose which of them gives its status.
    """
    return _transition(follow_ups, ReviewState.APPROVED, by=by, versions=versions)


def return_to_author(
    follow_ups: Iterable[int], *, by: User, note: str, versions: Versions | None = None
) -> list[FollowUp]:
    """Return submitted follow-ups with a note. Raises ReviewError and changes nothing if one can't be returned."""
    return _transition(follow_ups, ReviewState.RETURNED, by=by, note=note, versions=versions)


@transaction.atomic
def _transition(
    keys: Iterable[int], state: ReviewState, *, by: User, versions: Versions | None, note: str = ""
) -> list[FollowUp]:
    keys = list(keys)
    follow_ups = _lock(keys)
    per_pledge = Counter(follow_up.pledge_id for follow_up in follow_ups.values())
    reasons: dict[int, dict[str, list[str]]] = {}
    changed = []
    for key in keys:
        follow_up = follow_ups.get(key)
        if follow_up is None:
            reasons[key] = {"state": [_("It has been deleted.")]}
            continue
        try:
            _check(follow_up, state, versions, has_competitor=per_pledge[follow_up.pledge_id] > 1)
            _apply(follow_up, state, by=by, note=note)
        except ValidationError as error:
            reasons[key] = {
                field: [str(message) for message in messages] for field, messages in error.message_dict.items()
            }
        else:
            changed.append(follow_up)
    if reasons:
        raise ReviewError(reasons)
    return changed


def _lock(keys: list[int]) -> dict[int, FollowUp]:
    """Lock the follow-ups and their pledges until the transaction ends, and return the follow-ups by primary key.

    Follow-ups are always locked before pledges, so that two bulk reviews can't deadlock.
    """
    follow_ups = FollowUp.objects.filter(pk__in=keys)
    pledges = Pledge.objects.filter(pk__in=follow_ups.values("pledge"))
    lock(follow_ups)
    lock(pledges)
    return (
        follow_ups.select_related(
            "pledge__unit__dimension", "pledge__metric", "pledge__statement__document", "unit", "reviewer"
        )
        .defer("pledge__statement__document__text", "pledge__search_text")
        .in_bulk()
    )


def _check(follow_up: FollowUp, state: ReviewState, versions: Versions | None, *, has_competitor: bool) -> None:
    if follow_up.state not in ALLOWED_TRANSITIONS[state]:
        raise ValidationError({"state": [_state_message(follow_up)]})
    if versions is not None and versions.get(follow_up.pk) != follow_up.version:
        raise ValidationError({"version": [_("Changed in the meantime. Read it again before deciding.")]})
    if state == ReviewState.APPROVED and has_competitor:
        raise ValidationError({"pledge": [_("Several of these concern the same pledge. Select one.")]})
    if state == ReviewState.SUBMITTED and (warnings := follow_up.unconfirmed_warnings):
        hint = _("Confirm it in the form of the follow-up, with a reason.")
        raise ValidationError({warning.field: [f"{warning} {hint}"] for warning in warnings})


def _apply(follow_up: FollowUp, state: ReviewState, *, by: User, note: str) -> None:
    follow_up.state = state
    if state == ReviewState.SUBMITTED:
        follow_up.submitter = by
        if not follow_up.is_verdict:
            follow_up.as_of = follow_up.as_of or timezone.localdate()  # the day of submission
    else:
        follow_up.reviewer, follow_up.review_note = by, note
    if state == ReviewState.RETURNED:
        # full_clean() would reject a follow-up that no longer fits its pledge, but this has to be possible.
        follow_up.validate_constraints()
    else:
        follow_up.full_clean()
    try:
        with transaction.atomic():
            follow_up.save(update_fields=["state", "as_of", "submitter", "reviewer", "review_note"])
    except DatabaseError as error:
        name, _row = violated_constraint(error)
        if name not in (messages := violation_messages()):
            raise
        raise ValidationError({"state": [messages[name]]}) from error
    follow_up.refresh_from_db()


def _state_message(follow_up: FollowUp) -> str:
    """Return the message for a follow-up in the wrong state. It contains the reviewer and the time of a review."""
    params = {"state": follow_up.get_state_display(), "when": "", "who": ""}
    if follow_up.reviewer and follow_up.reviewed_at and follow_up.state != ReviewState.SUBMITTED:
        params |= {
            "who": display_name(follow_up.reviewer),
            "when": date_format(timezone.localtime(follow_up.reviewed_at), "Y-m-d H:i"),
        }
        return _("Already “%(state)s” (%(who)s, %(when)s).") % params
    return _("The follow-up is “%(state)s”.") % params
