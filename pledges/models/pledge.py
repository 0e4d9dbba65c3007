"""Pledges: each is one measurable target that an official stated for one district."""

from collections import defaultdict
from contextlib import suppress
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pgtrigger
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Cast, Coalesce, Left, Now, Right
from django.db.models.lookups import Exact, LessThan
from django.utils.translation import gettext_lazy as _

from pledges.domain import wording
from pledges.domain.amounts import UnitNames
from pledges.domain.assessment import CAN_BE_NEGATIVE, CHANGES, PERCENTAGE_POINTS, STRICT_BOUNDS, Target, convert
from pledges.domain.comparison_wording import COUNTRY, Names, Reference
from pledges.domain.dates import PERIOD, counted_from, first_year, parse_period
from pledges.domain.identifiers import MAX_REFERENCE_LENGTH, REFERENCE
from pledges.domain.pace import Pace, pace
from pledges.domain.target_rules import (
    FIRST_YEAR,
    GROWTH_RATES,
    LAST_DAY,
    LAST_YEAR,
    PERCENTAGES,
    broken_target_rules,
)
from pledges.domain.timeliness import Timeliness, is_late, timeliness
from pledges.models.check_constraints import ValidatesChecksAtOnce
from pledges.models.choices import VERDICTS, Bound, Measure, State, Status, Strength, Tier, allowed_values
from pledges.models.metric import Metric
from pledges.models.natural_keys import current_language
from pledges.models.place import District
from pledges.models.pledge_columns import NOT_LOADED, UNTRACKED
from pledges.models.pledge_queryset import PledgeQuerySet
from pledges.models.source import Statement
from pledges.models.texts import LineField, MultilineField, QuoteField, clean_texts
from pledges.models.tracking import tracked
from pledges.models.triggers.amendment import ProtectFromSuccessor, ProtectJudged
from pledges.models.triggers.change_log import LogChangedPledge, LogNewPledges
from pledges.models.triggers.edits import MarkEdits
from pledges.models.triggers.follow_up import ProtectOpenFollowUps, ProtectStatus
from pledges.models.triggers.pledge import DerivePledge, RejectEarlyDeadline
from pledges.models.triggers.pledge_count import CountPledges, ResetCounts
from pledges.models.triggers.rejection import RejectChange
from pledges.models.triggers.responsible_bodies import RejectUnknownBody
from pledges.models.triggers.supersession import (
    ProtectSuperseded,
    RejectCycleOfSupersession,
    RejectUnknownSuperseded,
)
from pledges.models.unit import Unit
from pledges.models.violations import violation_messages

# Above every number that fits the column. PostgreSQL sorts NaN highest, so `< TOO_LARGE` also excludes it.
TOO_LARGE = Decimal("1e18")
IS_PERIOD = Q(period__regex=f"^{PERIOD}$")
NOT_BLANK = "[^\\s\u3000]"  # in some locales \s does not match an ideographic space
# Sort keys that put pledges without a deadline last in both directions, each with an index.
WITHOUT_DEADLINE_ASC = date(9999, 12, 31)
WITHOUT_DEADLINE_DESC = date(1, 1, 1)


