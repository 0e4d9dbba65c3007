"""What no constraint can reach because it spans tables; it holds by whichever door a row comes in."""

import pgtrigger
from django.utils.translation import gettext_lazy as _

# What a seed says of a pledge, and so what an editor can correct afterwards.
SEEDED_COLUMNS = (
    "statement_id",
    "district_id",
    "metric_id",
    "unit_id",
    "label",
    "quote",
    "year",
    "deadline",
    "value",
    "value_max",
    "bound",
    "measure",
    "baseline",
    "strength",
    "tier",
    "success_criterion",
    "supersedes_id",
    "note",
    "state",
)

MESSAGES = {
    "district_not_its_own_ancestor": _("A district can't belong to itself or to one below it."),
    "pledge_ref_is_permanent": _("The reference can't be changed."),
    "slug_is_permanent": _("The slug is part of URLs and can't be changed."),
    "pledge_unit_known": _("Unknown unit."),
    "pledge_deadline_not_before_statement": _("The deadline is before the day of the statement."),
    "pledge_not_its_own_successor": _("A pledge can't supersede itself, directly or through others."),
    "pledge_status_from_follow_up": _(
        "The status follows from the approved follow-up with the latest as-of day and can't be set directly."
    ),
    "follow_up_begins_as_draft": _("A new follow-up must be a draft."),
    "follow_up_approved_is_final": _("An approved follow-up can't be edited. Correct it with another one."),
    "follow_up_keeps_pledge_and_author": _("The pledge and the author of a follow-up can't be changed."),
    "follow_up_goes_through_review": _(
        "Only drafts and returned follow-ups can be submitted, only submitted ones approved or returned."
    ),
    "follow_up_under_review": _("A follow-up under review can't be changed. Return it first."),
    "follow_up_unit_fits_pledge": _("The unit must measure the same thing as the pledge's unit."),
    "follow_up_actual_is_possible": _(
        "A rank is a whole number from 1, a share is at most 100; only growth rates and increases can be negative."
    ),
    "follow_up_as_of_not_before_statement": _("This day is before the day of the statement."),
    "follow_up_missed_as_of_last_day": _("To mark a pledge as missed, “as of” must be its last day or later."),
    "follow_up_as_of_not_in_future": _("This day is in the future."),
    "follow_up_missed_only_after_deadline": _(
        "A pledge can be marked as missed only after its deadline or, without one, its plan year has passed."
    ),
    "follow_up_verdict_has_evidence": _("Add at least one piece of evidence: a verdict needs it."),
    "follow_up_reviewer_is_not_author": _("You can't approve a follow-up that you wrote or submitted."),
    "follow_up_only_drafts_deleted": _("Submitted or approved follow-ups can't be deleted."),
    "evidence_frozen": _("Evidence of a submitted or approved follow-up can't be changed."),
    "evidence_keeps_follow_up": _("Evidence can't be moved to another follow-up."),
    "stored_file_never_changes": _("A stored file never changes."),
    "log_of_changes_only_grows": _("The change log is append-only."),
}


# The columns that nobody outside sees, so that their change is no change of a pledge.
UNSEEN_OF_PLEDGES = ["edited_fields", "loaded_from", "assignee_id"]
UNSEEN = f"ARRAY{UNSEEN_OF_PLEDGES}"


def refuse(rule: str) -> str:
    """The PL/pgSQL statement that refuses a row as a check constraint of that name would."""
    return f"""RAISE EXCEPTION 'the row violates "{rule}"'
        USING ERRCODE = 'check_violation', CONSTRAINT = '{rule}',
            DETAIL = coalesce(to_jsonb(NEW)->>'ref', to_jsonb(NEW)->>'slug', '');"""


class RefuseChange(pgtrigger.Trigger):
    """A column that is written once."""

    when = pgtrigger.Before
    operation = pgtrigger.Update

    def __init__(self, column: str, rule: str) -> None:
        super().__init__(name=f"refuse_new_{column}", condition=pgtrigger.AnyChange(column), func=refuse(rule))


class RefuseAnyChange(pgtrigger.Trigger):
    name = "refuse_any_change"
    when = pgtrigger.Before
    operation = pgtrigger.Update

    def __init__(self, rule: str) -> None:
        super().__init__(func=refuse(rule))


