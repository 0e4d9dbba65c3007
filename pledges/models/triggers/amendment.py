"""Triggers of amendments, and those that let judged pledges change by an amendment only."""

import pgtrigger
from django.db import models

from pledges.models.triggers.change_log import BEGIN_REVISION, NOTE_PUBLIC_CHANGE, OWN_REVISION, REVISION, log_entries
from pledges.models.triggers.conditions import FOLLOW_UPS_BEFORE_STATEMENT
from pledges.models.triggers.judged_columns import (
    UNJUDGED,
    is_target_amended,
    judged_and_superseded,
    judged_pledges,
    judged_values,
    lock_described,
    touched_by,
)
from pledges.models.triggers.redirect import LOCK_OUT_LOADS
from pledges.models.triggers.redirect import PRIMARY_KEY as PRIMARY_KEY_OF
from pledges.models.triggers.rejection import reject

TABLES = ", ".join(f"'{table}'" for table in UNJUDGED)
# Within a loop over the changes of an amendment.
PRIMARY_KEY = PRIMARY_KEY_OF.format(kind="item ->> 'table'")


# Approvals lock a follow-up before its pledge. A merge changes those in a merged unit, or with a merged statement.
LOCK_MERGED_FOLLOW_UPS = """
    PERFORM FROM pledges_followup WHERE id IN (
        SELECT id FROM pledges_followup
        JOIN jsonb_array_elements(NEW.merges) merge ON merge ->> 'kind' = 'unit' AND unit_id = merge ->> 'key'
        UNION
        SELECT follow_up_id FROM pledges_evidence JOIN jsonb_array_elements(NEW.merges) merge
            ON statement_id = CASE WHEN merge ->> 'kind' = 'statement' THEN (merge ->> 'key')::bigint END
    ) ORDER BY id FOR NO KEY UPDATE;
"""
# The districts that get the names of merged ones, which updates their pledges.
KEPT_DISTRICTS = """coalesce((
    SELECT jsonb_agg(jsonb_build_object('table', 'district', 'key', id::text))
    FROM pledges_district JOIN jsonb_array_elements(NEW.merges) merge ON slug = merge ->> 'new'
    WHERE merge ->> 'kind' = 'district'
), '[]')"""


# Meanwhile, no follow-up of them is approved.
LOCK_SUPERSEDED = "PERFORM FROM pledges_pledge WHERE ref = ANY({refs}) ORDER BY id FOR SHARE;"


class ProtectJudged(pgtrigger.Trigger):
    """Reject a change of judged columns under a judged pledge, unless an approved amendment lists exactly this change.

    So is a change by which a published pledge begins or ceases to supersede a judged one.

    The row is locked, so that no follow-up is approved on its old values meanwhile. An approval locks the pledge.
    """

    name = "protect_judged"
    when = pgtrigger.After
    operation = pgtrigger.Update

    def __init__(self, table: str) -> None:
        super().__init__(condition=pgtrigger.AnyChange(exclude=list(UNJUDGED[table])))
        self.table = table

    def get_func(self, model: type[models.Model]) -> str:  # type: ignore[override]  # pgtrigger passes the class
        table, key = model._meta.db_table, model._meta.pk.column
        judged = judged_pledges(self.table, f"NEW.{key}")
        if self.table == "pledge":
            lock = f"""
            IF (OLD.state, OLD.supersedes) IS DISTINCT FROM (NEW.state, NEW.supersedes) THEN
                {LOCK_SUPERSEDED.format(refs="OLD.supersedes || NEW.supersedes")}
            END IF;
            """
            judged = f"({judged} OR {judged_and_superseded('OLD')} <> {judged_and_superseded('NEW')})"
        else:
            lock = f"PERFORM FROM {table} WHERE {key} = NEW.{key} FOR UPDATE;"
        unjudged = f"ARRAY{list(UNJUDGED[self.table])}"

        def changed(row: str) -> str:
            return f"""(
                SELECT jsonb_object_agg(key, to_jsonb({row}) -> key)
                FROM jsonb_object_keys(to_jsonb(NEW) - {unjudged}) key
                WHERE to_jsonb(NEW) -> key IS DISTINCT FROM to_jsonb(OLD) -> key
            )"""

        return f"""
            {lock}
            IF EXISTS (SELECT FROM pledges_pledge pledge WHERE {judged})
                AND NOT EXISTS (
                    SELECT FROM pledges_amendment amendment
                    WHERE id = nullif(current_setting('duixian.amendment', true), '')::bigint
                        AND state = 'approved' AND NOT is_applied
                        AND jsonb_build_object(
                            'table', '{self.table}', 'key', NEW.{key}::text,
                            'before', {changed("OLD")}, 'after', {changed("NEW")}
                        ) IN (SELECT jsonb_array_elements(changes))
                ) THEN
                {reject("judged_by_amendment_only")}
            END IF;
            RETURN NULL;
        """