@tracked(exclude=UNTRACKED)
class Pledge(ValidatesChecksAtOnce):
    ref = models.CharField(
        _("reference"),
        max_length=MAX_REFERENCE_LENGTH,
        db_collation="C",  # so that references sort alike on every server
        help_text=_("Public; never changes and is never reused."),
    )
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="pledges", verbose_name=_("statement"))
    quote = QuoteField(_("quote"), help_text=_("Verbatim, and as short as is still clear."))
    district = models.ForeignKey(
        District,
        models.PROTECT,
        related_name="pledges",
        db_index=False,
        verbose_name=_("district"),
        help_text=_("The district that the pledge binds; it may differ from the official's own."),
    )
    metric = models.ForeignKey(Metric, models.PROTECT, related_name="pledges", db_index=False, verbose_name=_("metric"))
    label = LineField(
        _("metric as worded"),
        max_length=200,
        blank=True,
        help_text=_("What is measured, without the number: 年度投资额. Leave empty for the metric's name."),
    )
    measure = models.CharField(
        _("measure"), max_length=20, choices=Measure, default=Measure.TOTAL, db_default=Measure.TOTAL
    )
    compared_with = models.ForeignKey(
        Metric,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="compared_pledges",
        db_index=False,
        verbose_name=_("compared with"),
        help_text=_("Only for a relative target such as 高于全国平均水平: the value is the distance from this metric."),
    )
    compared_with_district = models.ForeignKey(
        District,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="compared_pledges",
        db_index=False,
        verbose_name=_("compared with district"),
        help_text=_("Leave empty for the district of the pledge."),
    )
    bound = models.CharField(_("qualifier"), max_length=10, choices=Bound, default=Bound.EXACT, db_default=Bound.EXACT)
    value = models.DecimalField(
        _("value"), max_digits=24, decimal_places=6, help_text=_("As written, in the unit as written.")
    )
    value_max = models.DecimalField(
        _("upper value"), max_digits=24, decimal_places=6, null=True, blank=True, help_text=_("Only for a range.")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="pledges", db_index=False, verbose_name=_("unit"))
    # Filled in by a trigger: the values in the base unit of their dimension.
    amount = models.DecimalField(_("amount in base units"), max_digits=38, decimal_places=6, editable=False)
    amount_max = models.DecimalField(
        _("upper amount in base units"), max_digits=38, decimal_places=6, null=True, editable=False
    )
    baseline = models.DecimalField(
        _("baseline"),
        max_digits=24,
        decimal_places=6,
        null=True,
        blank=True,
        help_text=_("The baseline, if the same sentence gives it."),
    )
    baseline_year = models.PositiveSmallIntegerField(
        _("baseline year"),
        null=True,
        blank=True,
        help_text=_("The year from which a change is counted, if not the year before: 2020 for 较2020年下降."),
    )
    tolerance = models.DecimalField(
        _("tolerance"),
        max_digits=24,
        decimal_places=6,
        null=True,
        blank=True,
        help_text=_("Only if the text names what “about” tolerates, in the unit of the value."),
    )
    year = models.PositiveSmallIntegerField(_("year"))
    deadline = models.DateField(
        _("deadline"),
        null=True,
        blank=True,
        help_text=_("The last day on which it can be met. Leave empty if none is named."),
    )
    period = models.CharField(
        _("period"),
        max_length=9,
        blank=True,
        default="",
        db_default="",
        help_text=_("Only for a target that covers several years: the first and the last one, 2021/2025."),
    )
    strength = models.CharField(
        _("strength"), max_length=10, choices=Strength, default=Strength.FIRM, db_default=Strength.FIRM
    )
    tier = models.CharField(_("tier"), max_length=10, choices=Tier, default=Tier.CORE, db_default=Tier.CORE)
    success_criterion = MultilineField(
        _("explicit criterion"),
        blank=True,
        default="",
        db_default="",
        help_text=_("Only if the target itself does not say what counts as met. Public."),
    )
    # References instead of a table: they never change, and all that is recorded of a pledge is in its row.
    supersedes = ArrayField(
        models.CharField(max_length=MAX_REFERENCE_LENGTH, db_collation="C"),
        verbose_name=_("supersedes"),
        default=list,
        blank=True,
        help_text=_(
            "The references of the earlier pledges that this one replaces, separated by commas: targets lowered,"
            " raised, postponed, merged or split."
        ),
    )
    # Slugs instead of a table, for the same reason: a slug never changes, and a merge replaces it.
    responsible_bodies = ArrayField(
        models.CharField(max_length=100),
        verbose_name=_("responsible bodies"),
        default=list,
        db_default=[],
        blank=True,
        help_text=_("The bodies that the text names as responsible for the target, such as 市财政局."),
    )
    note = MultilineField(
        _("note"), blank=True, default="", db_default="", help_text=_("Public. What readers and checkers should know.")
    )

    state = models.CharField(
        _("publication"), max_length=10, choices=State, default=State.DRAFT, db_default=State.DRAFT
    )
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=Status,
        default=Status.UNCHECKED,
        db_default=Status.UNCHECKED,
        editable=False,
    )
    status_since = models.DateField(_("status since"), null=True, blank=True, editable=False)
    last_checked_on = models.DateField(_("last checked on"), null=True, blank=True, editable=False)

    current_follow_up = models.ForeignKey(
        "FollowUp",
        models.DO_NOTHING,  # a trigger keeps approved follow-ups
        null=True,
        editable=False,
        related_name="+",
        db_index=False,
        verbose_name=_("follow-up that determines the status"),
    )

    on_earlier_target = models.BooleanField(
        _("given on an earlier target"), default=False, db_default=False, editable=False
    )

    assignee = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="assigned_pledges",
        verbose_name=_("assigned to"),
        help_text=_("Who checks it; not public."),
    )

    # Filled in by triggers.
    # The deadline or, without one, the end of the plan year.
    last_day = models.DateField(editable=False)
    search_text = models.TextField(editable=False)
    edited_fields = ArrayField(
        models.CharField(max_length=30), verbose_name=_("fields edited by hand"), default=list, editable=False
    )
    loaded_from = models.CharField(
        _("loaded from"), max_length=500, blank=True, default="", db_default="", editable=False
    )
    created_at = models.DateTimeField(_("created at"), db_default=Now(), editable=False)
    updated_at = models.DateTimeField(_("updated at"), db_default=Now(), editable=False)

    actual_amount: Decimal | None  # only with `with_actual()`
    # Only with `with_finding()`.
    finding_actual: Decimal | None
    finding_unit: str
    finding_numerator: Decimal
    finding_denominator: Decimal
    finding_dimension: int
    finding_judged: str | None

    objects = PledgeQuerySet.as_manager()

    class Meta:
        verbose_name = _("pledge")
        verbose_name_plural = _("pledges")
        ordering = ["ref"]
        constraints = [
            models.UniqueConstraint(
                fields=["ref"],
                name="pledge_ref_unique",
                violation_error_message=_("Another pledge has this reference."),
            ),
            models.CheckConstraint(
                condition=Q(ref__regex=f"^{REFERENCE}$"),
                name="pledge_ref_fits_url",
                violation_error_message=_(
                    "A reference starts with a letter or digit and may contain Latin letters, digits, “.”, “_” and “-”."
                ),
            ),
            models.CheckConstraint(
                condition=Q(quote__regex=NOT_BLANK) & Q(label__regex=NOT_BLANK),
                name="pledge_quote_and_label_not_empty",
                violation_error_message=_("Enter the quote and what is measured."),
            ),
            models.CheckConstraint(
                condition=Q(value__lt=TOO_LARGE)
                & (Q(value_max=None) | Q(value_max__lt=TOO_LARGE))
                & (Q(baseline=None) | Q(baseline__lt=TOO_LARGE)),
                name="pledge_value_is_a_number",
                violation_error_message=_("The value must be below 10¹⁸."),
            ),
            models.CheckConstraint(
                condition=Q(measure__in=sorted(CAN_BE_NEGATIVE))
                | Q(compared_with__isnull=False)
                | (Q(value__gte=0) & (Q(baseline=None) | Q(baseline__gte=0))),
                name="pledge_value_not_negative",
                violation_error_message=_("Only growth, an increase or a level can be negative."),
            ),
            models.CheckConstraint(
                condition=Q(value_max=None) | Q(value_max__gte=F("value")),
                name="pledge_value_max_not_below_value",
                violation_error_message=_("The upper value must not be below the lower one."),
            ),
            models.CheckConstraint(
                condition=~Q(measure=Measure.SHARE)
                | (
                    Q(value__lte=100)
                    & (Q(value_max=None) | Q(value_max__lte=100))
                    & (Q(baseline=None) | Q(baseline__lte=100))
                ),
                name="pledge_share_at_most_100",
                violation_error_message=_("A share can't exceed 100 per cent."),
            ),
            models.CheckConstraint(
                condition=~Q(measure__in=sorted(PERCENTAGES)) | Q(unit="%") | Q(compared_with__isnull=False),
                name="pledge_growth_and_share_in_percent",
                violation_error_message=_("Growth rates and shares must be in per cent."),
            ),
            models.CheckConstraint(
                condition=~Q(bound__in=sorted(STRICT_BOUNDS))
                | Q(Q(measure__in=sorted(GROWTH_RATES)) | Q(compared_with__isnull=False), value=0, value_max=None),
                name="pledge_strict_bound_of_zero",
                violation_error_message=_(
                    "“More than” and “less than” need the value 0: positive or negative growth, or beyond another"
                    " figure."
                ),
            ),
            models.CheckConstraint(
                condition=Q(compared_with_district=None) | Q(compared_with__isnull=False),
                name="pledge_comparison_has_metric",
                violation_error_message=_("Select the metric of the figure with which it is compared."),
            ),
            models.CheckConstraint(
                condition=Q(compared_with=None)
                | ~Q(compared_with=F("metric"))
                | Q(~Q(compared_with_district=F("district")), compared_with_district__isnull=False),
                name="pledge_comparison_with_other_figure",
                violation_error_message=_("A target is compared with another metric, or with another district."),
            ),
            models.CheckConstraint(
                condition=Q(compared_with=None)
                | Q(Q(unit=PERCENTAGE_POINTS) | ~Q(measure__in=sorted(PERCENTAGES)) & ~Q(unit="%")),
                name="pledge_comparison_in_unit_of_distance",
                violation_error_message=_(
                    "The value of a relative target is the distance: percentage points for growth and other rates."
                ),
            ),
            models.CheckConstraint(
                condition=Q(compared_with=None) | ~Q(measure=Measure.RANK),
                name="pledge_comparison_not_of_ranks",
                violation_error_message=_("A rank is not compared with another figure."),
            ),
            models.CheckConstraint(
                condition=~Q(measure=Measure.RANK) | (Q(value__gte=1) & (Q(baseline=None) | Q(baseline__gte=1))),
                name="pledge_rank_at_least_1",
                violation_error_message=_("A rank starts at 1."),
            ),
            models.CheckConstraint(
                condition=Q(tolerance=None) | Q(tolerance__gte=0, tolerance__lt=TOO_LARGE),
                name="pledge_tolerance_not_negative",
                violation_error_message=_("A tolerance can't be negative."),
            ),
            models.CheckConstraint(
                condition=Q(tolerance=None) | (Q(bound=Bound.ABOUT) & ~Q(measure=Measure.RANK)),
                name="pledge_tolerance_of_about",
                violation_error_message=_("Only “about” has a tolerance, and not for a rank."),
            ),
            models.CheckConstraint(
                condition=Q(year__gte=FIRST_YEAR) & Q(year__lte=LAST_YEAR),
                name="pledge_year_plausible",
                violation_error_message=_("The year must be between 1949 and 2200."),
            ),
            models.CheckConstraint(
                condition=Q(deadline=None) | Q(deadline__year__gte=F("year")),
                name="pledge_deadline_not_before_year",
                violation_error_message=_("The deadline lies before the plan year."),
            ),
            models.CheckConstraint(
                condition=Q(period="") | IS_PERIOD,
                name="pledge_period_is_interval",
                violation_error_message=_("Write a period as 2021/2025."),
            ),
            models.CheckConstraint(
                condition=~IS_PERIOD | Q(LessThan(Left("period", 4), Right("period", 4)), period__gte=str(FIRST_YEAR)),
                name="pledge_period_in_order",
                violation_error_message=_("A period starts in 1949 or later, and ends in a later year."),
            ),
            models.CheckConstraint(
                condition=~IS_PERIOD | Q(Exact(Right("period", 4), Cast("year", models.CharField()))),
                name="pledge_period_ends_with_year",
                violation_error_message=_("A period ends with the plan year."),
            ),
            models.CheckConstraint(
                condition=~Q(measure=Measure.AVERAGE_GROWTH) | ~Q(period=""),
                name="pledge_average_growth_has_period",
                violation_error_message=_("Average yearly growth covers several years: enter the period."),
            ),
            models.CheckConstraint(
                condition=Q(baseline_year=None)
                | Q(baseline_year__gte=FIRST_YEAR, baseline_year__lt=F("year"))
                & (~IS_PERIOD | Q(LessThan(Cast("baseline_year", models.CharField()), Left("period", 4)))),
                name="pledge_baseline_year_before_target",
                violation_error_message=_(
                    "The baseline year must be before the years of the target, and not before 1949."
                ),
            ),
            models.CheckConstraint(
                condition=Q(baseline_year=None) | Q(measure__in=sorted(CHANGES)) | ~Q(baseline=None),
                name="pledge_baseline_year_of_change",
                violation_error_message=_("Only a change or a baseline has a baseline year."),
            ),
            models.CheckConstraint(
                condition=(Q(deadline=None) | Q(deadline__lte=LAST_DAY))
                & (Q(status_since=None) | Q(status_since__lte=LAST_DAY))
                & (Q(last_checked_on=None) | Q(last_checked_on__lte=LAST_DAY)),
                name="pledge_days_plausible",
                violation_error_message=_("The date must be before 2201."),
            ),
            clean_texts("pledge", lines=["quote", "label"], texts=["success_criterion", "note"]),
            allowed_values("pledge", "measure", Measure),
            allowed_values("pledge", "bound", Bound),
            allowed_values("pledge", "strength", Strength),
            allowed_values("pledge", "tier", Tier),
            allowed_values("pledge", "state", State),
            allowed_values("pledge", "status", Status),
        ]
        indexes = [
            models.Index(fields=["district", "year"], name="pledge_by_district"),
            models.Index(fields=["metric", "year"], name="pledge_by_metric"),
            models.Index(fields=["unit"], name="pledge_by_unit"),
            models.Index(
                fields=["compared_with"], name="pledge_by_compared_metric", condition=Q(compared_with__isnull=False)
            ),
            models.Index(
                fields=["compared_with_district"],
                name="pledge_by_compared_district",
                condition=Q(compared_with_district__isnull=False),
            ),
            # Useful for rare values only; for common ones the planner reads an index in sort order instead.
            *(
                models.Index(fields=[choice], name=f"pledge_by_{choice}")
                for choice in ("measure", "bound", "strength", "tier")
            ),
            models.Index(fields=["year", "ref"], name="pledge_by_year"),
            models.Index(fields=["period"], name="pledge_by_period"),
            models.Index(
                fields=["baseline_year"],
                name="pledge_by_baseline_year",
                condition=Q(baseline_year__isnull=False),
            ),
            models.Index(fields=["amount", "ref"], name="pledge_by_amount"),
            models.Index(fields=["updated_at", "ref"], name="pledge_by_update"),
            models.Index(Coalesce("deadline", WITHOUT_DEADLINE_ASC), "ref", name="pledge_by_deadline"),
            models.Index(Coalesce("deadline", WITHOUT_DEADLINE_DESC), "ref", name="pledge_by_deadline_desc"),
            models.Index(fields=["status", "deadline"], name="pledge_by_status"),
            models.Index(
                fields=["current_follow_up"],
                name="pledge_by_current_follow_up",
                condition=Q(current_follow_up__isnull=False),
            ),
            GinIndex(fields=["supersedes"], name="pledge_by_superseded"),
            GinIndex(fields=["responsible_bodies"], name="pledge_by_responsible_body"),
            GinIndex(
                Func("search_text", function="pledges_bigrams", output_field=SearchVectorField()),
                name="pledge_search",
            ),
        ]
        triggers = [
            DerivePledge(),
            RejectEarlyDeadline(),
            MarkEdits(not_loaded=NOT_LOADED),
            RejectChange("ref", "pledge_ref_is_permanent"),
            RejectUnknownSuperseded(),
            RejectCycleOfSupersession(),
            ProtectSuperseded(),
            RejectUnknownBody(),
            ProtectStatus(pgtrigger.Insert),
            ProtectStatus(pgtrigger.Update),
            ProtectOpenFollowUps(),
            ProtectJudged("pledge"),
            ProtectFromSuccessor(pgtrigger.Insert),
            ProtectFromSuccessor(pgtrigger.Delete),
            LogNewPledges(),
            LogChangedPledge(pgtrigger.Update),
            LogChangedPledge(pgtrigger.Delete),
            CountPledges(pgtrigger.Insert),
            CountPledges(pgtrigger.Update),
            CountPledges(pgtrigger.Delete),
            ResetCounts(),
        ]

    def __str__(self) -> str:
        return self.ref

    def clean(self) -> None:
        """Fill in the default label, and report by field the errors that the database would otherwise raise."""
        super().clean()
        self.quote = "".join(self.quote.splitlines())
        with suppress(ValueError):  # reported below
            self.period = parse_period(self.period)
        if not self.label and self.metric_id:
            self.label = self.metric.name
        if None in (self.value, self.year, self.unit_id, self.statement_id):
            return  # validation of the fields has reported errors already
        broken = broken_target_rules(
            value=self.value,
            value_max=self.value_max,
            baseline=self.baseline,
            baseline_year=self.baseline_year,
            unit=self.unit_id,
            measure=self.measure,
            year=self.year,
            deadline=self.deadline,
            period=self.period,
            bound=self.bound,
            tolerance=self.tolerance,
            said_earliest=self.statement.document.date_earliest,
            metric=self.metric_id or 0,
            district=self.district_id or 0,
            compared_with=self.compared_with_id,
            compared_with_district=self.compared_with_district_id,
        )
        errors = defaultdict(list)
        for field, rule in broken:
            errors[field].append(violation_messages()[rule])
        if Pledge.objects.filter(ref__in=self.supersedes).count() < len(set(self.supersedes)):
            errors["supersedes"].append(violation_messages()["pledge_superseded_exists"])
        if errors:
            raise ValidationError(errors)

    def timeliness(self, today: date) -> Timeliness | None:
        return timeliness(self.deadline, has_verdict=self.status in VERDICTS, today=today)

    @property
    def superseded_by(self) -> PledgeQuerySet:
        """The pledges that replace this one."""
        return Pledge.objects.filter(supersedes__contains=[self.ref])

    @property
    def covered_years(self) -> int:
        """The number of years that the target covers."""
        return self.year - self.first_year + 1

    @property
    def first_year(self) -> int:
        since = counted_from(self.measure, self.baseline_year)
        return first_year(self.period, self.year, counted_from=since)

    @property
    def is_late(self) -> bool | None:
        """Whether the pledge was met after its deadline; None if it was not met or has no deadline."""
        return is_late(self.deadline, self.status_since) if self.status == Status.MET else None

    @property
    def pace(self) -> Pace | None:
        """Whether the target is reached as fast as time passes. Read the pledge with `with_actual()`."""
        return pace(
            self.target,
            None if self.actual_amount is None else Fraction(self.actual_amount) / self.unit.exact_factor,
            as_of=self.status_since,
            first_year=self.first_year,
            last_day=self.last_day,
            fiscal_year_starts=settings.RECORD_SETTINGS.fiscal_year_starts,
        )

    @property
    def target(self) -> Target:
        """The target as a value for the pure functions of `pledges.domain`."""
        return Target(
            value=self.value,
            value_max=self.value_max,
            bound=self.bound,
            measure=self.measure,
            baseline=self.baseline,
            direction=self.metric.direction,
            unit=self.unit_id,
            tolerance=self.effective_tolerance,
            is_relative=self.is_relative,
        )

    @property
    def is_relative(self) -> bool:
        """Whether the target is a distance from another figure. That of a judged pledge is a row without a key."""
        return self.compared_with_id is not None or self._state.fields_cache.get("compared_with") is not None

    @property
    def effective_tolerance(self) -> Decimal | None:
        """The pledge's own tolerance or that of its metric, in its unit; None for the default one.

        That of the metric is in its base unit: it does not apply to the growth rate of an investment.
        """
        tolerance, metric, unit = self.tolerance, self.metric, self.unit
        if tolerance is None and metric.tolerance is not None and metric.dimension_id == unit.dimension_id:
            return convert(metric.tolerance, Fraction(1), unit.exact_factor)
        return tolerance

    @property
    def metric_in_words(self) -> str:
        return self.metric_in(current_language())

    def metric_in(self, language: str) -> str:
        """Return what is measured: the metric's English name for a language code `en…`, otherwise as worded."""
        return (language.startswith("en") and self.metric.name_en) or self.label

    @property
    def target_in_words(self) -> str:
        return self.target_in(current_language())

    def target_in(self, language: str) -> str:
        return wording.target_in_words(self.target, self._terms, language)

    @property
    def criterion_in_words(self) -> str:
        return self.criterion_in(current_language())

    def criterion_in(self, language: str) -> str:
        """Return the success criterion: the editor's own or, without one, a sentence generated from the target."""
        return self.success_criterion or wording.criterion_in_words(
            self.target, self._terms, label=self.metric_in(language), language=language
        )

    @property
    def _terms(self) -> wording.Terms:
        # `symbol` is not read from the unit, because lists of the API have its English name only.
        unit = UnitNames(self.unit_id, self.unit.name_en)
        return wording.Terms(
            *(unit, self.year, self.deadline, self.period, self.baseline_year),
            compared_with=self._reference,
        )

    def compared_quantity_in(self, language: str) -> str:
        """Return the name of the figure with which a relative target is compared: “全国的地区生产总值增长率”."""
        reference = self._reference
        return reference.in_(self.target, language) if reference else ""

    @property
    def _reference(self) -> Reference | None:
        metric, place = self.compared_with, self.compared_with_district
        if metric is None:
            return None
        names = Names(metric.name, metric.name_en)
        if place is None:
            return Reference(names)
        return Reference(names, Names(COUNTRY if place.kind == "country" else place.name, place.name_en))
