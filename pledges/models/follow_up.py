"""What became of a pledge: dated, signed entries with proof, of which the newest approved one is its status."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pledges.domain.assessment import Assessment, assess, converted
from pledges.domain.follow_up_rules import broken_follow_up_rules
from pledges.domain.numbers import plain
from pledges.models.choices import VERDICTS, ReviewState, Status, known
from pledges.models.pledge import NOT_BLANK, TOO_LARGE, Pledge
from pledges.models.tracking import tracked
from pledges.models.triggers.change_log import LogApprovedFollowUp
from pledges.models.triggers.follow_up import ApplyVerdict, EnforceReviewWorkflow, RejectDeletion
from pledges.models.unit import Unit
from pledges.models.violations import rules

ASSIGNABLE_STATUSES = [(status.value, status.label) for status in Status if status != Status.UNCHECKED]
CHANGEABLE = frozenset({ReviewState.DRAFT, ReviewState.RETURNED})
# What nobody has reviewed yet is newest.
REVIEWED = Coalesce("reviewed_at", datetime(9999, 12, 31, tzinfo=UTC))


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def public(self) -> Self:
        """What anybody may see: approved, of a public pledge."""
        return self.filter(state=ReviewState.APPROVED, pledge__in=Pledge.objects.public())

    def visible_to(self, user: AbstractBaseUser | AnonymousUser | None) -> Self:
        """All of them for those who may work at the desk, and for others what is public."""
        is_colleague = isinstance(user, User) and user.has_perm("pledges.view_followup")
        return self if is_colleague else self.public()

    def awaiting(self, reviewer: AbstractBaseUser | AnonymousUser) -> Self:
        """Submitted ones that a reviewer may decide: those of others or, at a one-person desk, all."""
        submitted = self.filter(state=ReviewState.SUBMITTED)
        return (
            submitted
            if settings.ONE_PERSON_DESK
            else submitted.exclude(Q(author=reviewer.pk) | Q(submitter=reviewer.pk))
        )

    def newest_first(self) -> Self:
        """By approval; the first approved one of a pledge gives its status."""
        return self.order_by(REVIEWED.desc(), "-pk")


@tracked(exclude=["version", "created_at", "updated_at"])
class FollowUp(models.Model):
    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="follow_ups", verbose_name=_("pledge"))
    status = models.CharField(_("status"), max_length=12, choices=ASSIGNABLE_STATUSES)
    actual = models.DecimalField(
        _("actual figure"),
        max_digits=24,
        decimal_places=6,
        null=True,
        blank=True,
        help_text=_("As the source has it, in its unit."),
    )
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="follow_ups",
        verbose_name=_("unit"),
        help_text=_("The pledge's, or another one that measures the same."),
    )
    as_of = models.DateField(
        _("as of"),
        null=True,
        blank=True,
        help_text=_("The day for which this holds: 2025-12-31 for the total of a year, whenever it was reported."),
    )
    summary = models.TextField(
        _("summary"), blank=True, default="", help_text=_("Public: what was found, in a sentence or two.")
    )
    reason = models.TextField(
        _("why not as suggested"),
        blank=True,
        default="",
        help_text=_("Public; needed where the status differs from the one that the figures suggest."),
    )

    author = models.ForeignKey(User, models.PROTECT, related_name="follow_ups", verbose_name=_("author"))
    state = models.CharField(
        _("review"), max_length=10, choices=ReviewState, default=ReviewState.DRAFT, db_default=ReviewState.DRAFT
    )
    submitter = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="submitted_follow_ups", verbose_name=_("submitter")
    )
    reviewer = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="reviewed_follow_ups", verbose_name=_("reviewer")
    )
    review_note = models.TextField(
        _("note of the reviewer"), blank=True, default="", help_text=_("Never public. Needed for returning.")
    )

    # Filled in by triggers, whoever writes the row.
    approved_alone = models.BooleanField(
        _("approved by whoever wrote or submitted it"), default=False, db_default=False, editable=False
    )
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, editable=False, related_name="superseded_by", verbose_name=_("supersedes")
    )
    version = models.PositiveIntegerField(_("version"), db_default=1, editable=False)
    submitted_at = models.DateTimeField(_("submitted"), null=True, editable=False)
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, editable=False)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    updated_at = models.DateTimeField(_("updated"), db_default=Now(), editable=False)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        ordering = ["-pk"]
        permissions = [("approve_followup", "Can approve or return follow-up")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=[status for status, _label in ASSIGNABLE_STATUSES]),
                name="follow_up_status_known",
                violation_error_message=_("Choose one of the values listed."),
            ),
            known("follow_up", "state", ReviewState),
            models.CheckConstraint(
                condition=Q(actual=None) | (Q(actual__lt=TOO_LARGE) & Q(actual__gt=-TOO_LARGE)),
                name="follow_up_actual_is_a_number",
                violation_error_message=_("A value is a number below 10¹⁸."),
            ),
            models.CheckConstraint(
                condition=Q(actual=None, unit=None) | Q(actual__isnull=False, unit__isnull=False),
                name="follow_up_actual_has_unit",
                violation_error_message=_("An actual figure and its unit belong together."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=CHANGEABLE) | Q(as_of__isnull=False),
                name="follow_up_has_as_of",
                violation_error_message=_("It says for which day it holds."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ReviewState.APPROVED, ReviewState.RETURNED]) | Q(reviewer__isnull=False),
                name="follow_up_reviewed_by_somebody",
                violation_error_message=_("Approving and returning need a reviewer."),
            ),
            models.CheckConstraint(
                condition=~Q(state=ReviewState.RETURNED) | Q(review_note__regex=NOT_BLANK),
                name="follow_up_returned_with_reason",
                violation_error_message=_("Say why it is returned."),
            ),
        ]
        indexes = [
            models.Index(
                "pledge",
                F("reviewed_at").desc(),
                name="follow_up_approved",
                condition=Q(state=ReviewState.APPROVED),
            ),
            models.Index(fields=["state", "-submitted_at"], name="follow_up_by_state"),
            models.Index(REVIEWED.desc(), F("id").desc(), name="follow_up_newest_first"),
        ]
        triggers = [EnforceReviewWorkflow(), ApplyVerdict(), RejectDeletion(), LogApprovedFollowUp()]

    def __str__(self) -> str:
        return f"{self.pledge.ref} · {self.get_status_display()}"

    def clean(self) -> None:
        """Say beside each field what the database would refuse, and what a submission lacks."""
        super().clean()
        if self.actual is not None and self.unit_id is None and self.pledge_id:
            self.unit = self.pledge.unit
        if self.actual is None:
            self.unit = None
        if not self.pledge_id or not self.status:
            return  # the fields say so themselves
        errors: dict[str, list[Any]] = defaultdict(list)
        for field, rule in broken_rules(self.pledge, self.status, self.actual, self.unit, self.as_of):
            errors[field].append(rules()[rule])
        if self.state not in CHANGEABLE:
            self._find_what_is_lacking(errors)
        if errors:
            raise ValidationError(errors)

    def _find_what_is_lacking(self, errors: dict[str, list[Any]]) -> None:
        if self.status in VERDICTS and self.as_of is None:
            errors["as_of"].append(rules()["follow_up_has_as_of"])
        if self.status in VERDICTS and not self.evidence.exists():
            errors["status"].append(rules()["follow_up_verdict_has_evidence"])
        suggested = self.assessment
        if suggested and suggested.status != self.status and not self.reason.strip():
            label = Status(suggested.status).label
            errors["reason"].append(_("The figures suggest “%(status)s”: say why not.") % {"status": label})

    @property
    def is_verdict(self) -> bool:
        return self.status in VERDICTS

    def is_of(self, user: AbstractBaseUser | AnonymousUser) -> bool:
        """Whether somebody has written it or handed it in, and so can't approve it."""
        return user.pk is not None and user.pk in (self.author_id, self.submitter_id)

    @property
    def is_changeable(self) -> bool:
        return self.state in CHANGEABLE

    @property
    def actual_in_words(self) -> str:
        """The actual figure as it was entered: 400.7 亿元; empty without one."""
        return "" if self.actual is None else f"{plain(self.actual)} {self.unit_id}"

    @property
    def assessment(self) -> Assessment | None:
        """What the figures suggest; None without an actual figure."""
        return assessment(self.pledge, self.actual, self.unit, self.as_of)


