"""Triggers of redirects, and of the rows to which they lead."""

import pgtrigger
from django.db import models

from pledges.models.triggers.change_log import BEGIN_REVISION, OWN_REVISION, REVISION
from pledges.models.triggers.rejection import reject


def is_redirected(kind: str, old: str, new: str) -> str:
    """Return the SQL condition that a row was merged into another one; the identifiers are SQL expressions."""
    return f"""EXISTS (
        SELECT FROM pledges_redirect redirect
        WHERE (redirect.kind, redirect.old, redirect.new) = ('{kind}', ({old})::text, ({new})::text)
    )"""


class AddRedirect(pgtrigger.Trigger):
    """Store the revision of a new redirect, and let the redirects to the merged row lead to the new row."""

    name = "add_redirect"
    when = pgtrigger.Before
    operation = pgtrigger.Insert
    declare = REVISION
    func = f"""
        {BEGIN_REVISION}
        NEW.revision_id := {OWN_REVISION};
        UPDATE pledges_redirect SET new = NEW.new WHERE (kind, new) = (NEW.kind, NEW.old);
        RETURN NEW;
    """


class RejectMergedIdentifier(pgtrigger.Trigger):
    """Reject a new row with the slug of a merged one, because the old URL leads to another row."""

    name = "reject_merged_identifier"
    when = pgtrigger.Before
    operation = pgtrigger.Insert

    def get_func(self, model: type[models.Model]) -> str:  # type: ignore[override]  # pgtrigger passes the class
        column = "symbol" if model._meta.pk.name == "symbol" else "slug"
        return f"""
            IF EXISTS (
                SELECT FROM pledges_redirect WHERE (kind, old) = ('{model._meta.model_name}', NEW.{column})
            ) THEN
                {reject("identifier_of_merged_row")}
            END IF;
            RETURN NEW;
        """
