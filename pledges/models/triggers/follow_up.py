"""Triggers that enforce the review workflow for every writer, and copy the status of approved follow-ups to pledges."""

import pgtrigger

from pledges.models.pledge_columns import FROM_FOLLOW_UPS
from pledges.models.triggers.conditions import (
    FOLLOW_UPS_IN_OTHER_DIMENSION,
    TODAY,
    current_follow_up,
    day_of,
    is_missed_as_of_too_early,
    is_missed_too_early,
    lacks_evidence,
)
from pledges.models.triggers.judged_columns import districts_above, is_target_amended, judged_values
from pledges.models.triggers.redirect import is_redirected
from pledges.models.triggers.rejection import reject

CONTENT = (
    *("status", "actual", "actual_bound", "unit_id", "as_of"),
    *("summary", "reason", "supersedes_id", "confirmed_warnings"),
)
# Follow-ups and evidence refer to the new row after a merge, whatever their state; nothing else may change with it.
JUDGED_VALUES = f"""{judged_values("NEW.pledge_id")} || jsonb_build_object(
    'actual_unit', (SELECT to_jsonb(unit) FROM pledges_unit unit WHERE symbol = NEW.unit_id))"""
UNIT_IS_MERGED = f"""({is_redirected("unit", "OLD.unit_id", "NEW.unit_id")}
    AND to_jsonb(NEW) - 'unit_id' = to_jsonb(OLD) - 'unit_id')"""
STATEMENT_IS_MERGED = f"""({is_redirected("statement", "OLD.statement_id", "NEW.statement_id")}
    AND to_jsonb(NEW) - 'statement_id' = to_jsonb(OLD) - 'statement_id')"""


def _is_changed(*columns: str) -> str:
    return " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)


def _with_writer(writers: str) -> str:
    """Return SQL for an array of users with the one who is writing. Plain SQL has no user."""
    user = "(nullif(current_setting('pghistory.context_metadata', true), '')::jsonb ->> 'user')::integer"
    return f"ARRAY(SELECT DISTINCT writer FROM unnest({writers} || {user}) writer WHERE writer IS NOT NULL ORDER BY 1)"


