"""Messages of the rules that only a trigger can enforce, and general triggers that reject a change."""

import pgtrigger
from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "district_not_its_own_ancestor": _("A district can't lie below itself."),
    "pledge_ref_is_permanent": _("A public reference never changes."),
    "slug_is_permanent": _("A slug stands in addresses and never changes."),
    "pledge_unit_known": _("There is no such unit."),
    "pledge_deadline_not_before_statement": _("The deadline lies before the day on which the pledge was said."),
    "pledge_not_its_own_successor": _("A pledge can't supersede itself, or one that supersedes it."),
    "pledge_status_from_follow_up": _("A status comes from the newest approved follow-up and from nowhere else."),
    "follow_up_begins_as_draft": _("A follow-up begins as a draft."),
    "follow_up_approved_is_final": _("An approved follow-up is final; another follow-up corrects it."),
    "follow_up_keeps_pledge_and_author": _("A follow-up keeps its pledge and its author."),
    "follow_up_transition_allowed": _("A draft is submitted; what is submitted is approved or returned."),
    "follow_up_under_review": _("What is under review does not change; it can be returned."),
    "follow_up_unit_fits_pledge": _("The unit measures something else than the pledge's."),
    "follow_up_actual_is_possible": _("A place is 1, 2, 3 …; a share is at most 100; only changes are negative."),
    "follow_up_as_of_not_before_statement": _("This day lies before the day on which the pledge was said."),
    "follow_up_missed_as_of_last_day": _("To be missed, it must hold for the last day of the pledge, or a later one."),
    "follow_up_as_of_not_in_future": _("This day is in the future."),
    "follow_up_missed_only_after_deadline": _("A pledge can't be missed before its last day is over."),
    "follow_up_verdict_has_evidence": _("A verdict needs at least one piece of evidence."),
    "follow_up_reviewer_is_not_author": _("Nobody approves what they wrote or handed in."),
    "follow_up_only_drafts_deleted": _("What is under review or approved can't be deleted."),
    "evidence_frozen": _("The evidence of what is submitted or approved does not change."),
    "evidence_keeps_follow_up": _("Evidence stays with its follow-up."),
    "stored_file_never_changes": _("A stored file never changes."),
    "change_log_is_append_only": _("What the log of changes says stays as it is."),
}


def reject(rule: str) -> str:
    """A PL/pgSQL statement that rejects the row with the error that a check constraint of this name would raise."""
    return f"""RAISE EXCEPTION 'the row violates "{rule}"'
        USING ERRCODE = 'check_violation', CONSTRAINT = '{rule}',
            DETAIL = coalesce(to_jsonb(NEW)->>'ref', to_jsonb(NEW)->>'slug', '');"""


class RejectChange(pgtrigger.Trigger):
    """A column can't be changed once it is written."""

    when = pgtrigger.Before
    operation = pgtrigger.Update

    def __init__(self, column: str, rule: str) -> None:
        super().__init__(name=f"reject_new_{column}", condition=pgtrigger.AnyChange(column), func=reject(rule))


class RejectAnyChange(pgtrigger.Trigger):
    """A row can't be updated."""

    name = "reject_any_change"
    when = pgtrigger.Before
    operation = pgtrigger.Update

    def __init__(self, rule: str) -> None:
        super().__init__(func=reject(rule))


class RejectCycle(pgtrigger.Trigger):
    """Following a foreign key to the same table must never lead back to the row.

    Deferrable, and the trigger reads the rows when it fires, so that one transaction can reverse a link.
    """

    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update
    timing = pgtrigger.Immediate

    def __init__(self, table: str, column: str, rule: str) -> None:
        super().__init__(
            name=f"reject_cycle_of_{column}",
            condition=pgtrigger.Condition(f"NEW.{column} IS NOT NULL"),
            # The lock: two concurrent transactions could close a cycle that neither of them sees.
            func=f"""
            PERFORM pg_advisory_xact_lock(hashtext('{table}.{column}'));
            IF EXISTS (
                WITH RECURSIVE above AS (
                    SELECT {column} AS id FROM {table} WHERE id = NEW.id
                    UNION
                    SELECT linked.{column} FROM {table} linked JOIN above ON linked.id = above.id
                )
                SELECT FROM above WHERE id = NEW.id
            ) THEN
                {reject(rule)}
            END IF;
            RETURN NULL;
            """,
        )
