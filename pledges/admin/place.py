"""Districts."""

from django.contrib import admin
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesCheckboxFilter

from pledges.admin.base import PledgeCountAdmin
from pledges.models import District


@admin.register(District)
class DistrictAdmin(PledgeCountAdmin):
    path_from_pledge = "district"
    permanent_fields = ("slug",)
    list_display = ["name", "name_en", "kind", "code", "parent", "slug", "pledge_count"]
    list_filter = [("kind", ChoicesCheckboxFilter), ("parent", AutocompleteSelectFilter)]
    list_select_related = ["parent"]
    search_fields = ["name", "name_en", "slug", "code", "aliases"]
    autocomplete_fields = ["parent"]
    fields = [("name", "name_en"), ("kind", "code"), ("parent", "aliases"), "slug"]
