"""Redirects: the URLs of rows that were merged into others."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pledges.models.change_log import Revision
from pledges.models.choices import RowKind, allowed_values
from pledges.models.triggers.redirect import AddRedirect, MergeRows, ProtectRedirect


class RedirectManager(models.Manager["Redirect"]):
    def target_of(self, kind: str, source: str) -> str | None:
        """Return the identifier of the row into which the one with this identifier was merged, or None."""
        return self.filter(kind=kind, source=source).values_list("target", flat=True).first()

    def targets(self, kind: str) -> dict[str, str]:
        """Return the identifiers of all merged rows of a kind, each with the one that replaces it."""
        return dict(self.filter(kind=kind).values_list("source", "target"))


class Redirect(models.Model):
    """A row that was merged into another one of the same kind. Adding a redirect merges the rows (`MergeRows`).

    `source` and `target` are what identifies the merged row and the other one in URLs: slug, symbol or id. A target is
    never a merged row itself: if it is merged into a third one, its redirects lead there. `revision` is the transaction
    of the merge.
    """

    kind = models.CharField(_("kind"), max_length=10, choices=RowKind)
    source = models.CharField(_("merged row"), max_length=100, db_collation="C")
    target = models.CharField(_("row that replaces it"), max_length=100, db_collation="C")
    revision = models.ForeignKey(Revision, models.DO_NOTHING, db_constraint=False, related_name="redirects")

    objects: ClassVar[RedirectManager] = RedirectManager()

    class Meta:
        verbose_name = _("redirect")
        verbose_name_plural = _("redirects")
        default_permissions = ()
        constraints = [
            allowed_values("redirect", "kind", RowKind),
            models.UniqueConstraint(
                fields=["kind", "source"],
                name="redirect_unique",
                violation_error_message=_("This row has been merged already."),
            ),
            models.CheckConstraint(
                condition=~Q(source=F("target")),
                name="redirect_leads_elsewhere",
                violation_error_message=_("A row can't be merged with itself."),
            ),
        ]
        triggers = [AddRedirect(), MergeRows(), ProtectRedirect()]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"
