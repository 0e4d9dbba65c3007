"""Admin of units and of the dimensions that they measure."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from pledges.admin.base import PledgeCountAdmin
from pledges.admin.mixins.merging import MergeMixin
from pledges.admin.mixins.waiting_drafts import CompletesDraftsMixin
from pledges.models import Dimension, Unit


@admin.register(Dimension)
class DimensionAdmin(PledgeCountAdmin):
    path_from_pledge = "unit__dimension"
    permanent_fields = ("slug",)
    list_display = ["name", "name_en", "base_unit", "slug", "pledge_count"]
    search_fields = ["name__folds_to", "name_en__folds_to", "slug", "base_unit__folds_to"]
    fields = ["name", "name_en", ("base_unit", "is_additive"), "slug"]


@admin.register(Unit)
class UnitAdmin(CompletesDraftsMixin, MergeMixin, PledgeCountAdmin):
    path_from_pledge = "unit"
    permanent_fields = ("symbol",)
    list_display = ["symbol", "name_en", "exact_factor", "base_unit", "dimension", "pledge_count"]
    list_filter = [("dimension", AutocompleteSelectFilter)]
    list_select_related = ["dimension"]
    search_fields = ["symbol__folds_to", "name_en__folds_to"]
    autocomplete_fields = ["dimension"]
    fields = ["symbol", "name_en", "dimension", ("numerator", "denominator")]

    @display(description=_("factor"), ordering="factor")
    def exact_factor(self, unit: Unit) -> str:
        return str(unit.exact_factor)

    @display(description=_("base unit"), ordering="dimension__base_unit")
    def base_unit(self, unit: Unit) -> str:
        return unit.dimension.base_unit
