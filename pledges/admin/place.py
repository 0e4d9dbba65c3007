"""Admin of districts."""

from django.contrib import admin
from django.contrib.postgres.fields import ArrayField
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesCheckboxFilter

from pledges.admin.base import PledgeCountAdmin
from pledges.admin.form_fields import NamesField
from pledges.admin.mixins.merging import MergeMixin
from pledges.models import District


@admin.register(District)
class DistrictAdmin(MergeMixin, PledgeCountAdmin):
    path_from_pledge = "district"
    permanent_fields = ("slug",)
    list_display = ["name", "name_en", "kind", "code", "parent", "slug", "pledge_count"]
    list_filter = [("kind", ChoicesCheckboxFilter), ("parent", AutocompleteSelectFilter)]
    list_select_related = ["parent"]
    search_fields = ["search_text__has_folded", "slug", "code"]
    autocomplete_fields = ["parent"]
    formfield_overrides = PledgeCountAdmin.formfield_overrides | {ArrayField: {"form_class": NamesField}}
    fields = [("name", "name_en"), ("kind", "code"), ("parent", "aliases"), "slug"]
