"""Triggers that derive columns of a pledge, and reject a deadline before the date of its document."""

import pgtrigger

from pledges.models.pledge_columns import PRIVATE
from pledges.models.triggers.conditions import last_day
from pledges.models.triggers.rejection import reject

PRIVATE_COLUMNS = f"ARRAY{list(PRIVATE)}"


class DerivePledge(pgtrigger.Trigger):
    """Fill in the columns that are derived from other columns of the pledge and from the rows that it refers to."""

    name = "derive_columns"
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
            {reject("pledge_unit_known")}
        END IF;
        NEW.amount := round(NEW.value * unit_factor, 6);
        NEW.amount_max := round(NEW.value_max * unit_factor, 6);
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
    update changes no column. `condition` selects the pledges.
    """

    name = "refresh_derived_pledges"
    when = pgtrigger.After
    operation = pgtrigger.Update

    def __init__(self, condition: str, *, on_change_of: tuple[str, ...]) -> None:
        super().__init__(
            condition=pgtrigger.AnyChange(*on_change_of),
            func=f"UPDATE pledges_pledge SET ref = ref WHERE {condition}; RETURN NULL;",
        )