class ProtectFromSuccessor(pgtrigger.Trigger):
    """Reject the insertion or deletion of a published pledge that supersedes a judged one. Insert it as a draft."""

    when = pgtrigger.After

    def __init__(self, operation: pgtrigger.Operation) -> None:
        row = "NEW" if operation == pgtrigger.Insert else "OLD"
        super().__init__(
            name=f"protect_judged_on_{str(operation).lower()}",
            operation=operation,
            condition=pgtrigger.Condition(f"{row}.state = 'published' AND {row}.supersedes <> '{{}}'"),
            func=f"""
                {LOCK_SUPERSEDED.format(refs=f"{row}.supersedes")}
                IF EXISTS (SELECT FROM pledges_pledge pledge WHERE {judged_and_superseded(row)}) THEN
                    {reject("judged_superseded_by_amendment_only")}
                END IF;
                RETURN NULL;
            """,
        )


class PrepareAmendment(pgtrigger.Trigger):
    """Complete a new amendment: `after` gets the types of its columns, `before` the values of the rows.

    Lists of a pledge are sorted, as `DerivePledge` will sort them.
    """

    name = "prepare_amendment"
    when = pgtrigger.Before
    operation = pgtrigger.Insert
    declare = [
        ("item", "JSONB"),
        ("changed_row", "JSONB"),
        ("amended_row", "JSONB"),
        ("completed", "JSONB := '[]'"),
    ]
    func = f"""
        IF NEW.state <> 'proposed' THEN
            {reject("amendment_begins_as_proposal")}
        END IF;
        NEW.reviewer_id := NULL;
        NEW.reviewed_at := NULL;
        NEW.approved_alone := false;
        NEW.is_applied := false;
        FOR item IN SELECT jsonb_array_elements(NEW.changes) LOOP
            changed_row := NULL;
            IF item ->> 'table' IN ({TABLES}) THEN
                EXECUTE format(
                    'SELECT to_jsonb(t), to_jsonb(jsonb_populate_record(t, $1)) FROM pledges_%s t WHERE %I::text = $2',
                    item ->> 'table', {PRIMARY_KEY}
                ) INTO changed_row, amended_row USING item -> 'after', item ->> 'key';
            END IF;
            IF item ->> 'table' = 'pledge' THEN
                SELECT amended_row || jsonb_object_agg(name, ARRAY(
                    SELECT DISTINCT member COLLATE "C" FROM jsonb_array_elements_text(amended_row -> name) member
                    ORDER BY 1
                )) INTO amended_row FROM unnest(ARRAY['supersedes', 'responsible_bodies']) name;
            END IF;
            IF changed_row IS NULL THEN
                {reject("amendment_row_exists")}
            END IF;
            SELECT completed || jsonb_build_array(jsonb_build_object(
                'table', item ->> 'table', 'key', item ->> 'key',
                'before', jsonb_object_agg(key, changed_row -> key), 'after', jsonb_object_agg(key, amended_row -> key)
            )) INTO completed
            FROM jsonb_object_keys(item -> 'after') key
            WHERE amended_row -> key IS DISTINCT FROM changed_row -> key
            HAVING count(*) > 0;
        END LOOP;
        IF completed IS NULL OR completed = '[]' AND NEW.merges = '[]' THEN
            {reject("amendment_changes_something")}
        END IF;
        NEW.changes := completed;
        RETURN NEW;
    """


