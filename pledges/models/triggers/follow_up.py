"""What holds of follow-ups and their evidence by every door, and how they become a pledge's status."""

import pgtrigger

from pledges.models.choices import VERDICTS
from pledges.models.triggers.rejection import reject

DAY_OF = "({} AT TIME ZONE 'Asia/Shanghai')::date"
TODAY = DAY_OF.format("now()")
VERDICT_LIST = ", ".join(f"'{status}'" for status in sorted(VERDICTS))
CONTENT = ("status", "actual", "unit_id", "as_of", "summary", "reason")
# The newest approved follow-up of a pledge; approvals of one pledge wait for each other, so no two are equally new.
NEWEST = """
    SELECT * {into} FROM pledges_followup WHERE pledge_id = {pledge} AND state = 'approved'
    ORDER BY reviewed_at DESC LIMIT 1
"""


def _changed(*columns: str) -> str:
    return " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)


class EnforceReviewWorkflow(pgtrigger.Trigger):
    """The way of a follow-up from draft to approval, and what must hold on it.

    A draft is submitted; a submitted one is approved or returned; a returned one is submitted again. It can be
    changed while it is a draft or returned, and never after approval.
    """

    name = "guard"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    declare = [("promised", "RECORD"), ("own", "RECORD"), ("step", "TEXT"), ("newest", "RECORD")]
    func = f"""
        IF TG_OP = 'INSERT' THEN
            IF NEW.state <> 'draft' THEN
                {reject("follow_up_begins_as_draft")}
            END IF;
            NEW.version := 1;
            NEW.approved_alone := false;
            NEW.supersedes_id := NULL;
            NEW.submitted_at := NULL;
            NEW.reviewed_at := NULL;
        ELSE
            IF OLD.state = 'approved' THEN
                {reject("follow_up_approved_is_final")}
            END IF;
            IF {_changed("pledge_id", "author_id")} THEN
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
                    {reject("follow_up_goes_through_review")}
                END IF;
            END IF;
            IF OLD.state = 'submitted' AND ({_changed(*CONTENT, "submitter_id")}) THEN
                {reject("follow_up_under_review")}
            END IF;
            NEW.version := OLD.version + 1;
            NEW.approved_alone := OLD.approved_alone;
            NEW.supersedes_id := OLD.supersedes_id;
            NEW.submitted_at := OLD.submitted_at;
            NEW.reviewed_at := OLD.reviewed_at;
        END IF;
        NEW.updated_at := clock_timestamp();

        IF step IN ('submitted', 'approved') THEN
            -- Locked before the pledge is read and before the clock is: what it is judged by can't change meanwhile,
            -- and the order of approvals is the order in which they take effect.
            PERFORM FROM pledges_pledge WHERE id = NEW.pledge_id FOR NO KEY UPDATE;
        END IF;
        -- Returning does not ask: what no longer fits its pledge, which was changed meanwhile, goes back to its author.
        IF TG_OP = 'INSERT' OR step IN ('submitted', 'approved') OR {_changed(*CONTENT)} THEN
            SELECT pledge.measure, unit.dimension_id, unit.factor, document.date_earliest AS said_earliest,
                    coalesce(pledge.deadline, make_date(pledge.year, 12, 31)) AS last_day
                INTO promised
                FROM pledges_pledge pledge
                JOIN pledges_unit unit ON unit.symbol = pledge.unit_id
                JOIN pledges_statement statement ON statement.id = pledge.statement_id
                JOIN pledges_document document ON document.id = statement.document_id
                WHERE pledge.id = NEW.pledge_id;
            SELECT dimension_id, factor INTO own FROM pledges_unit WHERE symbol = NEW.unit_id;
            IF own.dimension_id <> promised.dimension_id THEN
                {reject("follow_up_unit_fits_pledge")}
            END IF;
            IF promised.measure IN ('total', 'level', 'share', 'rank') AND NEW.actual < 0
                OR promised.measure = 'share' AND NEW.actual * own.factor > 100 * promised.factor
                OR promised.measure = 'rank' AND (NEW.actual < 1 OR NEW.actual <> trunc(NEW.actual)) THEN
                {reject("follow_up_actual_is_possible")}
            END IF;
            IF NEW.as_of > {TODAY} THEN
                {reject("follow_up_as_of_not_in_future")}
            END IF;
            IF NEW.as_of < promised.said_earliest THEN
                {reject("follow_up_as_of_not_before_statement")}
            END IF;
            IF NEW.status = 'missed' AND {TODAY} <= promised.last_day THEN
                {reject("follow_up_missed_only_after_deadline")}
            END IF;
            IF NEW.status = 'missed' AND NEW.as_of < promised.last_day THEN
                {reject("follow_up_missed_as_of_last_day")}
            END IF;
        END IF;

        IF step IN ('submitted', 'approved') AND NEW.status IN ({VERDICT_LIST})
            AND NOT EXISTS (SELECT FROM pledges_evidence WHERE follow_up_id = NEW.id) THEN
            {reject("follow_up_verdict_has_evidence")}
        END IF;
        IF step = 'submitted' THEN
            NEW.submitter_id := coalesce(NEW.submitter_id, NEW.author_id);
            NEW.submitted_at := clock_timestamp();
            NEW.reviewed_at := NULL;
        ELSIF step = 'returned' THEN
            NEW.reviewed_at := clock_timestamp();
        ELSIF step = 'approved' THEN
            NEW.approved_alone := coalesce(NEW.reviewer_id IN (NEW.author_id, NEW.submitter_id), false);
            IF NEW.approved_alone AND current_setting('duixian.one_person_desk', true) IS DISTINCT FROM 'on' THEN
                {reject("follow_up_reviewer_is_not_author")}
            END IF;
            {NEWEST.format(pledge="NEW.pledge_id", into="INTO newest")};
            NEW.supersedes_id := newest.id;
            -- Later than the last one, even if the server's clock was set back.
            NEW.reviewed_at := greatest(clock_timestamp(), newest.reviewed_at + interval '1 microsecond');
        END IF;
        RETURN NEW;
    """


