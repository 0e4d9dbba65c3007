"""Triggers that derive columns of a pledge, and reject a deadline before the date of its document."""

import pgtrigger
from django.db import models
from django.db.backends.utils import CursorWrapper

from pledges.models.pledge_columns import PRIVATE
from pledges.models.triggers.conditions import in_base_units, last_day
from pledges.models.triggers.rejection import reject

PRIVATE_COLUMNS = f"ARRAY{list(PRIVATE)}"

# Until its commit, a new pledge locks the rows that it is derived from. A change of them waits (`RefreshDerived`), and
# a new pledge waits for the change; otherwise the change could miss the pledge. The commit takes most of these locks
# anyway, for the foreign keys. Rows are read after they are locked: a query that waited for a lock can return an
# outdated row. A load locks all rows at once (`lock_sources()`), which takes less time than locks for each pledge.
LOCK_SPEAKER_AND_DOCUMENT = """
    PERFORM FROM pledges_official WHERE id = {statement}.official_id FOR KEY SHARE;
    PERFORM FROM pledges_body WHERE id = {statement}.body_id FOR KEY SHARE;
    PERFORM FROM pledges_document WHERE id = {statement}.document_id FOR KEY SHARE;
"""
LOCK_SOURCES = f"""
    PERFORM FROM pledges_unit WHERE symbol = NEW.unit_id FOR KEY SHARE;
    PERFORM FROM pledges_metric WHERE id = NEW.metric_id FOR KEY SHARE;
    PERFORM FROM pledges_district WHERE id = NEW.district_id FOR KEY SHARE;
    PERFORM FROM pledges_statement WHERE id = NEW.statement_id FOR KEY SHARE;
    SELECT official_id, body_id, document_id INTO said FROM pledges_statement WHERE id = NEW.statement_id;
    {LOCK_SPEAKER_AND_DOCUMENT.format(statement="said")}
"""
LOCK_SOURCES_OF_STATEMENT = LOCK_SPEAKER_AND_DOCUMENT.format(statement="NEW")


def lock_sources(cursor: CursorWrapper) -> None:
    """Lock all rows from which pledges are derived against changes by other transactions, until the commit."""
    for name in ("unit", "metric", "district", "official", "body", "document", "statement"):
        cursor.execute(f"SELECT count(*) FROM (SELECT FROM pledges_{name} FOR KEY SHARE) AS locked")


class DerivePledge(pgtrigger.Trigger):
    """Fill in the columns that are derived from other columns of the pledge and from the rows that it refers to."""

    name = "derive_columns"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    declare = [
        ("unit", "RECORD"),
        ("measured", "TEXT"),
        ("speaker", "TEXT"),
        ("place", "TEXT"),
        ("said", "RECORD"),
    ]
    func = f"""
        IF current_setting('duixian.loading', true) IS DISTINCT FROM 'on' AND (TG_OP = 'INSERT' OR
            (NEW.unit_id, NEW.metric_id, NEW.district_id, NEW.statement_id) IS DISTINCT FROM
            (OLD.unit_id, OLD.metric_id, OLD.district_id, OLD.statement_id)) THEN
            {LOCK_SOURCES}
        END IF;
        SELECT numerator, denominator INTO unit FROM pledges_unit WHERE symbol = NEW.unit_id;
        SELECT name INTO measured FROM pledges_metric WHERE id = NEW.metric_id;
        SELECT concat_ws(E'\\x1f', official.name, body.name) INTO speaker
            FROM pledges_statement statement
            LEFT JOIN pledges_official official ON official.id = statement.official_id
            LEFT JOIN pledges_body body ON body.id = statement.body_id
            WHERE statement.id = NEW.statement_id;
        SELECT name || E'\\x1f' || array_to_string(aliases, E'\\x1f') INTO place
            FROM pledges_district WHERE id = NEW.district_id;

        IF unit.numerator IS NULL THEN
            {reject("pledge_unit_known")}
        END IF;
        NEW.amount := {in_base_units("NEW.value", "unit")};
        NEW.amount_max := {in_base_units("NEW.value_max", "unit")};
        NEW.supersedes := ARRAY(SELECT DISTINCT superseded FROM unnest(NEW.supersedes) superseded ORDER BY superseded);
        NEW.responsible_bodies := ARRAY(
            SELECT body FROM unnest(NEW.responsible_bodies) body GROUP BY body ORDER BY body COLLATE "C"
        );
        NEW.last_day := {last_day("NEW")};
        NEW.search_text := pledges_fold(
            concat_ws(E'\\x1f', NEW.quote, NEW.label, measured, speaker, place));
        IF TG_OP = 'INSERT' OR (to_jsonb(NEW) - {PRIVATE_COLUMNS}) <> (to_jsonb(OLD) - {PRIVATE_COLUMNS}) THEN
            NEW.updated_at := clock_timestamp();
        END IF;
        RETURN NEW;
    """


class RejectEarlyDeadline(pgtrigger.Trigger):
    """Reject a deadline before the date of the document.

    The trigger is deferrable, so that one transaction can change the date of a document and the deadlines of its
    pledges. It reads the row again when it fires, because NEW may be outdated by then.
    """

    name = "reject_early_deadline"
    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update
    timing = pgtrigger.Immediate  # deferrable, initially immediate
    condition = pgtrigger.Condition("NEW.deadline IS NOT NULL")
    func = f"""
        IF EXISTS (
            SELECT FROM pledges_pledge pledge
            JOIN pledges_statement statement ON statement.id = pledge.statement_id
            JOIN pledges_document document ON document.id = statement.document_id
            WHERE pledge.id = NEW.id AND pledge.deadline < document.date_earliest
        ) THEN
            {reject("pledge_deadline_not_before_statement")}
        END IF;
        RETURN NULL;
    """


class RefreshDerived(pgtrigger.Trigger):
    """Update the pledges that depend on the changed row, so that their triggers run again.

    `DerivePledge` derives their columns again, and `RejectEarlyDeadline` checks a changed date of their document. The
    update changes no column. `condition` selects the pledges, after the SQL statements of `lock`.
    """

    name = "refresh_derived_pledges"
    when = pgtrigger.After
    operation = pgtrigger.Update

    def __init__(self, condition: str, *, on_change_of: tuple[str, ...], lock: str = "") -> None:
        super().__init__(condition=pgtrigger.AnyChange(*on_change_of))
        self.pledges = condition
        self.lock = lock

    def get_func(self, model: type[models.Model]) -> str:  # type: ignore[override]  # pgtrigger passes the class
        table, key = model._meta.db_table, model._meta.pk.column
        return f"""
            PERFORM FROM {table} WHERE {key} = NEW.{key} FOR UPDATE;
            {self.lock}
            UPDATE pledges_pledge SET ref = ref WHERE {self.pledges};
            RETURN NULL;
        """
