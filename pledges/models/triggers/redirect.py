"""Triggers of redirects, and of the rows to which they lead."""

import pgtrigger

from pledges.models.triggers.change_log import BEGIN_REVISION, NOTE_PUBLIC_CHANGE, OWN_REVISION, REVISION
from pledges.models.triggers.rejection import reject

# The column that identifies the rows of a kind in URLs and redirects, and the primary key.
IDENTIFIERS = dict.fromkeys(("official", "body", "district", "metric", "document"), "slug") | {
    "unit": "symbol",
    "post": "id",
    "statement": "id",
}
# SQL for the names of the columns, of the kind that the SQL expression `{kind}` names.
IDENTIFIER = "CASE {kind} WHEN 'unit' THEN 'symbol' WHEN 'post' THEN 'id' WHEN 'statement' THEN 'id' ELSE 'slug' END"
PRIMARY_KEY = "CASE {kind} WHEN 'unit' THEN 'symbol' ELSE 'id' END"
# Loads hold this lock. The importer reads rows by name before it refers to them.
LOCK_OUT_LOADS = "PERFORM pg_advisory_xact_lock(hashtext('duixian.loading'));"


def is_redirected(kind: str, old: str, new: str) -> str:
    """Return the SQL condition that a row was merged into another one; the identifiers are SQL expressions."""
    return f"""EXISTS (
        SELECT FROM pledges_redirect redirect
        WHERE (redirect.kind, redirect.source, redirect.target) = ('{kind}', ({old})::text, ({new})::text)
    )"""


class AddRedirect(pgtrigger.Trigger):
    """Store the revision of a new redirect, and let the redirects to the merged row lead to the new row.

    `MergeRows` then merges the rows.
    """

    name = "add_redirect"
    when = pgtrigger.Before
    operation = pgtrigger.Insert
    declare = REVISION
    func = f"""
        {LOCK_OUT_LOADS}
        {BEGIN_REVISION}
        {NOTE_PUBLIC_CHANGE}
        NEW.revision_id := {OWN_REVISION};
        UPDATE pledges_redirect SET target = NEW.target WHERE (kind, target) = (NEW.kind, NEW.source);
        RETURN NEW;
    """