def broken_rules(
    pledge: Pledge, status: str, actual: Decimal | None, unit: Unit | None, as_of: date | None
) -> Iterator[tuple[str, str]]:
    """The rules that a assessment of a pledge breaks today, each as the field at fault and the rule's name."""
    is_comparable = unit is None or unit.dimension_id == pledge.unit.dimension_id
    if not is_comparable:
        yield "unit", "follow_up_unit_fits_pledge"
    yield from broken_follow_up_rules(
        status=status,
        actual=in_unit_of(pledge, actual, unit) if is_comparable else None,
        measure=pledge.measure,
        as_of=as_of,
        said_earliest=pledge.statement.document.date_earliest,
        last_day=pledge.last_day,
        today=timezone.localdate(),
    )


def in_unit_of(pledge: Pledge, actual: Decimal | None, unit: Unit | None) -> Decimal | None:
    """A figure in the unit of a pledge."""
    return converted(actual, unit.factor, pledge.unit.factor) if actual is not None and unit else actual


def assessment(pledge: Pledge, actual: Decimal | None, unit: Unit | None, as_of: date | None) -> Assessment | None:
    """What an actual figure says of a pledge: a suggested status and a ratio of fulfilment; None without one.

    The figure may be in any unit of the dimension of the pledge's unit; without a day it holds for today. A day is
    over when the next one has begun: on its last day a pledge can still be met.
    """
    figure = in_unit_of(pledge, actual, unit)
    if figure is None:
        return None
    today = timezone.localdate()
    return assess(
        pledge.goal,
        figure,
        as_of=min(as_of or today, today - timedelta(days=1)),
        deadline=pledge.deadline,
    )
