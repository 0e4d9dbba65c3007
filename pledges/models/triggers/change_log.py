"""Triggers that write the change log, so that no channel can bypass it.

A transaction that changes something public creates one revision. Its number is assigned at the commit, under a lock
that is held until the rows are visible, so that revisions become visible in the order of their numbers.

Changes of a pledge itself are logged at once, because its row stays locked until the commit. Pledges that only show a
changed row are not locked, and others may publish, change or withdraw them meanwhile. So the row is noted in
`pledges_changedrow`, and these pledges are looked up at the commit, under the lock. If it turns out then that nothing
public was changed, the revision is deleted: every revision changes the ETags of all responses.
"""

import pgtrigger
from django.db import models

from pledges.models.pledge_columns import PRIVATE
from pledges.models.triggers.rejection import reject

# Columns of other tables that are not public, or only derived: a change of these alone is not logged.
PRIVATE_COLUMNS_OF_OTHERS = "ARRAY['date_earliest', 'edited_fields', 'search_text', 'text']"

REVISION = [("revision", "TEXT")]
# The setting is local to the transaction: a rollback to a savepoint undoes it together with the row.
# Other isolation levels read an old snapshot at the commit, which lacks pledges that were published meanwhile.
BEGIN_REVISION = f"""
    IF coalesce(current_setting('duixian.revision', true), '') = '' THEN
        IF current_setting('transaction_isolation') IN ('repeatable read', 'serializable') THEN
            {reject("public_change_at_read_committed", hint="SET TRANSACTION ISOLATION LEVEL READ COMMITTED")}
        END IF;
        INSERT INTO pledges_revision DEFAULT VALUES
            RETURNING set_config('duixian.revision', id::text, true) INTO revision;
    END IF;
"""
OWN_REVISION = "current_setting('duixian.revision')::bigint"

KEY = "changed.key::bigint"
# The pledges that show a changed row, by the way in which they show it: joins that follow `pledges_changedrow changed`.
SHOWN_AS = {
    "district": f"""
        JOIN pledges_pledge pledge ON pledge.district_id = {KEY} OR pledge.compared_with_district_id = {KEY}
    """,
    "statement": f"JOIN pledges_pledge pledge ON pledge.statement_id = {KEY}",
    "metric": f"JOIN pledges_pledge pledge ON pledge.metric_id = {KEY} OR pledge.compared_with_id = {KEY}",
    "unit": "JOIN pledges_pledge pledge ON pledge.unit_id = changed.key",
    **{
        name: f"""
            JOIN pledges_statement statement ON statement.{name}_id = {KEY}
            JOIN pledges_pledge pledge ON pledge.statement_id = statement.id
        """
        for name in ("document", "official", "post")
    },
    "body": f"""
        JOIN pledges_statement statement ON statement.body_id = {KEY}
            OR statement.post_id IN (SELECT id FROM pledges_post WHERE body_id = {KEY})
        JOIN pledges_pledge pledge ON pledge.statement_id = statement.id
    """,
    "responsible_body": f"""
        JOIN pledges_body body ON body.id = {KEY}
        JOIN pledges_pledge pledge ON pledge.responsible_bodies @> ARRAY[body.slug]
    """,
    "topic": f"""
        JOIN pledges_metric metric ON metric.topic_id = {KEY}
        JOIN pledges_pledge pledge ON pledge.metric_id = metric.id
    """,
    "dimension": f"""
        JOIN pledges_unit unit ON unit.dimension_id = {KEY}
        JOIN pledges_pledge pledge ON pledge.unit_id = unit.symbol
    """,
    "unit_of_actual": """
        JOIN pledges_followup follow_up ON follow_up.unit_id = changed.key AND follow_up.state = 'approved'
        JOIN pledges_pledge pledge ON pledge.id = follow_up.pledge_id
    """,
    # A statement that is evidence is shown only while it is public.
    "evidence": f"""
        JOIN pledges_evidence evidence ON evidence.statement_id = {KEY}
        JOIN pledges_followup follow_up ON follow_up.id = evidence.follow_up_id AND follow_up.state = 'approved'
        JOIN pledges_pledge pledge ON pledge.id = follow_up.pledge_id
    """,
    "superseded": f"""
        JOIN pledges_pledge earlier ON earlier.id = {KEY}
        JOIN pledges_pledge pledge ON pledge.supersedes @> ARRAY[earlier.ref]
    """,
    # The pledge itself shows a later one, or no longer does.
    "pledge": f"JOIN pledges_pledge pledge ON pledge.id = {KEY}",
}
# Noted for changes that are public without a pledge, such as a new district.
PUBLIC_BY_ITSELF = "itself"


