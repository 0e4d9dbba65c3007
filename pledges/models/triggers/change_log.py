"""Triggers that write the change log, so that no channel can bypass it.

A transaction that changes something public creates one revision. Its number is assigned at the commit, under a lock
that is held until the rows are visible, so that revisions become visible in the order of their numbers.
"""

import pgtrigger

from pledges.models.pledge_columns import PRIVATE
from pledges.models.triggers.rejection import reject

# Columns of other tables that are not public, or only derived: a change of these alone is not logged.
PRIVATE_COLUMNS_OF_OTHERS = "ARRAY['date_earliest', 'edited_fields', 'text']"

REVISION = [("revision", "TEXT")]
# The setting is local to the transaction: a rollback to a savepoint undoes it together with the row.
BEGIN_REVISION = """
    IF coalesce(current_setting('duixian.revision', true), '') = '' THEN
        INSERT INTO pledges_revision DEFAULT VALUES
            RETURNING set_config('duixian.revision', id::text, true) INTO revision;
    END IF;
"""
OWN_REVISION = "current_setting('duixian.revision')::bigint"


def _log(entries: str) -> str:
    """Upsert entries. A pledge has one per revision, with its state before the first change and after the last one."""
    return f"""
        INSERT INTO pledges_change
            (revision_id, ref, previous_status, status, previous_district_id, district_id) {entries}
        ON CONFLICT (revision_id, ref) DO UPDATE SET status = EXCLUDED.status, district_id = EXCLUDED.district_id;
    """


def _log_changed(pledges: str) -> str:
    """Log that published pledges changed because a row embedded in them changed."""
    return _log(
        f"""
        SELECT {OWN_REVISION}, pledge.ref, pledge.status, pledge.status, pledge.district_id, pledge.district_id
        FROM pledges_pledge pledge WHERE pledge.state = 'published' AND {pledges}
        """
    )


def _pledges_with_evidence_from(statements: str) -> str:
    """Return a query for pledges whose evidence refers to these statements: only public statements are shown there."""
    return f"""
        SELECT follow_up.pledge_id FROM pledges_evidence evidence
        JOIN pledges_followup follow_up ON follow_up.id = evidence.follow_up_id AND follow_up.state = 'approved'
        WHERE evidence.statement_id IN ({statements})
    """


class LogNewPledges(pgtrigger.Trigger):
    """Log new pledges. It fires once per SQL statement, because a load can insert a million rows."""

    name = "log_new"
    level = pgtrigger.Statement
    when = pgtrigger.After
    operation = pgtrigger.Insert
    referencing = pgtrigger.Referencing(new="new_rows")  # type: ignore[no-untyped-call]
    declare = REVISION

    def __init__(self) -> None:
        new = "FROM new_rows WHERE state = 'published'"
        shown_with = f"SELECT supersedes_id {new} UNION {_pledges_with_evidence_from(f'SELECT statement_id {new}')}"
        super().__init__(
            func=f"""
            IF EXISTS (SELECT {new}) THEN
                {BEGIN_REVISION}
                {_log(f"SELECT {OWN_REVISION}, ref, NULL, status, NULL, district_id {new}")}
                {_log_changed(f"pledge.id IN ({shown_with})")}
            END IF;
            RETURN NULL;
            """
        )


