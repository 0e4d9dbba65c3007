"""Admin of bodies."""

from django.contrib import admin
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesCheckboxFilter

from pledges.admin.base import PledgeCountAdmin
from pledges.admin.mixins.merging import MergeMixin
from pledges.admin.mixins.slug_from_name import SlugFromNameForm
from pledges.models import Body


@admin.register(Body)
class BodyAdmin(MergeMixin, PledgeCountAdmin):
    form = SlugFromNameForm
    path_from_pledge = "statement__post__body"
    permanent_fields = ("slug",)
    list_display = ["name", "kind", "district", "parent", "slug", "pledge_count"]
    list_filter = [("kind", ChoicesCheckboxFilter), ("district", AutocompleteSelectFilter)]
    list_select_related = ["district", "parent"]
    search_fields = ["search_text__has_folded", "slug", "district__search_text__has_folded"]
    autocomplete_fields = ["district", "parent"]
    fields = [("name", "name_en"), ("kind", "district"), "parent", "slug"]
