"""The confirmation of warnings about pledges, and about follow-ups, with a reason."""

from collections.abc import Collection, Sequence

from pledges.models import FollowUp, Pledge
from pledges.models.entry_warnings import EntryWarning
from pledges.models.pledge_warnings import find_warnings


class UnconfirmedWarningsError(Exception):
    """A pledge or a follow-up has warnings that have to be confirmed, those of follow-ups with a reason."""

    def __init__(self, warnings: Sequence[EntryWarning]) -> None:
        super().__init__(warnings)
        self.warnings = warnings


def check_pledge_warnings(pledge: Pledge, confirmed: Collection[str], *, stored: Pledge | None = None) -> None:
    """Raise UnconfirmedWarningsError if a pledge has warnings that its stored row has not, and that are not confirmed.

    `confirmed` has keys of warnings.
    """
    before, after = next(find_warnings([stored])) if stored else [], next(find_warnings([pledge]))
    new = [warning for warning in after if warning not in before]
    if any(warning.key not in confirmed for warning in new):
        raise UnconfirmedWarningsError(new)


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