class EnforceReviewWorkflow(pgtrigger.Trigger):
    """Allow only the steps from draft to approval, and check the rules of each step.

    A draft is submitted; a submitted one is approved or returned; a returned one is submitted again. Its content
    can change while it is a draft or returned, and never after approval.
    """

    name = "enforce_review_workflow"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    declare = [
        ("target", "RECORD"),
        ("said", "RECORD"),
        ("said_by", "RECORD"),
        ("target_unit", "RECORD"),
        ("actual_unit", "RECORD"),
        ("actual", "NUMERIC"),
        ("target_one", "NUMERIC"),
        ("step", "TEXT"),
        ("current", "RECORD"),
    ]
    func = f"""
        IF TG_OP = 'INSERT' THEN
            IF NEW.state <> 'draft' THEN
                {reject("follow_up_begins_as_draft")}
            END IF;
            NEW.version := 1;
            NEW.writers := {_with_writer("ARRAY[NEW.author_id]")};
            NEW.approved_alone := false;
            NEW.previous_status := NULL;
            NEW.resulting_status := NULL;
            NEW.judged_values := NULL;
            NEW.submitted_at := NULL;
            NEW.reviewed_at := NULL;
        ELSE
            IF {UNIT_IS_MERGED} THEN
                RETURN NEW;
            END IF;
            IF OLD.state = 'approved' THEN
                {reject("follow_up_approved_is_final")}
            END IF;
            IF {_is_changed("pledge_id", "author_id")} THEN
                {reject("follow_up_keeps_pledge_and_author")}
            END IF;
            IF NEW.state <> OLD.state THEN
                step := NEW.state;
                IF (OLD.state, step) NOT IN (
                    ('draft', 'submitted'),
                    ('submitted', 'approved'),
                    ('submitted', 'returned'),
                    ('returned', 'submitted')
                ) THEN
                    {reject("follow_up_transition_allowed")}
                END IF;
            END IF;
            IF OLD.state = 'submitted' AND ({_is_changed(*CONTENT, "submitter_id")}) THEN
                {reject("follow_up_under_review")}
            END IF;
            IF NEW IS NOT DISTINCT FROM OLD THEN
                RETURN NEW;  -- without a new version: nothing changes
            END IF;
            NEW.version := OLD.version + 1;
            -- Nobody is taken out. `IncrementVersion` adds those who change the evidence.
            NEW.writers := ARRAY(SELECT unnest(OLD.writers) UNION SELECT unnest(NEW.writers) ORDER BY 1);
            IF {_is_changed(*CONTENT)} THEN
                NEW.writers := {_with_writer("NEW.writers")};
            END IF;
            NEW.approved_alone := OLD.approved_alone;
            NEW.previous_status := OLD.previous_status;
            NEW.resulting_status := OLD.resulting_status;
            NEW.judged_values := OLD.judged_values;
            NEW.submitted_at := OLD.submitted_at;
            NEW.reviewed_at := OLD.reviewed_at;
        END IF;
        NEW.updated_at := clock_timestamp();

        IF step IN ('submitted', 'approved') THEN
            -- Lock the pledge before reading it and before reading the clock: its target can't change during the
            -- checks, and approvals get times in the order in which they take effect.
            PERFORM FROM pledges_pledge WHERE id = NEW.pledge_id FOR NO KEY UPDATE;
        END IF;
        -- Not when it is returned: a follow-up that no longer fits its changed pledge must get back to its author.
        IF TG_OP = 'INSERT' OR step IN ('submitted', 'approved') OR {_is_changed(*CONTENT)} THEN
            SELECT pledge.measure, pledge.unit_id, pledge.metric_id, pledge.district_id, pledge.statement_id,
                    pledge.last_day, pledge.compared_with_id, pledge.compared_with_district_id,
                    document.date_earliest AS said_earliest
                INTO target
                FROM pledges_pledge pledge
                JOIN pledges_statement statement ON statement.id = pledge.statement_id
                JOIN pledges_document document ON document.id = statement.document_id
                WHERE pledge.id = NEW.pledge_id;
            SELECT * INTO target_unit FROM pledges_unit WHERE symbol = target.unit_id;
            SELECT * INTO actual_unit FROM pledges_unit WHERE symbol = NEW.unit_id;
            IF actual_unit.dimension_id <> target_unit.dimension_id THEN
                {reject("follow_up_unit_fits_pledge")}
            END IF;
            -- The actual figure, and 1 in the unit of the target, both in the same unit: exact, without a division.
            actual := NEW.actual * actual_unit.numerator * target_unit.denominator;
            target_one := target_unit.numerator * actual_unit.denominator;
            IF target.measure IN ('total', 'share', 'rank') AND actual < 0 AND target.compared_with_id IS NULL
                OR target.measure = 'share' AND actual > 100 * target_one AND target.compared_with_id IS NULL
                OR target.measure = 'rank' AND actual < target_one
                OR target.measure = 'rank' AND mod(actual, target_one) <> 0 THEN
                {reject("follow_up_actual_is_possible")}
            END IF;
            IF NEW.as_of > {TODAY} THEN
                {reject("follow_up_as_of_not_in_future")}
            END IF;
            IF NEW.as_of < target.said_earliest THEN
                {reject("follow_up_as_of_not_before_statement")}
            END IF;
            IF {is_missed_too_early("NEW.status", "target.last_day")} THEN
                {reject("follow_up_missed_only_after_deadline")}
            END IF;
            IF {is_missed_as_of_too_early("NEW.status", "NEW.as_of", "target.last_day")} THEN
                {reject("follow_up_missed_as_of_last_day")}
            END IF;
            IF NEW.supersedes_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM pledges_followup
                WHERE id = NEW.supersedes_id AND pledge_id = NEW.pledge_id AND state = 'approved'
            ) THEN
                {reject("follow_up_supersedes_approved")}
            END IF;
        END IF;

        -- Only Python checks that a status other than the suggested one has a reason. The suggestion follows from the
        -- assessment rules, which may be refined; a row that was valid when it was written has to stay valid.
        IF step IN ('submitted', 'approved') AND {lacks_evidence("NEW")} THEN
            {reject("follow_up_verdict_has_evidence")}
        END IF;
        IF step = 'submitted' THEN
            NEW.submitter_id := coalesce(NEW.submitter_id, NEW.author_id);
            NEW.submitted_at := clock_timestamp();
            NEW.reviewed_at := NULL;
            NEW.judged_values := {JUDGED_VALUES};
        ELSIF step = 'returned' THEN
            NEW.reviewed_at := clock_timestamp();
            NEW.judged_values := NULL;
        ELSIF step = 'approved' THEN
            -- Until the commit, what is judged stays as it is (`ProtectJudged`).
            PERFORM FROM pledges_unit WHERE symbol IN (target.unit_id, NEW.unit_id) FOR KEY SHARE;
            PERFORM FROM pledges_dimension WHERE id = target_unit.dimension_id FOR KEY SHARE;
            PERFORM FROM pledges_metric WHERE id IN (target.metric_id, target.compared_with_id)
                ORDER BY id FOR KEY SHARE;
            PERFORM FROM pledges_statement WHERE id = target.statement_id FOR KEY SHARE;
            SELECT * INTO said FROM pledges_statement WHERE id = target.statement_id;
            PERFORM FROM pledges_document WHERE id = said.document_id FOR KEY SHARE;
            PERFORM FROM pledges_official WHERE id = said.official_id FOR KEY SHARE;
            PERFORM FROM pledges_post WHERE id = said.post_id FOR KEY SHARE;
            SELECT * INTO said_by FROM pledges_post WHERE id = said.post_id;
            PERFORM FROM pledges_body WHERE id IN (said.body_id, said_by.body_id) ORDER BY id FOR KEY SHARE;
            PERFORM FROM pledges_district WHERE id IN (
                {districts_above("target.district_id", "said_by.district_id", "target.compared_with_district_id")}
            ) ORDER BY id FOR KEY SHARE;
            NEW.judged_values := {JUDGED_VALUES};
            -- Otherwise somebody could change the pledge after the reviewer has read the follow-up.
            IF OLD.judged_values - 'state' <> NEW.judged_values - 'state' THEN
                {reject("follow_up_of_unchanged_pledge")}
            END IF;
            NEW.approved_alone := coalesce(NEW.reviewer_id = ANY(NEW.writers || NEW.submitter_id), false);
            IF NEW.approved_alone AND current_setting('duixian.one_person_desk', true) IS DISTINCT FROM 'on' THEN
                {reject("follow_up_reviewer_is_not_author")}
            END IF;
            -- Later than the previous approval, even if the server's clock was set back.
            NEW.reviewed_at := greatest(clock_timestamp(), (
                SELECT max(reviewed_at) + interval '1 microsecond' FROM pledges_followup
                WHERE pledge_id = NEW.pledge_id AND state = 'approved'
            ));
            -- Not read from the pledge: one statement can approve several of its follow-ups.
            {current_follow_up("NEW.pledge_id", into="INTO current")};
            NEW.previous_status := coalesce(current.status, 'unchecked');
            {current_follow_up("NEW.pledge_id", into="INTO current", corrected_by="NEW")};
            NEW.resulting_status := CASE WHEN current.as_of > NEW.as_of THEN current.status ELSE NEW.status END;
        END IF;
        RETURN NEW;
    """


