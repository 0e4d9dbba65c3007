"""Messages of the rules that only a trigger can enforce, and generic triggers that reject a change."""

import pgtrigger
from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "district_not_its_own_successor": _("A district can't be its own successor, directly or through others."),
    "district_not_its_own_ancestor": _("A district can't belong to itself or to one below it."),
    "body_not_its_own_ancestor": _("A body can't belong to itself or to one below it."),
    "unit_symbol_is_new": _("Another unit is this one, written otherwise."),
    "metric_names_are_unique": _("Another metric has one of these names."),
    "pledge_ref_is_permanent": _("The reference can't be changed."),
    "identifier_of_merged_row": _("A row with this slug was merged into another one, to which its URL leads."),
    "merged_rows_exist": _("A row that is to be merged is no longer in the record."),
    "merged_units_are_equal": _("Only units with the same dimension and factor can be merged."),
    "target_of_redirect_is_kept": _("The URL of a merged row leads to this one, so it can't be deleted."),
    "redirect_is_permanent": _("A redirect from a merged row can't be changed or deleted."),
    "slug_is_ascii": _("A slug may contain the letters A to Z, digits, hyphens and underscores only."),
    "official_slug_is_clean": _("A slug can't contain spaces, invisible characters, “/”, “?”, “#” or percent signs."),
    "body_slug_is_clean": _("A slug can't contain spaces, invisible characters, “/”, “?”, “#” or percent signs."),
    "slug_is_permanent": _("The slug is part of URLs and can't be changed."),
    "pledge_unit_known": _("Unknown unit."),
    "pledge_deadline_not_before_statement": _("The deadline is before the day of the statement."),
    "pledge_superseded_exists": _(
        "A superseded pledge must be in the record, and can't be deleted. Write references, separated by commas."
    ),
    "pledge_not_its_own_successor": _("A pledge can't supersede itself, directly or through others."),
    "pledge_responsible_body_exists": _(
        "A responsible body must be in the record, and can't be deleted while a pledge names it."
    ),
    "pledge_status_from_follow_up": _("The status follows from the approved follow-ups and can't be set directly."),
    "follow_up_begins_as_draft": _("A new follow-up must be a draft."),
    "follow_up_approved_is_final": _("An approved follow-up can't be edited. Correct it with another one."),
    "follow_up_keeps_pledge_and_author": _("The pledge and the author of a follow-up can't be changed."),
    "follow_up_transition_allowed": _(
        "Only drafts and returned follow-ups can be submitted, only submitted ones approved or returned."
    ),
    "follow_up_under_review": _("A follow-up under review can't be changed. Return it first."),
    "follow_up_unit_fits_pledge": _("The unit must measure the same thing as the pledge's unit."),
    "follow_up_actual_is_possible": _(
        "A rank is a whole number from 1, a share is at most 100; only growth, increases and levels can be negative."
    ),
    "follow_up_as_of_not_before_statement": _("This day is before the day of the statement."),
    "follow_up_missed_as_of_last_day": _("To mark a pledge as missed, “as of” must be its last day or later."),
    "follow_up_as_of_not_in_future": _("This day is in the future."),
    "follow_up_missed_only_after_deadline": _(
        "A pledge can be marked as missed only after its deadline or, without one, its plan year has passed."
    ),
    "follow_up_supersedes_approved": _("Only an approved follow-up of the same pledge can be corrected."),
    "follow_up_verdict_has_evidence": _("Add at least one piece of evidence: a verdict needs it."),
    "follow_up_reviewer_is_not_author": _("You can't approve a follow-up that you submitted or took part in writing."),
    "follow_up_of_unchanged_pledge": _(
        "The pledge was changed after this follow-up was submitted. Return it, so that it is submitted again."
    ),
    "follow_up_only_drafts_deleted": _("Submitted or approved follow-ups can't be deleted."),
    "judged_by_amendment_only": _(
        "A pledge with an approved follow-up follows from this. It can be changed by an amendment only."
    ),
    "judged_superseded_by_amendment_only": _(
        "A pledge that it supersedes has an approved follow-up. Save it as a draft; it is published by an amendment."
    ),
    "amendment_not_after_follow_ups": _(
        "The statement would be later than the “as of” day, or the evidence, of an approved follow-up. Correct that"
        " follow-up first."
    ),
    "amendment_begins_as_proposal": _("A new amendment must be a proposal."),
    "amendment_row_exists": _("The row that it changes does not exist."),
    "amendment_changes_something": _("The amendment changes nothing."),
    "amendment_is_final": _("An amendment can only be approved or rejected, once."),
    "amendment_is_current": _("The record has changed since the proposal. Reject it, and propose it again."),
    "amendment_reviewer_is_not_proposer": _("You can't approve an amendment that you proposed."),
    "fiscal_year_of_judged_is_kept": _(
        "A pledge without a deadline has an approved follow-up, so the fiscal year can't be changed."
    ),
    "evidence_frozen": _("Evidence of a submitted or approved follow-up can't be changed."),
    "evidence_keeps_follow_up": _("Evidence can't be moved to another follow-up."),
    "stored_file_never_changes": _("A stored file never changes."),
    "change_log_is_append_only": _("The change log is append-only."),
    "public_change_at_read_committed": _(
        "A transaction that changes the public record must have the isolation level READ COMMITTED."
    ),
}