class DerivePledge(pgtrigger.Trigger):
    """Fill in all that follows from other tables."""

    name = "derive"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    declare = [
        ("unit_factor", "NUMERIC"),
        ("measured", "TEXT"),
        ("speaker", "TEXT"),
        ("place", "TEXT"),
    ]
    func = f"""
        SELECT factor INTO unit_factor FROM pledges_unit WHERE symbol = NEW.unit_id;
        SELECT name INTO measured FROM pledges_metric WHERE id = NEW.metric_id;
        SELECT official.name INTO speaker
            FROM pledges_statement statement JOIN pledges_official official ON official.id = statement.official_id
            WHERE statement.id = NEW.statement_id;
        SELECT name || E'\\x1f' || array_to_string(aliases, E'\\x1f') INTO place
            FROM pledges_district WHERE id = NEW.district_id;

        IF unit_factor IS NULL THEN
            {refuse("pledge_unit_known")}
        END IF;
        NEW.amount := round(NEW.value * unit_factor, 6);
        NEW.amount_max := round(NEW.value_max * unit_factor, 6);
        NEW.search_text := pledges_fold(
            concat_ws(E'\\x1f', NEW.quote, NEW.label, measured, speaker, place));
        IF TG_OP = 'INSERT' OR (to_jsonb(NEW) - {UNSEEN}) <> (to_jsonb(OLD) - {UNSEEN}) THEN
            NEW.updated_at := clock_timestamp();
        END IF;
        RETURN NEW;
    """


class RefuseEarlyDeadline(pgtrigger.Trigger):
    """Deferrable, so that one transaction can move the date of a page and the deadlines on it.

    It looks at the row as it is when the trigger fires, not at NEW, which may be outdated by then.
    """

    name = "refuse_early_deadline"
    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update
    timing = pgtrigger.Immediate
    condition = pgtrigger.Condition("NEW.deadline IS NOT NULL")
    func = f"""
        IF EXISTS (
            SELECT FROM pledges_pledge pledge
            JOIN pledges_statement statement ON statement.id = pledge.statement_id
            JOIN pledges_document document ON document.id = statement.document_id
            WHERE pledge.id = NEW.id AND pledge.deadline < document.date_earliest
        ) THEN
            {refuse("pledge_deadline_not_before_statement")}
        END IF;
        RETURN NULL;
    """


class MarkEdits(pgtrigger.Trigger):
    """Note which fields hold an editor's value, so that a later load does not overwrite them."""

    name = "mark_edits"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update

    def __init__(self, columns: tuple[str, ...]) -> None:
        every = ", ".join(f"'{column.removesuffix('_id')}'" for column in columns)
        changed = ", ".join(
            f"CASE WHEN NEW.{column} IS DISTINCT FROM OLD.{column} THEN '{column.removesuffix('_id')}' END"
            for column in columns
        )
        super().__init__(
            func=f"""
            IF current_setting('duixian.loading', true) = 'on' THEN
                RETURN NEW;
            END IF;
            IF TG_OP = 'INSERT' THEN
                NEW.edited_fields := ARRAY[{every}];
            ELSE
                NEW.edited_fields := ARRAY(
                    SELECT DISTINCT field FROM unnest(OLD.edited_fields || NEW.edited_fields || ARRAY[{changed}]) field
                    WHERE field IS NOT NULL ORDER BY field);
            END IF;
            RETURN NEW;
            """
        )


class MarkEditBelow(pgtrigger.Trigger):
    """An editor's change of a row is an edit of the rows that point at it, for what it says of them.

    A post that is reworded edits its statements; a statement given to another person edits its pledges.
    """

    when = pgtrigger.After
    operation = pgtrigger.Update

    def __init__(self, table: str, field: str, *, on_change_of: tuple[str, ...]) -> None:
        super().__init__(
            name=f"mark_{table}",
            condition=pgtrigger.AnyChange(*on_change_of),
            func=f"""
            IF current_setting('duixian.loading', true) IS DISTINCT FROM 'on' THEN
                UPDATE pledges_{table} SET edited_fields = array_append(edited_fields, '{field}')
                WHERE {field}_id = NEW.id AND NOT '{field}' = ANY(edited_fields);
            END IF;
            RETURN NULL;
            """,
        )


class DeriveAgain(pgtrigger.Trigger):
    """A change here reaches the pledges that were derived from it: each goes through `derive` again."""

    name = "derive_pledges_again"
    when = pgtrigger.After
    operation = pgtrigger.Update

    def __init__(self, pledges: str, *, on_change_of: tuple[str, ...]) -> None:
        super().__init__(
            condition=pgtrigger.AnyChange(*on_change_of),
            func=f"UPDATE pledges_pledge SET ref = ref WHERE {pledges}; RETURN NULL;",
        )


class RefuseCircle(pgtrigger.Trigger):
    """A row can't be reached from itself by the links of one column.

    Deferrable, and it looks at the rows as they are when it fires: one transaction can turn a link round.
    """

    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update
    timing = pgtrigger.Immediate

    def __init__(self, table: str, column: str, rule: str) -> None:
        super().__init__(
            name=f"refuse_circle_of_{column}",
            condition=pgtrigger.Condition(f"NEW.{column} IS NOT NULL"),
            # The lock: two moves at once could close a circle that neither of them sees.
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
                {refuse(rule)}
            END IF;
            RETURN NULL;
            """,
        )
