"""Amendments: changes of what verdicts follow from, proposed by one person, approved by another, and public.

An approved one is applied by a trigger (`ApplyAmendment`), in the transaction of the approval. Nothing else changes
the judged columns of a judged pledge (`pledges.models.triggers.judged_columns`).
"""

from decimal import Decimal
from typing import Any, Self

from django.contrib.auth.models import User
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from pledges.domain.numbers import plain
from pledges.models.choices import AmendmentState, State, allowed_values
from pledges.models.exact_json import ExactJSONDecoder
from pledges.models.pledge import NOT_BLANK, Pledge
from pledges.models.texts import MultilineField, clean_texts
from pledges.models.tracking import tracked
from pledges.models.triggers.amendment import (
    ApplyAmendment,
    PrepareAmendment,
    ProtectAmendedPledge,
    RejectAmendmentDeletion,
    ReviewAmendment,
)


class AmendmentQuerySet(models.QuerySet["Amendment"]):
    def public(self) -> Self:
        """Approved amendments that concern a public pledge, or by which one stopped being public."""
        return self.filter(Exists(AmendedPledge.objects.public().filter(amendment=OuterRef("pk"))), is_applied=True)

    def newest_first(self) -> Self:
        return self.order_by("-reviewed_at", "-pk")


# What else is in it never changes, or follows from its review.
@tracked(
    exclude=[
        *("changes", "merges", "parted", "reason"),
        *("proposed_at", "reviewed_at", "approved_alone", "is_applied"),
    ]
)
class Amendment(models.Model):
    """A list of changes of rows, each as `{"table": "pledge", "key": "12", "before": {…}, "after": {…}}`.

    `table` is a key of `UNJUDGED`. A new amendment needs only the columns in `after`: a trigger adds `before`.
    """

    changes = models.JSONField(_("changes"), encoder=DjangoJSONEncoder, decoder=ExactJSONDecoder)
    # The rows that are merged, as {"kind": "post", "key": "12", "old": "12", "new": "7", "names": ["区长", "市长"]}.
    # The last one is the merge that was proposed; the others are necessary for it (`pledges.workflow.merging`).
    merges = models.JSONField(_("merges"), default=list, db_default=[])
    # A new official, as {"key": "12", "slug": "李伟-2", "name": "李伟"}, for statements that are parted from another.
    parted = models.JSONField(_("parted official"), null=True)
    reason = MultilineField(_("reason"), help_text=_("Public. Why the record was wrong, and how this is known."))
    # Null if a file proposes it.
    proposer = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="proposed_amendments", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"), db_default=Now(), editable=False)
    state = models.CharField(
        _("review"),
        max_length=10,
        choices=AmendmentState,
        default=AmendmentState.PROPOSED,
        db_default=AmendmentState.PROPOSED,
    )
    reviewer = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="reviewed_amendments", verbose_name=_("reviewer")
    )
    review_note = MultilineField(
        _("note of the reviewer"), blank=True, default="", db_default="", help_text=_("Required when rejecting.")
    )

    # Filled in by triggers.
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, editable=False)
    approved_alone = models.BooleanField(
        _("approved by the user who proposed it"), default=False, db_default=False, editable=False
    )
    is_applied = models.BooleanField(default=False, db_default=False, editable=False)

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("amendment")
        verbose_name_plural = _("amendments")
        ordering = ["-pk"]
        default_permissions = ("view",)  # proposing needs the permission to change the row
        permissions = [("approve_amendment", "Can approve or reject amendment")]
        constraints = [
            allowed_values("amendment", "state", AmendmentState),
            clean_texts("amendment", texts=["reason", "review_note"]),
            models.CheckConstraint(
                condition=Q(reason__regex=NOT_BLANK),
                name="amendment_has_reason",
                violation_error_message=_("Give a reason. It is public."),
            ),
            models.CheckConstraint(
                condition=Q(state=AmendmentState.PROPOSED) | Q(reviewer__isnull=False),
                name="amendment_has_reviewer",
                violation_error_message=_("Select a reviewer."),
            ),
            models.CheckConstraint(
                condition=~Q(state=AmendmentState.REJECTED) | Q(review_note__regex=NOT_BLANK),
                name="amendment_rejected_with_reason",
                violation_error_message=_("Say why it is rejected."),
            ),
        ]
        indexes = [models.Index(fields=["state", "-reviewed_at"], name="amendment_by_state")]
        triggers = [PrepareAmendment(), ReviewAmendment(), ApplyAmendment(), RejectAmendmentDeletion()]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def is_proposed_by(self, user: User) -> bool:
        return user.pk is not None and user.pk == self.proposer_id


class AmendedPledgeQuerySet(models.QuerySet["AmendedPledge"]):
    def public(self) -> Self:
        """Rows of public pledges, and those by which a pledge stopped being public."""
        is_retraction = Q(values_before__state=State.PUBLISHED) & ~Q(values_after__state=State.PUBLISHED)
        return self.filter(Q(pledge__in=Pledge.objects.public()) | is_retraction)


class AmendedPledge(models.Model):
    """A judged pledge that an amendment changed, with its judged values before and after."""

    amendment = models.ForeignKey(Amendment, models.PROTECT, related_name="pledges", verbose_name=_("amendment"))
    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="amendments", verbose_name=_("pledge"))
    values_before = models.JSONField(_("before"), encoder=DjangoJSONEncoder, decoder=ExactJSONDecoder)
    values_after = models.JSONField(_("after"), encoder=DjangoJSONEncoder, decoder=ExactJSONDecoder)

    objects = AmendedPledgeQuerySet.as_manager()

    class Meta:
        verbose_name = _("amended pledge")
        verbose_name_plural = _("amended pledges")
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["amendment", "pledge"],
                name="amended_pledge_once",
                violation_error_message=_("The amendment lists this pledge already."),
            ),
        ]
        triggers = [ProtectAmendedPledge()]

    def __str__(self) -> str:
        return f"{self.pledge.ref} · {self.amendment_id}"

    @property
    def changed_values(self) -> dict[str, tuple[Any, Any]]:
        """The values that changed, as (before, after) by their names in the API.

        Of a pledge that is not public any more, only `state` is shown.
        """
        changed = changed_values(self.values_before, self.values_after)
        is_public = self.pledge.state == State.PUBLISHED
        return {name: values for name, values in changed.items() if is_public or name == "state"}


def changed_values(before: dict[str, Any], after: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return the judged values that differ, as (before, after) by their names in the API."""
    before, after = _flat(before), _flat(after)
    changed = {name: (before.get(name), after.get(name)) for name in before | after}
    return {name: values for name, values in changed.items() if values[0] != values[1]}


def _flat(values: dict[str, Any]) -> dict[str, Any]:
    """Return judged values by their names in the API: `value`, `unit` for the unit's symbol, `metric.direction`."""
    flat = {}
    for group, content in values.items():
        for name, value in content.items() if isinstance(content, dict) else [(group, content)]:
            own_name = name if group == "target" else f"{group}.{name}"
            key = group if name in {group, "slug", "symbol"} else own_name
            flat[key] = plain(value) if isinstance(value, Decimal) else value
    return flat
