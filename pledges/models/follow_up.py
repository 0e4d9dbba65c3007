"""Follow-ups: dated findings about a pledge, with an author and evidence. The approved ones determine its status."""

from collections import defaultdict
from collections.abc import Iterator
from copy import copy
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Self, TypeVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pledges.domain.assessment import Assessment, assess, convert
from pledges.domain.dates import latest
from pledges.domain.follow_up_rules import broken_follow_up_rules
from pledges.domain.wording import figure_in_words
from pledges.models.check_constraints import ValidatesChecksAtOnce
from pledges.models.choices import VERDICTS, Bound, ReviewState, Status, allowed_values
from pledges.models.comparison import Comparison, compared_follow_up, is_own_figure
from pledges.models.exact_json import ExactJSONDecoder
from pledges.models.follow_up_warnings import Figure, FollowUpWarning, find_warnings
from pledges.models.metric import Metric
from pledges.models.natural_keys import current_language
from pledges.models.place import District
from pledges.models.pledge import NOT_BLANK, TOO_LARGE, Pledge
from pledges.models.texts import MultilineField, clean_texts
from pledges.models.tracking import tracked
from pledges.models.triggers.change_log import LogApprovedFollowUp
from pledges.models.triggers.follow_up import ApplyVerdict, EnforceReviewWorkflow, RejectDeletion
from pledges.models.unit import Unit
from pledges.models.violations import violation_messages

Row = TypeVar("Row", bound=models.Model)
ASSIGNABLE_STATUSES = [(status.value, status.label) for status in Status if status != Status.UNCHECKED]
CHANGEABLE = frozenset({ReviewState.DRAFT, ReviewState.RETURNED})
# Follow-ups that were never reviewed sort as the newest.
REVIEWED = Coalesce("reviewed_at", datetime(9999, 12, 31, tzinfo=UTC))


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def public(self) -> Self:
        """Approved follow-ups of published pledges."""
        return self.filter(state=ReviewState.APPROVED, pledge__in=Pledge.objects.public())

    def visible_to(self, user: AbstractBaseUser | AnonymousUser | None) -> Self:
        """Return all follow-ups if the user has the permission to view them, otherwise the public ones."""
        has_permission = isinstance(user, User) and user.has_perm("pledges.view_followup")
        return self if has_permission else self.public()

    def awaiting(self, reviewer: AbstractBaseUser | AnonymousUser) -> Self:
        """Submitted follow-ups that a reviewer may approve: those of other users or, with `ONE_PERSON_DESK`, all."""
        submitted = self.filter(state=ReviewState.SUBMITTED)
        return (
            submitted
            if settings.ONE_PERSON_DESK
            else submitted.exclude(Q(writers__contains=[reviewer.pk or 0]) | Q(submitter=reviewer.pk))
        )

    def in_force(self) -> Self:
        """Approved follow-ups that no other one corrects."""
        corrections = FollowUp.objects.filter(state=ReviewState.APPROVED, supersedes=OuterRef("pk"))
        return self.filter(~Exists(corrections), state=ReviewState.APPROVED)

    def newest_first(self) -> Self:
        """Sort by time of approval, newest first."""
        return self.order_by(REVIEWED.desc(), "-pk")

    def decisive_first(self) -> Self:
        """Sort by `as_of` day, and of one day by time of approval: the first one determines the status."""
        return self.order_by("-as_of", "-reviewed_at")


