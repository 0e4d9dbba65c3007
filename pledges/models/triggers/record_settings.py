"""Triggers of the settings of the record."""

import pgtrigger

from pledges.models.triggers.judged_columns import IS_JUDGED
from pledges.models.triggers.rejection import reject


class KeepFiscalYearOfJudged(pgtrigger.Trigger):
    """Reject another fiscal year if the last day of a judged pledge is the end of its plan year."""

    name = "keep_fiscal_year_of_judged"
    when = pgtrigger.Before
    operation = pgtrigger.Update
    condition = pgtrigger.AnyChange("fiscal_year_starts")
    func = f"""
        IF EXISTS (SELECT FROM pledges_pledge pledge WHERE deadline IS NULL AND {IS_JUDGED}) THEN
            {reject("fiscal_year_of_judged_is_kept")}
        END IF;
        RETURN NEW;
    """