def reject(rule: str, *, hint: str = "") -> str:
    """Return a PL/pgSQL statement that rejects the row with the error of a check constraint of this name."""
    return f"""RAISE EXCEPTION 'the row violates "{rule}"'
        USING ERRCODE = 'check_violation', CONSTRAINT = '{rule}',
            DETAIL = coalesce(to_jsonb(NEW)->>'ref', to_jsonb(NEW)->>'slug', ''){hint and f", HINT = '{hint}'"};"""


class RejectChange(pgtrigger.Trigger):
    """Reject every change of one column."""

    when = pgtrigger.Before
    operation = pgtrigger.Update

    def __init__(self, column: str, rule: str) -> None:
        super().__init__(name=f"reject_new_{column}", condition=pgtrigger.AnyChange(column), func=reject(rule))


class RejectNewSlug(pgtrigger.Trigger):
    """Reject a new row whose slug does not match. Slugs are permanent, so older ones stay as they are."""

    name = "reject_new_row_by_slug"
    when = pgtrigger.Before
    operation = pgtrigger.Insert

    def __init__(self, *, unless: str, rule: str) -> None:
        super().__init__(condition=pgtrigger.Condition(f"NOT ({unless})"), func=reject(rule))


class RejectAnyChange(pgtrigger.Trigger):
    """Reject every update of a row."""

    name = "reject_any_change"
    when = pgtrigger.Before
    operation = pgtrigger.Update

    def __init__(self, rule: str) -> None:
        super().__init__(func=reject(rule))


class RejectSharedName(pgtrigger.Trigger):
    """Reject a row of which a name, or other name, is one of another row, so that each name means one row."""

    name = "reject_shared_name"
    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update

    def __init__(self, table: str, rule: str) -> None:
        super().__init__(
            # Without the lock, two concurrent transactions could take one name, which neither of them sees.
            func=f"""
            IF TG_OP = 'UPDATE' AND (NEW.name, NEW.aliases) = (OLD.name, OLD.aliases) THEN
                RETURN NULL;
            END IF;
            PERFORM pg_advisory_xact_lock(hashtext('{table}.name'));
            IF EXISTS (
                SELECT FROM {table} other WHERE other.id <> NEW.id
                    AND (other.name = ANY (NEW.aliases) OR other.aliases && (NEW.aliases || NEW.name::varchar))
            ) THEN
                {reject(rule)}
            END IF;
            RETURN NULL;
            """,
        )


# As `domain.units.fold_symbol`.
FOLDED_SYMBOL = "lower(replace(normalize({}, NFKC), ' ', ''))"


class RejectVariantOfSymbol(pgtrigger.Trigger):
    """Reject a new unit of which the symbol is that of another one, written otherwise: ％ beside %.

    A record may have such units from before.
    """

    name = "reject_variant_of_symbol"
    when = pgtrigger.After
    operation = pgtrigger.Insert

    def __init__(self) -> None:
        super().__init__(
            # Without the lock, two concurrent transactions could add two variants, which neither of them sees.
            func=f"""
            PERFORM pg_advisory_xact_lock(hashtext('pledges_unit.symbol'));
            IF EXISTS (
                SELECT FROM pledges_unit
                WHERE symbol <> NEW.symbol
                    AND {FOLDED_SYMBOL.format("symbol")} = {FOLDED_SYMBOL.format("NEW.symbol")}
            ) THEN
                {reject("unit_symbol_is_new")}
            END IF;
            RETURN NULL;
            """,
        )


class RejectCycle(pgtrigger.Trigger):
    """Reject a foreign key that leads back to its own row, directly or through other rows of the table.

    Deferrable, and the trigger reads the rows when it fires, so that one transaction can reverse a link.
    """

    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update
    timing = pgtrigger.Immediate

    def __init__(self, table: str, column: str, rule: str) -> None:
        super().__init__(
            name=f"reject_cycle_of_{column}",
            condition=pgtrigger.Condition(f"NEW.{column} IS NOT NULL"),
            # Without the lock, two concurrent transactions could close a cycle that neither of them sees.
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
