"""Metrics, the quantities that pledges state targets for, and the topics that group them."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pledges.domain.target_rules import PERCENTAGES
from pledges.models.choices import Direction, Measure, allowed_values
from pledges.models.natural_keys import BilingualModel, reject_new_slug_unless_ascii, slug_fits_url
from pledges.models.texts import NameField, clean_texts
from pledges.models.tracking import tracked
from pledges.models.triggers.amendment import ProtectJudged
from pledges.models.triggers.change_log import LogDependents
from pledges.models.triggers.pledge import RefreshDerived
from pledges.models.triggers.redirect import RejectDeletionOfTarget, RejectMergedIdentifier
from pledges.models.triggers.rejection import MESSAGES, RejectChange, RejectSharedName
from pledges.models.triggers.search import DeriveSearchText
from pledges.models.unit import Dimension, Unit


@tracked(exclude=[])
class Topic(BilingualModel):
    name = NameField(_("name"), max_length=50, unique=True)
    name_en = NameField(_("English name"), max_length=50, blank=True)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["slug"]
        constraints = [clean_texts("topic", names=["name", "name_en"])]
        triggers = [
            RejectChange("slug", "slug_is_permanent"),
            reject_new_slug_unless_ascii(),
            LogDependents("topic", is_public_by_itself=True),
        ]


@tracked(exclude=["search_text"])
class Metric(BilingualModel):
    """A canonical metric; pledges of one metric in several years or districts can be compared."""

    name = NameField(_("name"), max_length=100, unique=True)
    name_en = NameField(_("English name"), max_length=100, blank=True)
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="metrics", verbose_name=_("topic"))
    dimension = models.ForeignKey(Dimension, models.PROTECT, related_name="metrics", verbose_name=_("dimension"))
    direction = models.CharField(_("direction"), max_length=10, choices=Direction, default=Direction.MORE)
    tolerance = models.DecimalField(
        _("tolerance"),
        max_digits=24,
        decimal_places=6,
        null=True,
        blank=True,
        help_text=_(
            "What “about” tolerates, in base units; for rates, percentage points. Leave empty for 5% of the figure or,"
            " for rates, 0.3 percentage points."
        ),
    )
    usual_unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("usual unit"),
        help_text=_("The unit in which targets are usually stated. Entry forms propose it with the usual measure."),
    )
    usual_measure = models.CharField(
        _("usual measure"), max_length=20, choices=Measure, blank=True, default="", db_default=""
    )
    aliases = ArrayField(
        NameField(max_length=100),
        verbose_name=_("other names"),
        default=list,
        db_default=[],
        blank=True,
        help_text=_("As reports write it, separated by commas: 规上工业增加值. No other metric may have these names."),
    )
    search_text = models.TextField(editable=False, db_default="")  # filled in by a trigger

    class Meta:
        verbose_name = _("metric")
        verbose_name_plural = _("metrics")
        ordering = ["slug"]
        constraints = [
            allowed_values("metric", "direction", Direction),
            allowed_values("metric", "usual_measure", Measure, optional=True),
            slug_fits_url("metric"),
            clean_texts("metric", names=["name", "name_en"], name_lists=["aliases"]),
            models.CheckConstraint(
                condition=Q(tolerance=None) | Q(tolerance__gte=0, tolerance__lt=Decimal("1e18")),  # NaN is not below it
                name="metric_tolerance_not_negative",
                violation_error_message=_("A tolerance can't be negative."),
            ),
            models.CheckConstraint(
                condition=~Q(usual_measure__in=sorted(PERCENTAGES)) | Q(usual_unit=None) | Q(usual_unit="%"),
                name="metric_usual_growth_and_share_in_percent",
                violation_error_message=_("Growth rates and shares must be in per cent."),
            ),
        ]
        triggers = [
            RejectChange("slug", "slug_is_permanent"),
            ProtectJudged("metric"),
            RejectMergedIdentifier("metric"),
            RejectDeletionOfTarget("metric"),
            reject_new_slug_unless_ascii(),
            RefreshDerived("metric_id = NEW.id", on_change_of=("name",)),
            DeriveSearchText("name", "name_en", lists=("aliases",)),
            RejectSharedName("pledges_metric", "metric_names_are_unique"),
            LogDependents("metric", is_public_by_itself=True),
        ]

    def clean(self) -> None:
        super().clean()
        self.aliases = [name for name in dict.fromkeys(self.aliases) if name != self.name]
        names = [self.name, *self.aliases]
        if Metric.objects.exclude(pk=self.pk).filter(Q(name__in=self.aliases) | Q(aliases__overlap=names)).exists():
            raise ValidationError({"aliases": MESSAGES["metric_names_are_unique"]})
