"""The confirmation of warnings about a follow-up, with a reason."""

from collections.abc import Collection

from pledges.models import FollowUp
from pledges.models.follow_up_warnings import FollowUpWarning


class UnconfirmedWarningsError(Exception):
    """A follow-up has warnings that have to be confirmed with a reason."""

    def __init__(self, warnings: list[FollowUpWarning]) -> None:
        super().__init__(warnings)
        self.warnings = warnings


def confirm_warnings(follow_up: FollowUp, confirmed: Collection[str] = ()) -> None:
    """Record that warnings about a changeable follow-up are confirmed; `confirmed` has their keys or codes.

    The follow-up, with its reason, and its evidence must have been saved. Raises UnconfirmedWarningsError with all
    warnings that were not confirmed before for the same values, if one of them is not confirmed now or the follow-up
    has no reason.
    """
    found = follow_up.warnings
    unconfirmed = [warning for warning in found if warning.key not in follow_up.confirmed_warnings]
    is_confirmed = all(warning.key in confirmed or warning.code in confirmed for warning in unconfirmed)
    if unconfirmed and not (is_confirmed and follow_up.reason.strip()):
        raise UnconfirmedWarningsError(unconfirmed)
    keys = [warning.key for warning in found]
    if keys != follow_up.confirmed_warnings:
        follow_up.confirmed_warnings = keys
        follow_up.save(update_fields=["confirmed_warnings"])