class ApplyVerdict(pgtrigger.Trigger):
    """Copy the status of the follow-up that determines it to the pledge."""

    name = "apply_verdict"
    when = pgtrigger.After
    operation = pgtrigger.Update
    condition = pgtrigger.Condition("NEW.state = 'approved' AND OLD.state <> 'approved'")
    # One statement can approve several follow-ups of a pledge. All are approved when this fires for the first of them.
    func = f"""
        UPDATE pledges_pledge SET
            status = current.status,
            status_since = current.as_of,
            last_checked_on = {day_of("current.reviewed_at")},
            current_follow_up_id = current.id,
            on_earlier_target = {is_target_amended("current.pledge_id", "current")}
        FROM ({current_follow_up("NEW.pledge_id")}) current
        WHERE pledges_pledge.id = current.pledge_id;
        RETURN NULL;
    """


class RejectDeletion(pgtrigger.Trigger):
    """Reject the deletion of a follow-up that is under review or approved."""

    name = "reject_deletion"
    when = pgtrigger.Before
    operation = pgtrigger.Delete
    condition = pgtrigger.Condition("OLD.state IN ('submitted', 'approved')")
    func = reject("follow_up_only_drafts_deleted")


class ProtectStatus(pgtrigger.Trigger):
    """Reject a status, or dates of a status, other than those of the follow-up that determines it."""

    when = pgtrigger.Before

    def __init__(self, operation: pgtrigger.Operation) -> None:
        if operation == pgtrigger.Insert:
            super().__init__(
                name="protect_initial_status",
                operation=operation,
                condition=pgtrigger.Condition(
                    "NEW.status <> 'unchecked'"
                    " OR num_nonnulls(NEW.status_since, NEW.last_checked_on, NEW.current_follow_up_id) > 0"
                    " OR NEW.on_earlier_target"
                ),
                func=reject("pledge_status_from_follow_up"),
            )
            return
        super().__init__(
            name="protect_status",
            operation=operation,
            condition=pgtrigger.AnyChange(*FROM_FOLLOW_UPS),
            declare=[("current", "RECORD")],
            func=f"""
                {current_follow_up("NEW.id", into="INTO current")};
                IF (NEW.status, NEW.status_since, NEW.last_checked_on, NEW.current_follow_up_id) IS DISTINCT FROM (
                    coalesce(current.status, 'unchecked'),
                    current.as_of,
                    {day_of("current.reviewed_at")},
                    current.id
                ) OR NEW.on_earlier_target <> {is_target_amended("NEW.id", "current")} THEN
                    {reject("pledge_status_from_follow_up")}
                END IF;
                RETURN NEW;
            """,
        )