def log_entries(entries: str) -> str:
    """Upsert entries. A pledge has one per revision, with its state before the first change and after the last one."""
    return f"""
        INSERT INTO pledges_change
            (revision_id, ref, previous_status, status, previous_district_id, district_id) {entries}
        ON CONFLICT (revision_id, ref) DO UPDATE SET status = EXCLUDED.status, district_id = EXCLUDED.district_id;
    """


def _note(rows: str) -> str:
    """Note changed rows; `rows` is a query for `shown_as` and `key`.

    If the transaction has a number already (SET CONSTRAINTS), the update lets `AssignNumber` run once more.
    """
    return f"""
        INSERT INTO pledges_changedrow (revision_id, shown_as, key)
            SELECT {OWN_REVISION}, shown_as, key FROM ({rows}) noted (shown_as, key) WHERE key IS NOT NULL
            ON CONFLICT DO NOTHING;
        UPDATE pledges_revision SET id = id WHERE id = {OWN_REVISION} AND number IS NOT NULL;
    """


NOTE_PUBLIC_CHANGE = _note(f"VALUES ('{PUBLIC_BY_ITSELF}', '')")


def _log_noted(shown_as: str) -> str:
    """Log a change of the published pledges that show the noted rows, except those that are logged already."""
    return f"""
        INSERT INTO pledges_change (revision_id, ref, previous_status, status, previous_district_id, district_id)
        SELECT changed.revision_id, pledge.ref, pledge.status, pledge.status, pledge.district_id, pledge.district_id
        FROM pledges_changedrow changed {SHOWN_AS[shown_as]}
        WHERE changed.revision_id = NEW.id AND changed.shown_as = '{shown_as}' AND pledge.state = 'published'
        ON CONFLICT (revision_id, ref) DO NOTHING;
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
        super().__init__(
            func=f"""
            IF EXISTS (SELECT {new}) THEN
                {BEGIN_REVISION}
                {log_entries(f"SELECT {OWN_REVISION}, ref, NULL, status, NULL, district_id {new}")}
                {
                _note(
                    f"SELECT 'pledge', earlier.id::text FROM (SELECT DISTINCT unnest(supersedes) AS ref {new}) links"
                    " JOIN pledges_pledge earlier USING (ref)"
                    f" UNION SELECT 'evidence', statement_id::text FROM (SELECT DISTINCT statement_id {new}) statements"
                )
            }
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
        linked_rows = """
            VALUES ('superseded', OLD.id::text),
                ('evidence', OLD.statement_id::text), ('evidence', NEW.statement_id::text)
            UNION SELECT 'pledge', id::text FROM pledges_pledge WHERE ref = ANY(OLD.supersedes || NEW.supersedes)
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
                log_entries(
                    f"VALUES ({OWN_REVISION}, OLD.ref, before, after, place_before,"
                    " coalesce(NEW.district_id, OLD.district_id))"
                )
            }
            IF after IS NULL THEN  -- it was public only within this transaction
                DELETE FROM pledges_change
                WHERE revision_id = {OWN_REVISION} AND ref = OLD.ref AND previous_status IS NULL;
            END IF;
            IF before IS NULL OR after IS NULL
                OR (OLD.supersedes, OLD.statement_id) IS DISTINCT FROM (NEW.supersedes, NEW.statement_id) THEN
                {_note(linked_rows)}
            END IF;
            RETURN NULL;
            """,
        )