class LogChangedPledge(pgtrigger.Trigger):
    """Log the change or deletion of a pledge that was public, or becomes public."""

    when = pgtrigger.After
    declare = [*REVISION, ("before", "TEXT"), ("place_before", "BIGINT"), ("after", "TEXT")]

    def __init__(self, operation: pgtrigger.Operation) -> None:
        is_update = operation == pgtrigger.Update
        shown_with = f"""
            SELECT unnest(ARRAY[OLD.supersedes_id, NEW.supersedes_id])
            UNION SELECT later.id FROM pledges_pledge later WHERE later.supersedes_id = OLD.id
            UNION {_pledges_with_evidence_from("OLD.statement_id, NEW.statement_id")}
        """
        super().__init__(
            name="log_change" if is_update else "log_deletion",
            operation=operation,
            condition=pgtrigger.AnyChange(exclude=[*PRIVATE, "search_text"]) if is_update else None,
            func=f"""
            IF OLD.state = 'published' THEN
                before := OLD.status;
                place_before := OLD.district_id;
            END IF;
            after := CASE WHEN NEW.state = 'published' THEN NEW.status END;
            IF before IS NULL AND after IS NULL THEN
                RETURN NULL;
            END IF;
            {BEGIN_REVISION}
            {
                _log(
                    f"VALUES ({OWN_REVISION}, OLD.ref, before, after, place_before,"
                    " coalesce(NEW.district_id, OLD.district_id))"
                )
            }
            IF after IS NULL THEN  -- it was public only within this transaction
                DELETE FROM pledges_change
                WHERE revision_id = {OWN_REVISION} AND ref = OLD.ref AND previous_status IS NULL;
            END IF;
            IF before IS NULL OR after IS NULL
                OR (OLD.supersedes_id, OLD.statement_id) IS DISTINCT FROM (NEW.supersedes_id, NEW.statement_id) THEN
                {_log_changed(f"pledge.id IN ({shown_with})")}
            END IF;
            RETURN NULL;
            """,
        )


class LogDependents(pgtrigger.Trigger):
    """Log a change for each published pledge that shows this row. `pledges` is an SQL condition for these pledges."""

    name = "log_change"
    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    declare = REVISION

    def __init__(self, pledges: str) -> None:
        super().__init__(
            func=f"""
            IF TG_OP = 'UPDATE'
                AND to_jsonb(NEW) - {PRIVATE_COLUMNS_OF_OTHERS} = to_jsonb(OLD) - {PRIVATE_COLUMNS_OF_OTHERS} THEN
                RETURN NULL;
            END IF;
            {BEGIN_REVISION}
            IF TG_OP = 'UPDATE' THEN  -- nothing refers to a row that is inserted or deleted
                {_log_changed(pledges)}
            END IF;
            RETURN NULL;
            """
        )


class LogApprovedFollowUp(pgtrigger.Trigger):
    """Log a change of the pledge when a follow-up becomes public, even if the status of the pledge stays the same."""

    name = "log_approval"
    when = pgtrigger.After
    operation = pgtrigger.Update
    condition = pgtrigger.Condition("NEW.state = 'approved' AND OLD.state <> 'approved'")
    declare = REVISION
    func = f"{BEGIN_REVISION} {_log_changed('pledge.id = NEW.pledge_id')} RETURN NULL;"


class DeferNumbering(pgtrigger.Trigger):
    """Defer numbering until all other deferred triggers have run, because these may wait for other transactions."""

    name = "defer_numbering"
    when = pgtrigger.After
    operation = pgtrigger.Insert
    timing = pgtrigger.Deferred
    condition = pgtrigger.Condition("NEW.number IS NULL")
    func = "UPDATE pledges_revision SET id = id WHERE id = NEW.id; RETURN NULL;"


class AssignNumber(pgtrigger.Trigger):
    """Assign the number under a lock that is held until the transaction is visible, so that numbers appear in order."""

    name = "assign_number"
    when = pgtrigger.After
    operation = pgtrigger.Update
    timing = pgtrigger.Deferred
    condition = pgtrigger.Condition("NEW.number IS NULL")
    func = """
        PERFORM pg_advisory_xact_lock(hashtext('pledges_revision.number'));
        UPDATE pledges_revision
            SET number = nextval(pg_get_serial_sequence('pledges_revision', 'id')), at = clock_timestamp()
            WHERE id = NEW.id AND number IS NULL;
        RETURN NULL;
    """


class RejectRewriting(pgtrigger.Trigger):
    """Reject changes of the log, except for a transaction's own revision."""

    name = "reject_rewriting"
    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete

    def __init__(self, revision: str) -> None:
        super().__init__(
            condition=pgtrigger.Condition(
                f"OLD.{revision}::text IS DISTINCT FROM current_setting('duixian.revision', true)"
            ),
            func=reject("change_log_is_append_only"),
        )