class ProtectOpenFollowUps(pgtrigger.Trigger):
    """Reject a change of a pledge's unit if figures that await review could then not be compared with its target."""

    name = "protect_open_follow_ups"
    when = pgtrigger.After  # so that the query finds the new values of the pledge
    operation = pgtrigger.Update
    condition = pgtrigger.AnyChange("unit_id")
    func = f"""
        IF EXISTS (SELECT FROM {FOLLOW_UPS_IN_OTHER_DIMENSION} WHERE pledge.id = NEW.id) THEN
            {reject("follow_up_unit_fits_pledge")}
        END IF;
        RETURN NULL;
    """


class ProtectDimension(pgtrigger.Trigger):
    """Reject moving a unit to another dimension if an actual figure could then not be compared with its target."""

    name = "protect_dimension"
    when = pgtrigger.After  # so that one statement can move all units of a dimension
    operation = pgtrigger.Update
    condition = pgtrigger.AnyChange("dimension_id")
    func = f"""
        IF EXISTS (
            SELECT FROM {FOLLOW_UPS_IN_OTHER_DIMENSION} WHERE NEW.symbol IN (actual_unit.symbol, target_unit.symbol)
        ) THEN
            {reject("follow_up_unit_fits_pledge")}
        END IF;
        RETURN NULL;
    """


class FreezeEvidence(pgtrigger.Trigger):
    """Reject changes of evidence while its follow-up is under review, and after approval.

    The follow-up is locked, so that it can't be submitted while its evidence is deleted.
    """

    name = "freeze_evidence"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    declare = [("parent_state", "TEXT")]
    func = f"""
        SELECT state INTO parent_state FROM pledges_followup
            WHERE id = coalesce(OLD.follow_up_id, NEW.follow_up_id) FOR NO KEY UPDATE;
        IF TG_OP = 'UPDATE' AND {STATEMENT_IS_MERGED} THEN
            RETURN NEW;
        END IF;
        IF parent_state IN ('submitted', 'approved') THEN
            {reject("evidence_frozen")}
        END IF;
        IF TG_OP = 'UPDATE' AND NEW.follow_up_id <> OLD.follow_up_id THEN
            {reject("evidence_keeps_follow_up")}
        END IF;
        RETURN coalesce(NEW, OLD);
    """


class IncrementVersion(pgtrigger.Trigger):
    """Increment the version of a follow-up when its evidence changes, and add the user to its writers."""

    name = "increment_version"
    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    func = f"""
        IF TG_OP = 'UPDATE' AND (NEW IS NOT DISTINCT FROM OLD OR {STATEMENT_IS_MERGED}) THEN
            RETURN NULL;
        END IF;
        UPDATE pledges_followup SET version = version + 1, writers = {_with_writer("writers")}
            WHERE id = coalesce(NEW.follow_up_id, OLD.follow_up_id);
        RETURN NULL;
    """


class DropUnusedFile(pgtrigger.Trigger):
    """Delete a stored file with the last evidence that refers to it."""

    name = "drop_unused_file"
    when = pgtrigger.After
    operation = pgtrigger.Update | pgtrigger.Delete
    condition = pgtrigger.Condition("OLD.file_id IS NOT NULL")
    func = """
        DELETE FROM pledges_storedfile
        WHERE sha256 = OLD.file_id AND NOT EXISTS (SELECT FROM pledges_evidence WHERE file_id = OLD.file_id);
        RETURN NULL;
    """