class ReviewAmendment(pgtrigger.Trigger):
    """Allow only the approval or rejection of a proposal, by another person than the one who proposed it.

    On approval, the rows and the judged pledges are locked, and still have the values from which they change.
    """

    name = "review_amendment"
    when = pgtrigger.Before
    operation = pgtrigger.Update
    declare = [("item", "JSONB"), ("changed_row", "JSONB"), ("described", "JSONB")]
    func = f"""
        IF OLD.state = 'approved' AND NOT OLD.is_applied AND NEW.is_applied
            AND to_jsonb(NEW) - 'is_applied' = to_jsonb(OLD) - 'is_applied'
            AND current_setting('duixian.amendment', true) = NEW.id::text THEN
            RETURN NEW;
        END IF;
        IF OLD.state <> 'proposed' OR NEW.state = 'proposed' OR NEW.is_applied
            OR (NEW.changes, NEW.merges, NEW.parted, NEW.reason, NEW.proposer_id, NEW.proposed_at)
                IS DISTINCT FROM
                (OLD.changes, OLD.merges, OLD.parted, OLD.reason, OLD.proposer_id, OLD.proposed_at) THEN
            {reject("amendment_is_final")}
        END IF;
        NEW.approved_alone := coalesce(NEW.state = 'approved' AND NEW.reviewer_id = NEW.proposer_id, false);
        IF NEW.approved_alone AND current_setting('duixian.one_person_desk', true) IS DISTINCT FROM 'on' THEN
            {reject("amendment_reviewer_is_not_proposer")}
        END IF;
        IF NEW.state = 'approved' THEN
            IF NEW.merges <> '[]' THEN
                {LOCK_OUT_LOADS}
                {LOCK_MERGED_FOLLOW_UPS}
            END IF;
            described := NEW.changes || {KEPT_DISTRICTS};
            {lock_described("described")}
            IF EXISTS (SELECT FROM pledges_official WHERE slug = NEW.parted ->> 'slug') THEN
                {reject("amendment_is_current")}
            END IF;
            FOR item IN SELECT jsonb_array_elements(NEW.changes) LOOP
                EXECUTE format(
                    'SELECT to_jsonb(t) FROM pledges_%s t WHERE %I::text = $1 FOR UPDATE',
                    item ->> 'table', {PRIMARY_KEY}
                ) INTO changed_row USING item ->> 'key';
                IF (changed_row @> (item -> 'before')) IS NOT TRUE THEN
                    {reject("amendment_is_current")}
                END IF;
            END LOOP;
            PERFORM FROM pledges_pledge pledge WHERE {touched_by("NEW.changes")} ORDER BY id FOR NO KEY UPDATE;
        END IF;
        NEW.reviewed_at := clock_timestamp();
        RETURN NEW;
    """


