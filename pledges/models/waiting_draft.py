"""Pledges that editors entered with names that the record lacks. They become drafts when the names are added."""

from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class WaitingDraft(models.Model):
    """A pledge as entered, with the fields of files. It is as private as a draft."""

    fields = models.JSONField(_("fields"), editable=False)
    missing = models.JSONField(_("waits for"), editable=False)
    """The names that the record lacks, by field."""
    proposer = models.ForeignKey(
        User, models.PROTECT, related_name="waiting_drafts", editable=False, verbose_name=_("proposed by")
    )
    created_at = models.DateTimeField(_("created at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("draft that waits for a name")
        verbose_name_plural = _("drafts that wait for a name")
        ordering = ["id"]
        default_permissions = ("view", "delete")
        constraints = [
            models.CheckConstraint(
                condition=Q(fields__has_keys=["document", "quote"]) & ~Q(missing={}),
                name="waiting_draft_waits_for_names",
                violation_error_message=_("A draft that waits has a document, a quote and the names it waits for."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.fields["quote"])