@tracked(
    exclude=["version", "created_at", "updated_at", "writers", "previous_status", "resulting_status", "judged_values"]
)
class FollowUp(ValidatesChecksAtOnce):
    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="follow_ups", verbose_name=_("pledge"))
    status = models.CharField(_("status"), max_length=12, choices=ASSIGNABLE_STATUSES)
    actual = models.DecimalField(
        _("actual figure"),
        max_digits=24,
        decimal_places=6,
        null=True,
        blank=True,
        help_text=_("As given by the source, in its unit."),
    )
    actual_bound = models.CharField(
        _("qualifier of the actual figure"),
        max_length=10,
        choices=Bound,
        default=Bound.EXACT,
        db_default=Bound.EXACT,
        help_text=_("As given by the source: “at least” for 突破620亿斤."),
    )
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="follow_ups",
        verbose_name=_("unit"),
        help_text=_("The pledge's unit, or another of the same dimension."),
    )
    as_of = models.DateField(
        _("as of"),
        null=True,
        blank=True,
        help_text=_("The day for which the figure holds: 2025-12-31 for a full-year total, whenever published."),
    )
    summary = MultilineField(
        _("summary"), blank=True, default="", help_text=_("Public. The result in one or two sentences.")
    )
    reason = MultilineField(
        _("reason"),
        blank=True,
        default="",
        help_text=_("Public. Required if the status differs from the suggested one, or if a warning is confirmed."),
    )
    # Keys of `FollowUpWarning`. They name the values, so a confirmation doesn't hold for other ones.
    confirmed_warnings = ArrayField(
        models.TextField(), verbose_name=_("confirmed warnings"), default=list, db_default=[], editable=False
    )

    supersedes = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="superseded_by",
        verbose_name=_("corrects"),
        help_text=_(
            "Only for a correction: the approved follow-up that was wrong. It no longer counts for the status."
        ),
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
    review_note = MultilineField(
        _("note of the reviewer"), blank=True, default="", help_text=_("Not public. Required when returning.")
    )

    # Filled in by triggers.
    # The keys of all users who have written any of its fields or evidence.
    writers = ArrayField(models.IntegerField(), verbose_name=_("writers"), default=list, db_default=[], editable=False)
    approved_alone = models.BooleanField(
        _("approved by whoever wrote or submitted it"), default=False, db_default=False, editable=False
    )
    # The public status of the pledge before and after the approval.
    previous_status = models.CharField(  # noqa: DJ001  not approved
        _("status before"), max_length=12, choices=Status, null=True, editable=False
    )
    resulting_status = models.CharField(  # noqa: DJ001  not approved
        _("status after"), max_length=12, choices=Status, null=True, editable=False
    )
    judged_values = models.JSONField(
        _("judged values"), null=True, editable=False, encoder=DjangoJSONEncoder, decoder=ExactJSONDecoder
    )
    """The target at the submission, as of `judged_columns.judged_values()`, and the unit of the actual figure.

    An approval requires that they are still the same.
    """
    version = models.PositiveIntegerField(_("version"), db_default=1, editable=False)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, editable=False)
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, editable=False)
    created_at = models.DateTimeField(_("created at"), db_default=Now(), editable=False)
    updated_at = models.DateTimeField(_("updated at"), db_default=Now(), editable=False)

    comparison: Comparison | None = None
    """Set by `clean()` if the own figure of a relative target was entered."""

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
            allowed_values("follow_up", "state", ReviewState),
            allowed_values("follow_up", "actual_bound", Bound),
            models.CheckConstraint(
                condition=Q(actual_bound=Bound.EXACT) | Q(actual__isnull=False),
                name="follow_up_bound_has_actual",
                violation_error_message=_("Enter the actual figure that the qualifier belongs to."),
            ),
            clean_texts("follow_up", texts=["summary", "reason", "review_note"]),
            models.CheckConstraint(
                condition=Q(actual=None) | (Q(actual__lt=TOO_LARGE) & Q(actual__gt=-TOO_LARGE)),
                name="follow_up_actual_is_a_number",
                violation_error_message=_("The value must be below 10¹⁸."),
            ),
            models.CheckConstraint(
                condition=Q(actual=None, unit=None) | Q(actual__isnull=False, unit__isnull=False),
                name="follow_up_actual_has_unit",
                violation_error_message=_("Enter both the actual figure and its unit."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=CHANGEABLE) | Q(as_of__isnull=False),
                name="follow_up_has_as_of",
                violation_error_message=_("Enter the day for which this holds (“as of”)."),
            ),
            models.CheckConstraint(
                condition=Q(confirmed_warnings=[]) | Q(reason__regex=NOT_BLANK),
                name="follow_up_confirmed_with_reason",
                violation_error_message=_("Give a reason for what you confirm."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ReviewState.APPROVED, ReviewState.RETURNED]) | Q(reviewer__isnull=False),
                name="follow_up_has_reviewer",
                violation_error_message=_("Select a reviewer."),
            ),
            models.CheckConstraint(
                condition=~Q(state=ReviewState.RETURNED) | Q(review_note__regex=NOT_BLANK),
                name="follow_up_returned_with_reason",
                violation_error_message=_("Say why it is returned."),
            ),
            models.UniqueConstraint(
                fields=["supersedes"],
                condition=Q(state=ReviewState.APPROVED),
                name="follow_up_superseded_once",
                violation_error_message=_("This follow-up has been corrected already. Correct its correction."),
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
        """Report errors by field: violations of constraints and triggers, and parts that a submission still lacks."""
        super().clean()
        if self.actual is not None and self.unit_id is None and self.pledge_id:
            self.unit = self.pledge.unit
        if self.actual is None:
            self.unit = None
            self.actual_bound = Bound.EXACT
        elif self.pledge_id and self.unit and is_own_figure(self.unit, self.pledge):
            self._replace_by_distance()
        if not self.reason.strip():
            self.confirmed_warnings = []
        if not self.pledge_id or not self.status:
            return  # validation of the fields has reported errors already
        errors: dict[str, list[Any]] = defaultdict(list)
        for field, rule in broken_rules(self.pledge, self.status, self.actual, self.unit, self.as_of):
            errors[field].append(violation_messages()[rule])
        corrected = self.supersedes
        if corrected and (corrected.pledge_id != self.pledge_id or corrected.state != ReviewState.APPROVED):
            errors["supersedes"].append(violation_messages()["follow_up_supersedes_approved"])
        if self.state not in CHANGEABLE:
            self._add_submission_errors(errors)
        if errors:
            raise ValidationError(errors)

    def _replace_by_distance(self) -> None:
        """Replace the own figure of a relative target by its distance from the approved figure of the other metric.

        The summary names both figures. So the verdict stays as it is if the other figure changes later.
        """
        own, unit, other = self.actual, self.unit, self.compared_follow_up
        if own is None or unit is None or other is None:
            params = {"name": self.pledge.compared_quantity_in(current_language()), "unit": self.pledge.unit_id}
            text = _("%(name)s has no approved figure as of the same day. Enter the distance, in %(unit)s.")
            raise ValidationError({"unit": text % params})
        self.comparison = Comparison(self.pledge, own, self.actual_bound, unit, other)
        self.actual, self.unit = self.comparison.distance, self.pledge.unit
        self.summary = "\n".join(filter(None, [self.summary.strip(), str(self.comparison)]))

    @property
    def compared_follow_up(self) -> "FollowUp | None":
        """The approved figure with which a relative target is compared, as of the same day."""
        found: FollowUp | None = compared_follow_up(self.pledge, self.as_of, FollowUp.objects.in_force())
        return found

    def _add_submission_errors(self, errors: dict[str, list[Any]]) -> None:
        if self.status in VERDICTS and self.as_of is None:
            errors["as_of"].append(violation_messages()["follow_up_has_as_of"])
        if lacks_evidence(self.status, has_evidence=self.evidence.exists()):
            errors["status"].append(violation_messages()["follow_up_verdict_has_evidence"])
        suggested = self.assessment
        if suggested and lacks_reason(suggested, self.status, self.reason):
            label = Status(suggested.status).label
            errors["reason"].append(
                _("The figures suggest “%(status)s”. Give a reason for choosing otherwise.") % {"status": label}
            )

    @property
    def is_verdict(self) -> bool:
        return self.status in VERDICTS

    def is_authored_or_submitted_by(self, user: AbstractBaseUser | AnonymousUser) -> bool:
        """Return whether a user submitted this follow-up or wrote any part of it, and so can't approve it."""
        return user.pk is not None and user.pk in (self.author_id, self.submitter_id, *self.writers)

    @property
    def is_changeable(self) -> bool:
        return self.state in CHANGEABLE

    @property
    def outranked_by(self) -> "FollowUp | None":
        """The approved follow-up with a later `as_of` day, if any: this one will not change the status, or has not."""
        if self.as_of is None:
            return None
        others = self.pledge.follow_ups.in_force().exclude(pk=self.supersedes_id or 0)
        return others.filter(as_of__gt=self.as_of).select_related("unit").decisive_first().first()

    @property
    def warnings(self) -> list[FollowUpWarning]:
        """What is possible but probably wrong in a follow-up that was saved with its evidence."""
        evidence = self.evidence.values_list("published_on", "statement__document__date")
        days = [day for published_on, said in evidence for day in (published_on, said and latest(said)) if day]
        previous = self.previous if self.figure else None
        compared = previous.figure if previous else None
        return list(find_warnings(self.pledge, self.figure, previous=compared, evidence_days=days))

    @property
    def unconfirmed_warnings(self) -> list[FollowUpWarning]:
        """The warnings that have not been confirmed for these values."""
        return [warning for warning in self.warnings if warning.key not in self.confirmed_warnings]

    @property
    def figure(self) -> Figure | None:
        """The actual figure, if it can be compared with the target of the pledge."""
        if self.actual is None or self.unit is None or not is_comparable(self.unit, self.pledge):
            return None
        judged = self.judged_unit or self.unit
        return Figure(self.actual, self.unit, judged.exact_factor)

    @property
    def has_comparable_figure(self) -> bool:
        """Whether the figure of this approved follow-up is one of what the pledge measures now."""
        return self.figure is not None and self.judged_pledge.measure == self.pledge.measure

    @property
    def previous(self) -> "FollowUp | None":
        """The latest approved follow-up with a comparable figure, other than the one that this one corrects."""
        others = self.pledge.follow_ups.in_force().exclude(pk__in=[self.pk or 0, self.supersedes_id or 0])
        with_figure = others.exclude(actual=None).select_related("unit").decisive_first()
        return next((other for other in with_figure if other.has_comparable_figure), None)

    @property
    def actual_in_words(self) -> str:
        """The actual figure as it was entered, such as 400.7 亿元; an empty string without one."""
        if self.actual is None or self.unit is None:
            return ""
        return figure_in_words(self.actual, self.actual_bound, self.unit.names, current_language())

    def finding_in_words(self) -> str:
        """Return the status, the actual figure and the day, such as 已兑现 · 400.7 亿元 · 2025-12-31."""
        return " · ".join(filter(None, [str(self.get_status_display()), self.actual_in_words, str(self.as_of or "")]))

    @property
    def assessment(self) -> Assessment | None:
        """The status that the figures suggest; None without an actual figure."""
        if self.judged_values is None:
            return assessment(self.pledge, self.actual, self.unit, self.as_of, self.actual_bound)
        return assessment(self.judged_pledge, self.actual, self.judged_unit, self.as_of, self.actual_bound)

    @property
    def judged_unit(self) -> Unit | None:
        """The unit of the actual figure, with the factor that it had at the approval."""
        if self.judged_values is None or self.unit_id is None:
            return self.unit
        return _row_from(Unit, self.judged_values["actual_unit"])

    @property
    def judged_pledge(self) -> Pledge:
        """The pledge with the target and quote that this follow-up judged, not to be saved. Before the approval, it
        is the pledge itself.
        """
        if self.judged_values is None:
            return self.pledge
        judged = copy(self.pledge)
        for name, value in _python_values(Pledge, self.judged_values["target"]).items():
            setattr(judged, name, value)
        judged.quote = self.judged_values["quote"]
        judged.unit = _row_from(Unit, self.judged_values["unit"])
        judged.metric = _row_from(Metric, self.judged_values["metric"])
        other = self.judged_values.get("compared_with")
        judged.compared_with = _row_from(Metric, other) if other else None
        place = self.judged_values.get("compared_with_district")
        judged.compared_with_district = _row_from(District, place) if place else None
        if self.judged_values["unit"]["dimension"] != self.judged_values["metric"]["dimension"]:
            judged.metric.tolerance = None  # it is in another dimension; these rows have no keys to compare
        return judged


def _python_values(model: type[models.Model], values: dict[str, Any]) -> dict[str, Any]:
    """Return the values of a JSON row by field, without relations and columns that have been removed since."""
    written = [field for field in model._meta.concrete_fields if not field.is_relation and not field.generated]
    fields = {field.column: field for field in written}
    return {fields[name].attname: fields[name].to_python(value) for name, value in values.items() if name in fields}


def _row_from(model: type[Row], values: dict[str, Any]) -> Row:
    return model(**_python_values(model, values))


def broken_rules(
    pledge: Pledge, status: str, actual: Decimal | None, unit: Unit | None, as_of: date | None
) -> Iterator[tuple[str, str]]:
    """Yield the rules that a follow-up would break today, each as (field, name of the rule)."""
    amount = None
    if unit and not is_comparable(unit, pledge):
        yield "unit", "follow_up_unit_fits_pledge"
    elif unit and actual is not None:
        amount = Fraction(actual) * unit.exact_factor
    yield from broken_follow_up_rules(
        status=status,
        amount=amount,
        unit_factor=pledge.unit.exact_factor,
        measure=pledge.measure,
        is_relative=pledge.is_relative,
        as_of=as_of,
        said_earliest=pledge.statement.document.date_earliest,
        last_day=pledge.last_day,
        today=timezone.localdate(),
    )


def is_comparable(unit: Unit, pledge: Pledge) -> bool:
    """Return whether figures in a unit can be compared with the target of a pledge."""
    return unit.dimension_id == pledge.unit.dimension_id


def status_stays(other: FollowUp) -> str:
    """Return the sentence about a follow-up that does not change the status because another one has a later day."""
    params = {"status": other.get_status_display(), "day": other.as_of}
    return _("It doesn't change the status: “%(status)s” as of %(day)s is later.") % params


def lacks_evidence(status: str, *, has_evidence: bool) -> bool:
    """Return whether a follow-up can't be submitted because its status needs evidence and it has none."""
    return status in VERDICTS and not has_evidence


def lacks_reason(suggested: Assessment, status: str, reason: str) -> bool:
    """Return whether a follow-up can't be submitted because it lacks a reason for not taking the suggested status."""
    return status not in suggested.compatible_statuses and not reason.strip()


def assessment(
    pledge: Pledge, actual: Decimal | None, unit: Unit | None, as_of: date | None, actual_bound: str = Bound.EXACT
) -> Assessment | None:
    """Return the status and the completion ratio that an actual figure suggests.

    The figure is in `unit`, or in the pledge's unit without one; `as_of` is today by default. None without a figure, or
    if its unit is of another dimension. A figure as of today counts as one as of yesterday: on its last day a
    pledge can still be met.
    """
    if actual is None:
        return None
    if unit is not None:
        if not is_comparable(unit, pledge):
            return None
        actual = convert(actual, unit.exact_factor, pledge.unit.exact_factor)
    today = timezone.localdate()
    return assess(
        pledge.target,
        actual,
        as_of=min(as_of or today, today - timedelta(days=1)),
        deadline=pledge.deadline,
        actual_bound=actual_bound,
    )
