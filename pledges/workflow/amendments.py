"""Propose, approve and reject amendments. A trigger applies what is approved."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, models, transaction
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from pledges.models import Amendment, Pledge
from pledges.models.choices import AmendmentState, State
from pledges.models.pledge_queryset import PledgeQuerySet
from pledges.models.triggers.judged_columns import PLEDGES_OF_AMENDMENT, PLEDGES_OF_ROW, UNJUDGED
from pledges.models.violations import violated_constraint, violation_messages

SAME_PROPOSAL = """
SELECT other.id FROM pledges_amendment this JOIN pledges_amendment other
    ON (other.changes, other.merges, other.parted) IS NOT DISTINCT FROM (this.changes, this.merges, this.parted)
    AND other.state = 'proposed' AND other.id <> this.id
WHERE this.id = %s
"""

# Rules that an approval violates only if the record has changed since the proposal.
OVERTAKEN = {"judged_by_amendment_only", "redirect_leads_elsewhere"}


def is_judged(row: models.Model) -> bool:
    """Return whether judged pledges follow from a row of a table of `UNJUDGED`."""
    if row.pk is None:
        return False
    keys = RawSQL(PLEDGES_OF_ROW[table_of(type(row))], [row.pk])  # noqa: S611  # made of constants
    return Pledge.objects.filter(pk__in=keys).exists()


def supersedes_judged(refs: Iterable[str]) -> bool:
    """Return whether a published pledge that supersedes these would take a judged one out of force."""
    return Pledge.objects.filter(ref__in=list(refs)).exclude(current_follow_up=None).exists()


def fields_to_amend(row: models.Model, values: Mapping[str, Any]) -> list[Any]:
    """Return the fields of a row that change by an amendment only. `values` are the new ones, by field."""
    if is_judged(row):
        return judged_fields(type(row))
    if isinstance(row, Pledge):
        stored = Pledge.objects.filter(pk=row.pk).first()
        before = _superseded(stored.state, stored.supersedes) if stored else set()
        after = _superseded(values.get("state", row.state), values.get("supersedes", row.supersedes))
        if supersedes_judged(before ^ after):
            return [Pledge._meta.get_field("state"), Pledge._meta.get_field("supersedes")]
    return []


def _superseded(state: str, refs: Iterable[str]) -> set[str]:
    return set(refs) if state == State.PUBLISHED else set()


def table_of(model: type[models.Model]) -> str:
    return model._meta.db_table.removeprefix("pledges_")


def judged_fields(model: type[models.Model]) -> list[Any]:
    """Return the fields of a model that change under judged pledges by an amendment only."""
    unjudged = UNJUDGED.get(table_of(model))
    return [] if unjudged is None else [f for f in model._meta.concrete_fields if f.column not in unjudged]


def row_change(row: models.Model, after: Mapping[str, Any]) -> dict[str, Any]:
    """Return the change of a row for `Amendment.changes`. `after` maps columns to texts, numbers, keys or None."""
    return {"table": table_of(type(row)), "key": str(row.pk), "after": dict(after)}


def touched_pledges(amendment: Amendment) -> PledgeQuerySet:
    """Return the judged pledges that an amendment changes or, before its approval, would change."""
    if amendment.is_applied:
        return Pledge.objects.filter(amendments__amendment=amendment).order_by("ref")
    keys = RawSQL(PLEDGES_OF_AMENDMENT, [amendment.pk])  # noqa: S611  # made of constants
    return Pledge.objects.filter(pk__in=keys).order_by("ref")


def propose(changes: list[dict[str, Any]], *, reason: str, by: User | None, **fields: Any) -> Amendment:
    """Propose changes of rows, as returned by `row_change()`. Raises ValidationError.

    `fields` are further fields of the amendment: `merges` or `parted` (`pledges.workflow.merge_proposals`).
    """
    amendment = Amendment(changes=changes, reason=reason, proposer=by, **fields)
    amendment.clean_fields(exclude={"changes", "merges", "parted"})
    amendment.validate_constraints()
    with _rule_violations_as_errors(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('duixian.proposal'))")  # a form can be sent twice at once
        amendment.save()
        cursor.execute(SAME_PROPOSAL, [amendment.pk])
        if same := cursor.fetchone():
            text = _("This has been proposed already: amendment %(number)d. It is waiting for another person.")
            raise ValidationError(text, "proposed_already", {"number": same[0]})
    amendment.refresh_from_db()
    return amendment


def approve(amendment: Amendment, *, by: User) -> None:
    """Approve a proposal, which applies it. Raises ValidationError if a rule of the database forbids it."""
    _review(amendment, AmendmentState.APPROVED, by, "")


def reject(amendment: Amendment, *, by: User, note: str) -> None:
    """Reject a proposal, with a note. Raises ValidationError."""
    _review(amendment, AmendmentState.REJECTED, by, note)


def _review(amendment: Amendment, state: AmendmentState, by: User, note: str) -> None:
    amendment.state, amendment.reviewer, amendment.review_note = state, by, note
    amendment.validate_constraints()
    with _rule_violations_as_errors():
        amendment.save(update_fields=["state", "reviewer", "review_note"])
    amendment.refresh_from_db()


@contextmanager
def _rule_violations_as_errors() -> Iterator[None]:
    """Roll back, and raise the message of a violated rule of the database as a ValidationError."""
    try:
        with transaction.atomic():
            yield
    except DatabaseError as error:
        name, _row = violated_constraint(error)
        name = "amendment_is_current" if name in OVERTAKEN else name
        if name not in (messages := violation_messages()):
            raise
        raise ValidationError(messages[name]) from error
