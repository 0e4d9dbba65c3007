"""Units as written in the sources, and the dimensions within which amounts can be compared."""

from decimal import Decimal
from fractions import Fraction
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from pledges.domain.amounts import UnitNames
from pledges.domain.units import fold_symbol
from pledges.models.natural_keys import BilingualModel, reject_new_slug_unless_ascii
from pledges.models.texts import NameField, clean_texts
from pledges.models.tracking import tracked
from pledges.models.triggers.amendment import ProtectJudged
from pledges.models.triggers.change_log import LogDependents
from pledges.models.triggers.follow_up import ProtectDimension
from pledges.models.triggers.pledge import RefreshDerived
from pledges.models.triggers.redirect import RejectDeletionOfTarget, RejectMergedIdentifier
from pledges.models.triggers.rejection import FOLDED_SYMBOL, MESSAGES, RejectChange, RejectVariantOfSymbol


@tracked(exclude=[])
class Dimension(BilingualModel):
    """A kind of quantity, such as money or area. Each counting word (所, 家) is a dimension of its own."""

    name = NameField(_("name"), max_length=50, unique=True)
    name_en = NameField(_("English name"), max_length=50, blank=True)
    base_unit = NameField(_("base unit"), max_length=20, help_text=_("The unit in which amounts are compared: 元."))
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
        constraints = [clean_texts("dimension", names=["name", "name_en", "base_unit"])]
        triggers = [
            RejectChange("slug", "slug_is_permanent"),
            reject_new_slug_unless_ascii(),
            ProtectJudged("dimension"),
            LogDependents("dimension", is_public_by_itself=True),
        ]


class UnitQuerySet(models.QuerySet["Unit"]):
    def written_as(self, symbol: str) -> Self:
        """Return the units with this symbol, however it is written: ％ and % are one unit."""
        folded = Func(F("symbol"), template=FOLDED_SYMBOL.format("%(expressions)s"), output_field=models.TextField())
        return self.alias(folded=folded).filter(folded=fold_symbol(symbol))


@tracked(exclude=["factor"])
class Unit(models.Model):
    symbol = NameField(_("symbol"), max_length=20, primary_key=True, help_text=_("As written: 亿元."))
    name_en = NameField(_("English name"), max_length=50, blank=True)
    dimension = models.ForeignKey(Dimension, models.PROTECT, related_name="units", verbose_name=_("dimension"))
    # How many base units this is, as an exact ratio: as a decimal, 2000/3 would be rounded.
    numerator = models.DecimalField(
        _("factor"),
        max_digits=30,
        decimal_places=0,
        help_text=_("How many base units this is: 1 亿元 is 100000000 元."),
    )
    denominator = models.DecimalField(
        _("divided by"),
        max_digits=30,
        decimal_places=0,
        default=1,
        db_default=1,
        help_text=_("For a factor that is no whole number: 1 亩 is 2000 / 3 平方米, 1 斤 is 1 / 2000 吨."),
    )
    factor = models.GeneratedField(
        verbose_name=_("rounded factor"),
        # `Greatest`: it is computed before the constraints are checked.
        expression=F("numerator") / Greatest(F("denominator"), Decimal(1)),
        output_field=models.DecimalField(max_digits=42, decimal_places=12),
        db_persist=True,
    )

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["dimension", "factor", "symbol"]
        constraints = [
            clean_texts("unit", names=["symbol", "name_en"]),
            models.CheckConstraint(
                condition=Q(numerator__gt=0, numerator__lt=F("denominator") * Decimal("1e18"))
                & Q(denominator__gte=1, denominator__lt=Decimal("1e30")),  # NaN is not below it
                name="unit_factor_positive",
                violation_error_message=_("The factor must be above 0 and below 10¹⁸."),
            ),
        ]
        triggers = [
            ProtectJudged("unit"),
            RejectVariantOfSymbol(),
            RejectMergedIdentifier("unit", "symbol"),
            RejectDeletionOfTarget("unit", "symbol"),
            RefreshDerived("unit_id = NEW.symbol", on_change_of=("numerator", "denominator")),
            ProtectDimension(),
            LogDependents("unit", "unit_of_actual", is_public_by_itself=True),
        ]

    def __str__(self) -> str:
        return self.symbol

    def clean(self) -> None:
        super().clean()
        if self._state.adding and Unit.objects.written_as(self.symbol).exclude(pk=self.symbol).exists():
            raise ValidationError({"symbol": MESSAGES["unit_symbol_is_new"]})

    @property
    def exact_factor(self) -> Fraction:
        return Fraction(self.numerator) / Fraction(self.denominator)

    @property
    def names(self) -> UnitNames:
        return UnitNames(self.symbol, self.name_en)