class ApplyVerdict(pgtrigger.Trigger):
    """An approval becomes the status of the pledge."""

    name = "apply_verdict"
    when = pgtrigger.After
    operation = pgtrigger.Update
    condition = pgtrigger.Condition("NEW.state = 'approved' AND OLD.state <> 'approved'")
    # One statement can approve several of a pledge: all of them are approved by the time this fires for the first.
    func = f"""
        UPDATE pledges_pledge SET
            status = newest.status,
            status_since = newest.as_of,
            last_checked_on = {DAY_OF.format("newest.reviewed_at")}
        FROM ({NEWEST.format(pledge="NEW.pledge_id", into="")}) newest
        WHERE pledges_pledge.id = newest.pledge_id;
        RETURN NULL;
    """


class RejectDeletion(pgtrigger.Trigger):
    """What is public or under review stays."""

    name = "reject_deletion"
    when = pgtrigger.Before
    operation = pgtrigger.Delete
    condition = pgtrigger.Condition("OLD.state IN ('submitted', 'approved')")
    func = reject("follow_up_only_drafts_deleted")


class ProtectStatus(pgtrigger.Trigger):
    """A pledge's status and its days are those of its newest approved follow-up, and come from nowhere else."""

    when = pgtrigger.Before

    def __init__(self, operation: pgtrigger.Operation) -> None:
        if operation == pgtrigger.Insert:
            super().__init__(
                name="begin_unchecked",
                operation=operation,
                condition=pgtrigger.Condition(
                    "NEW.status <> 'unchecked' OR NEW.status_since IS NOT NULL OR NEW.last_checked_on IS NOT NULL"
                ),
                func=reject("pledge_status_from_follow_up"),
            )
            return
        super().__init__(
            name="status_from_follow_ups",
            operation=operation,
            condition=pgtrigger.AnyChange("status", "status_since", "last_checked_on"),
            declare=[("newest", "RECORD")],
            func=f"""
                {NEWEST.format(pledge="NEW.id", into="INTO newest")};
                IF (NEW.status, NEW.status_since, NEW.last_checked_on) IS DISTINCT FROM (
                    coalesce(newest.status, 'unchecked'),
                    newest.as_of,
                    {DAY_OF.format("newest.reviewed_at")}
                ) THEN
                    {reject("pledge_status_from_follow_up")}
                END IF;
                RETURN NEW;
            """,
        )