class LogDependents(pgtrigger.Trigger):
    """Log a change for each published pledge that shows this row, in one of the ways of `SHOWN_AS`.

    With `is_public_by_itself`, the row is public without such pledges, too. Other rows are not public when they are
    inserted or deleted, because no pledge refers to them then.
    """

    name = "log_change"
    when = pgtrigger.After
    declare = REVISION

    def __init__(self, *shown_as: str, is_public_by_itself: bool) -> None:
        events = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
        super().__init__(operation=events if is_public_by_itself else pgtrigger.Update)
        self.shown_as = shown_as
        self.is_public_by_itself = is_public_by_itself

    def get_func(self, model: type[models.Model]) -> str:  # type: ignore[override]  # pgtrigger passes the class
        key = model._meta.pk.column
        rows = ", ".join(f"('{shown_as}', NEW.{key}::text)" for shown_as in self.shown_as)
        return f"""
            IF TG_OP = 'UPDATE'
                AND to_jsonb(NEW) - {PRIVATE_COLUMNS_OF_OTHERS} = to_jsonb(OLD) - {PRIVATE_COLUMNS_OF_OTHERS} THEN
                RETURN NULL;
            END IF;
            {BEGIN_REVISION}
            {NOTE_PUBLIC_CHANGE if self.is_public_by_itself else ""}
            IF TG_OP = 'UPDATE' THEN
                {_note(f"VALUES {rows}")}
            END IF;
            RETURN NULL;
        """


class LogApprovedFollowUp(pgtrigger.Trigger):
    """Log a change of the pledge when a follow-up becomes public, even if the status of the pledge stays the same.

    The approval has locked the pledge.
    """

    name = "log_approval"
    when = pgtrigger.After
    operation = pgtrigger.Update
    condition = pgtrigger.Condition("NEW.state = 'approved' AND OLD.state <> 'approved'")
    declare = REVISION
    func = f"""
        IF EXISTS (SELECT FROM pledges_pledge WHERE id = NEW.pledge_id AND state = 'published') THEN
            {BEGIN_REVISION}
            {
        log_entries(
            f"SELECT {OWN_REVISION}, ref, status, status, district_id, district_id"
            " FROM pledges_pledge WHERE id = NEW.pledge_id"
        )
    }
        END IF;
        RETURN NULL;
    """


class DeferNumbering(pgtrigger.Trigger):
    """Defer numbering until all other deferred triggers have run, because these may wait for other transactions."""

    name = "defer_numbering"
    when = pgtrigger.After
    operation = pgtrigger.Insert
    timing = pgtrigger.Deferred
    condition = pgtrigger.Condition("NEW.number IS NULL")
    func = "UPDATE pledges_revision SET id = id WHERE id = NEW.id; RETURN NULL;"


class AssignNumber(pgtrigger.Trigger):
    """Log the pledges that show a noted row, and assign the number, or delete the revision if nothing public changed.

    Both happen under a lock that is held until the transaction is visible. So numbers appear in order, and each query
    reads exactly the record of the numbers before: at READ COMMITTED it has a snapshot of its own.
    """

    name = "assign_number"
    when = pgtrigger.After
    operation = pgtrigger.Update
    timing = pgtrigger.Deferred
    condition = pgtrigger.Condition("NEW.number IS NOT DISTINCT FROM OLD.number")
    declare = [("shown", "TEXT"), ("is_public", "BOOLEAN")]
    # Each way is a statement of its own, so that only those are planned and run that occur.
    func = f"""
        PERFORM pg_advisory_xact_lock(hashtext('pledges_revision.number'));
        -- Without noted rows, other triggers knew that something public was changed.
        is_public := NOT EXISTS (SELECT FROM pledges_changedrow WHERE revision_id = NEW.id)
            OR EXISTS (
                SELECT FROM pledges_changedrow WHERE revision_id = NEW.id AND shown_as = '{PUBLIC_BY_ITSELF}'
            );
        FOR shown IN SELECT DISTINCT shown_as FROM pledges_changedrow WHERE revision_id = NEW.id LOOP
            CASE shown
            WHEN '{PUBLIC_BY_ITSELF}' THEN NULL;
            {" ".join(f"WHEN '{shown_as}' THEN {_log_noted(shown_as)}" for shown_as in SHOWN_AS)}
            END CASE;
        END LOOP;
        DELETE FROM pledges_changedrow WHERE revision_id = NEW.id;
        IF is_public OR EXISTS (SELECT FROM pledges_change WHERE revision_id = NEW.id) THEN
            UPDATE pledges_revision
                SET number = nextval(pg_get_serial_sequence('pledges_revision', 'id')), at = clock_timestamp()
                WHERE id = NEW.id AND number IS NULL;
            RETURN NULL;
        END IF;
        DELETE FROM pledges_revision WHERE id = NEW.id AND number IS NULL;
        IF FOUND THEN  -- later changes of the transaction begin another one
            PERFORM set_config('duixian.revision', '', true);
        END IF;
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