class MergeRows(pgtrigger.Trigger):
    """Let all rows that refer to the merged row refer to the one that replaces it, and delete the merged row.

    Rows that would then violate a unique constraint are merged first, by redirects of their own: if both districts have
    the same post, for example. What changes is no correction by an editor that a load has to keep. A district keeps the
    names and the code of the one that is merged into it, so that files and filters find it.
    """

    name = "merge_rows"
    when = pgtrigger.After
    operation = pgtrigger.Insert
    declare = [
        ("merged_table", "TEXT := format('pledges_%I', NEW.kind)"),
        ("identifier", f"TEXT := {IDENTIFIER.format(kind='NEW.kind')}"),
        ("primary_key", f"TEXT := {PRIMARY_KEY.format(kind='NEW.kind')}"),
        ("merged", "JSONB"),
        ("kept", "JSONB"),
        ("reference", "RECORD"),
        ("equal_columns", "TEXT"),
        ("was_loading", "TEXT := current_setting('duixian.loading', true)"),
    ]
    func = f"""
        -- Others who refer to the merged row commit before, or wait and fail.
        EXECUTE format('SELECT FROM %1$s WHERE %2$I IN (%4$L, %5$L) ORDER BY %3$I FOR UPDATE',
            merged_table, identifier, primary_key, NEW.source, NEW.target);
        EXECUTE format('SELECT to_jsonb(t) FROM %s t WHERE %I = %L', merged_table, identifier, NEW.source) INTO merged;
        EXECUTE format('SELECT to_jsonb(t) FROM %s t WHERE %I = %L', merged_table, identifier, NEW.target) INTO kept;
        IF merged IS NULL AND kept IS NOT NULL AND NEW.kind = 'district' AND pg_trigger_depth() > 1 THEN
            RETURN NULL;  -- the code of a merged district, added below
        END IF;
        IF merged IS NULL OR kept IS NULL THEN
            {reject("merged_rows_exist")}
        END IF;
        IF NEW.kind = 'unit' AND (merged -> 'dimension_id', merged -> 'numerator', merged -> 'denominator')
            IS DISTINCT FROM (kept -> 'dimension_id', kept -> 'numerator', kept -> 'denominator') THEN
            {reject("merged_units_are_equal")}
        END IF;
        PERFORM set_config('duixian.loading', 'on', true);
        FOR reference IN
            SELECT conrelid AS referring, conrelid::regclass AS referring_table, attnum, attname,
                substr(relname, length('pledges_') + 1) AS kind
            FROM pg_constraint
            JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
            JOIN pg_class ON pg_class.oid = conrelid
            WHERE contype = 'f' AND confrelid = merged_table::regclass ORDER BY relname, attnum
        LOOP
            FOR equal_columns IN
                SELECT string_agg(format('twin.%1$I IS NOT DISTINCT FROM same.%1$I', attname), ' AND ')
                FROM pg_constraint rule
                JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY(conkey) AND attnum <> reference.attnum
                WHERE contype = 'u' AND conrelid = reference.referring AND reference.attnum = ANY(conkey)
                GROUP BY rule.oid
            LOOP
                EXECUTE format(
                    'INSERT INTO pledges_redirect (kind, source, target) SELECT %1$L, twin.%2$I, same.%2$I'
                    ' FROM %3$s twin JOIN %3$s same ON %4$s WHERE twin.%5$I = %6$L AND same.%5$I = %7$L',
                    reference.kind, {IDENTIFIER.format(kind="reference.kind")}, reference.referring_table,
                    equal_columns, reference.attname, merged ->> primary_key, kept ->> primary_key);
            END LOOP;
            EXECUTE format('UPDATE %1$s SET %2$I = %3$L WHERE %2$I = %4$L',
                reference.referring_table, reference.attname, kept ->> primary_key, merged ->> primary_key);
        END LOOP;
        IF NEW.kind = 'body' THEN
            UPDATE pledges_pledge SET responsible_bodies = array_replace(responsible_bodies, NEW.source, NEW.target)
                WHERE responsible_bodies @> ARRAY[NEW.source];
        END IF;
        EXECUTE format('DELETE FROM %s WHERE %I = %L', merged_table, primary_key, merged ->> primary_key);
        IF NEW.kind = 'district' THEN
            UPDATE pledges_district SET
                aliases = aliases || ARRAY(
                    SELECT other FROM jsonb_array_elements_text(
                        jsonb_build_array(merged -> 'name') || (merged -> 'aliases')
                    ) WITH ORDINALITY names (other, place)
                    WHERE other <> ALL (aliases || name) GROUP BY other ORDER BY min(place)
                ),
                code = coalesce(code, merged ->> 'code'),
                code_scheme = CASE WHEN code IS NULL THEN merged ->> 'code_scheme' ELSE code_scheme END
            WHERE slug = NEW.target;
            INSERT INTO pledges_redirect (kind, source, target)
                SELECT 'district', merged ->> 'code', NEW.target WHERE merged ->> 'code' <> kept ->> 'code';
        END IF;
        IF NEW.kind = 'metric' THEN
            UPDATE pledges_metric SET aliases = aliases || ARRAY(
                SELECT other FROM jsonb_array_elements_text(
                    jsonb_build_array(merged -> 'name') || (merged -> 'aliases')
                ) WITH ORDINALITY names (other, place)
                WHERE other <> ALL (aliases || name) ORDER BY place
            ) WHERE slug = NEW.target;
        END IF;
        PERFORM set_config('duixian.loading', coalesce(was_loading, 'off'), true);
        RETURN NULL;
    """


class ProtectRedirect(pgtrigger.Trigger):
    """Reject changes of a redirect, except those by other triggers.

    They let it lead on if its target is merged, too, and delete it if an official is parted from another one.
    """

    name = "protect_redirect"
    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete
    condition = pgtrigger.Condition("pg_trigger_depth() = 0")
    func = reject("redirect_is_permanent")


class RejectMergedIdentifier(pgtrigger.Trigger):
    """Reject a new row with the slug of a merged one, because the old URL leads to another row."""

    name = "reject_merged_identifier"
    when = pgtrigger.Before
    operation = pgtrigger.Insert

    def __init__(self, kind: str, column: str = "slug") -> None:
        super().__init__(
            func=f"""
            IF EXISTS (SELECT FROM pledges_redirect WHERE (kind, source) = ('{kind}', NEW.{column})) THEN
                {reject("identifier_of_merged_row")}
            END IF;
            RETURN NEW;
            """
        )


class RejectDeletionOfTarget(pgtrigger.Trigger):
    """Reject the deletion of a row to which the URL of a merged one leads."""

    name = "reject_deletion_of_target"
    when = pgtrigger.Before
    operation = pgtrigger.Delete

    def __init__(self, kind: str, column: str = "slug") -> None:
        super().__init__(
            func=f"""
            IF EXISTS (SELECT FROM pledges_redirect WHERE (kind, target) = ('{kind}', OLD.{column}::text)) THEN
                {reject("target_of_redirect_is_kept")}
            END IF;
            RETURN OLD;
            """
        )
