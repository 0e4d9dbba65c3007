"""What is promised: metrics, and the units in which they are written."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .change_triggers import PublicRow
from .choices import Direction, known
from .followup_triggers import FitUnit
from .history import tracked
from .natural_keys import NaturalKeyModel, fits_an_address
from .triggers import DeriveAgain, RefuseChange


@tracked(exclude=[])
class Topic(NaturalKeyModel):
    name = models.CharField(_("name"), max_length=50, unique=True)
    name_en = models.CharField(_("English name"), max_length=50, blank=True)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["slug"]
        triggers = [
            RefuseChange("slug", "slug_is_permanent"),
            PublicRow("metric_id IN (SELECT id FROM pledges_metric WHERE topic_id = NEW.id)"),
        ]

    def __str__(self) -> str:
        return self.name


@tracked(exclude=[])
class Dimension(NaturalKeyModel):
    """What can be compared: money, area; each counting word is one of its own."""

    name = models.CharField(_("name"), max_length=50, unique=True)
    name_en = models.CharField(_("English name"), max_length=50, blank=True)
    base_unit = models.CharField(
        _("base unit"), max_length=20, help_text=_("The unit in which amounts are compared: 元.")
    )
    is_additive = models.BooleanField(
        _("additive"),
        default=True,
        db_default=True,
        help_text=_("Whether amounts can be summed: money can; percentages, ranks and days can't."),
    )

    class Meta:
        verbose_name = _("dimension")
        verbose_name_plural = _("dimensions")
        ordering = ["slug"]
        triggers = [
            RefuseChange("slug", "slug_is_permanent"),
            PublicRow("unit_id IN (SELECT symbol FROM pledges_unit WHERE dimension_id = NEW.id)"),
        ]

    def __str__(self) -> str:
        return self.name


@tracked(exclude=[])
class Unit(models.Model):
    symbol = models.CharField(_("symbol"), max_length=20, primary_key=True, help_text=_("As written: 亿元."))
    name_en = models.CharField(_("English name"), max_length=50, blank=True)
    dimension = models.ForeignKey(Dimension, models.PROTECT, related_name="units", verbose_name=_("dimension"))
    factor = models.DecimalField(
        _("factor"),
        max_digits=30,
        decimal_places=12,
        help_text=_("How many base units this is: 1 亿元 is 100000000 元."),
    )

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["dimension", "factor", "symbol"]
        constraints = [
            models.CheckConstraint(
                condition=Q(factor__gt=0) & Q(factor__lt=Decimal("1e18")),  # NaN is not below it
                name="unit_factor_positive",
                violation_error_message=_("The factor must be above 0 and below 10¹⁸."),
            ),
        ]
        triggers = [
            DeriveAgain("unit_id = NEW.symbol", on_change_of=("factor",)),
            FitUnit(),
            PublicRow(
                """id IN (
                    SELECT id FROM pledges_pledge WHERE unit_id = NEW.symbol
                    UNION SELECT pledge_id FROM pledges_followup WHERE unit_id = NEW.symbol AND state = 'approved'
                )"""
            ),
        ]

    def __str__(self) -> str:
        return self.symbol


@tracked(exclude=[])
class Metric(NaturalKeyModel):
    """A canonical metric: the same thing promised in several years and districts makes a series."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="metrics", verbose_name=_("topic"))
    dimension = models.ForeignKey(Dimension, models.PROTECT, related_name="metrics", verbose_name=_("dimension"))
    direction = models.CharField(_("direction"), max_length=10, choices=Direction, default=Direction.MORE)

    class Meta:
        verbose_name = _("metric")
        verbose_name_plural = _("metrics")
        ordering = ["slug"]
        constraints = [known("metric", "direction", Direction), fits_an_address("metric")]
        triggers = [
            RefuseChange("slug", "slug_is_permanent"),
            DeriveAgain("metric_id = NEW.id", on_change_of=("name",)),
            PublicRow("metric_id = NEW.id"),
        ]

    def __str__(self) -> str:
        return self.name