class ApplyAmendment(pgtrigger.Trigger):
    """Change the rows of an approved amendment, and record what it changed of each judged pledge.

    Its last redirect merges rows and what has to be merged for it (`MergeRows`); that moves the rows which `changes`
    lists, and those that were added since. An official who is parted gets their slug back, if it was merged.

    The setting `duixian.amendment`, which lets `ProtectJudged` accept the changes, is reset at the end.
    """

    name = "apply_amendment"
    when = pgtrigger.After
    operation = pgtrigger.Update
    condition = pgtrigger.Condition("NEW.state = 'approved' AND OLD.state = 'proposed'")
    declare = [*REVISION, ("item", "JSONB"), ("assignments", "TEXT")]
    func = f"""
        INSERT INTO pledges_amendedpledge (amendment_id, pledge_id, values_before, values_after)
            SELECT NEW.id, id, values_now, values_now FROM pledges_pledge pledge
            CROSS JOIN LATERAL {judged_values("pledge.id")} t (values_now)
            WHERE {touched_by("NEW.changes")};
        PERFORM set_config('duixian.amendment', NEW.id::text, true);
        IF NEW.parted IS NOT NULL THEN
            DELETE FROM pledges_redirect WHERE (kind, source) = ('official', NEW.parted ->> 'slug');
            INSERT INTO pledges_official (id, slug, name)
                VALUES ((NEW.parted ->> 'key')::bigint, NEW.parted ->> 'slug', NEW.parted ->> 'name');
        END IF;
        IF NEW.merges <> '[]' THEN
            INSERT INTO pledges_redirect (kind, source, target)
                SELECT last ->> 'kind', last ->> 'old', last ->> 'new' FROM (VALUES (NEW.merges -> -1)) merge (last);
        END IF;
        FOR item IN SELECT jsonb_array_elements(NEW.changes) LOOP
            SELECT string_agg(format('%1$I = amended.%1$I', key), ', ') INTO assignments
                FROM jsonb_object_keys(item -> 'after') key;
            EXECUTE format(
                'UPDATE pledges_%1$s t SET %2$s FROM jsonb_populate_record(NULL::pledges_%1$s, $1) amended'
                ' WHERE t.%3$I::text = $2',
                item ->> 'table', assignments, {PRIMARY_KEY}
            ) USING item -> 'after', item ->> 'key';
        END LOOP;
        UPDATE pledges_amendedpledge SET values_after = {judged_values("pledge_id")} WHERE amendment_id = NEW.id;
        IF EXISTS (SELECT FROM {FOLLOW_UPS_BEFORE_STATEMENT} AND pledge.id IN (
            SELECT pledge_id FROM pledges_amendedpledge WHERE amendment_id = NEW.id
        )) THEN
            {reject("amendment_not_after_follow_ups")}
        END IF;
        UPDATE pledges_amendment SET is_applied = true WHERE id = NEW.id;
        PERFORM set_config('duixian.amendment', '', true);

        UPDATE pledges_pledge pledge SET on_earlier_target = {is_target_amended("pledge.id", "current")}
            FROM pledges_amendedpledge touched, pledges_followup current
            WHERE touched.amendment_id = NEW.id AND pledge.id = touched.pledge_id
                AND current.id = pledge.current_follow_up_id;

        {BEGIN_REVISION}
        IF NEW.parted IS NOT NULL THEN  -- the slug may have been redirected
            {NOTE_PUBLIC_CHANGE}
        END IF;
        {
        log_entries(
            f"SELECT {OWN_REVISION}, ref, status, status, district_id, district_id FROM pledges_pledge"
            " WHERE state = 'published'"
            " AND id IN (SELECT pledge_id FROM pledges_amendedpledge WHERE amendment_id = NEW.id)"
        )
    }
        UPDATE pledges_change SET amendment_id = NEW.id WHERE revision_id = {OWN_REVISION} AND ref IN (
            SELECT ref FROM pledges_pledge pledge
            JOIN pledges_amendedpledge touched ON touched.pledge_id = pledge.id WHERE touched.amendment_id = NEW.id
        );
        RETURN NULL;
    """


class RejectAmendmentDeletion(pgtrigger.Trigger):
    """Keep amendments: also those that were rejected."""

    name = "reject_deletion"
    when = pgtrigger.Before
    operation = pgtrigger.Delete
    func = reject("amendment_is_final")


class ProtectAmendedPledge(pgtrigger.Trigger):
    """Reject rows that the application of an amendment does not write."""

    name = "protect_amended_pledge"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    func = f"""
        IF TG_OP = 'DELETE' OR NOT EXISTS (
            SELECT FROM pledges_amendment WHERE id = NEW.amendment_id AND state = 'approved' AND NOT is_applied
        ) THEN
            {reject("amendment_is_final")}
        END IF;
        RETURN NEW;
    """
