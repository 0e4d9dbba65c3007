"""Triggers of redirects, and of the rows to which they lead."""

import pgtrigger

from pledges.models.triggers.change_log import BEGIN_REVISION, OWN_REVISION, REVISION
from pledges.models.triggers.rejection import reject


def is_redirected(kind: str, old: str, new: str) -> str:
    """Return the SQL condition that a row was merged into another one; the identifiers are SQL expressions."""
    return f"""EXISTS (
        SELECT FROM pledges_redirect redirect
        WHERE (redirect.kind, redirect.source, redirect.target) = ('{kind}', ({old})::text, ({new})::text)
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
        UPDATE pledges_redirect SET target = NEW.target WHERE (kind, target) = (NEW.kind, NEW.source);
        RETURN NEW;
    """


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