class CheckFollowUpUnits(pgtrigger.Trigger):
    """A target that was judged can't be changed so that the assessment no longer fits it."""

    name = "fit_follow_ups"
    when = pgtrigger.Before
    operation = pgtrigger.Update
    condition = pgtrigger.AnyChange("deadline", "year", "unit_id")
    declare = [("last_day", "DATE")]
    func = f"""
        last_day := coalesce(NEW.deadline, make_date(NEW.year, 12, 31));
        IF NEW.status = 'missed' AND ({TODAY} <= last_day OR NEW.status_since < last_day) THEN
            {reject("follow_up_missed_only_after_deadline")}
        END IF;
        IF EXISTS (
            SELECT FROM pledges_followup follow_up JOIN pledges_unit own ON own.symbol = follow_up.unit_id
            WHERE follow_up.pledge_id = NEW.id
                AND own.dimension_id <> (SELECT dimension_id FROM pledges_unit WHERE symbol = NEW.unit_id)
        ) THEN
            {reject("follow_up_unit_fits_pledge")}
        END IF;
        RETURN NEW;
    """


class CheckUnitDimension(pgtrigger.Trigger):
    """A unit can't be moved to another dimension under the figures that were given in it."""

    name = "fit_follow_ups"
    when = pgtrigger.After  # so that one statement can move all units of a dimension
    operation = pgtrigger.Update
    condition = pgtrigger.AnyChange("dimension_id")
    func = f"""
        IF EXISTS (
            SELECT FROM pledges_followup follow_up
            JOIN pledges_pledge pledge ON pledge.id = follow_up.pledge_id
            JOIN pledges_unit own ON own.symbol = follow_up.unit_id
            JOIN pledges_unit promised ON promised.symbol = pledge.unit_id
            WHERE NEW.symbol IN (own.symbol, promised.symbol) AND own.dimension_id <> promised.dimension_id
        ) THEN
            {reject("follow_up_unit_fits_pledge")}
        END IF;
        RETURN NULL;
    """


class FreezeEvidence(pgtrigger.Trigger):
    """Evidence changes with its follow-up only. The lock: a follow-up can't be submitted while its proof goes."""

    name = "freeze"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    declare = [("parent_state", "TEXT")]
    func = f"""
        SELECT state INTO parent_state FROM pledges_followup
            WHERE id = coalesce(OLD.follow_up_id, NEW.follow_up_id) FOR NO KEY UPDATE;
        IF parent_state IN ('submitted', 'approved') THEN
            {reject("evidence_frozen")}
        END IF;
        IF TG_OP = 'UPDATE' AND NEW.follow_up_id <> OLD.follow_up_id THEN
            {reject("evidence_keeps_follow_up")}
        END IF;
        RETURN coalesce(NEW, OLD);
    """


class RaiseVersion(pgtrigger.Trigger):
    """Who has seen a follow-up with other evidence has seen another version of it."""

    name = "raise_version"
    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    func = """
        UPDATE pledges_followup SET version = version + 1 WHERE id = coalesce(NEW.follow_up_id, OLD.follow_up_id);
        RETURN NULL;
    """


class DropUnusedFile(pgtrigger.Trigger):
    name = "drop_unused_file"
    when = pgtrigger.After
    operation = pgtrigger.Update | pgtrigger.Delete
    condition = pgtrigger.Condition("OLD.file_id IS NOT NULL")
    func = """
        DELETE FROM pledges_storedfile
        WHERE sha256 = OLD.file_id AND NOT EXISTS (SELECT FROM pledges_evidence WHERE file_id = OLD.file_id);
        RETURN NULL;
    """
