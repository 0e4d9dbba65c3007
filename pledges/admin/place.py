"""Admin of districts."""

from typing import Any

from django.contrib import admin
from django.contrib.postgres.fields import ArrayField
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesCheckboxFilter

from pledges.admin.autocomplete import distinct_label, with_namesakes
from pledges.admin.base import PledgeCountAdmin, clean_search_term
from pledges.admin.form_fields import NamesField
from pledges.admin.mixins.merging import MergeMixin
from pledges.admin.mixins.waiting_drafts import CompletesDraftsMixin
from pledges.models import District


@admin.register(District)
class DistrictAdmin(CompletesDraftsMixin, MergeMixin, PledgeCountAdmin):
    path_from_pledge = "district"
    permanent_fields = ("slug",)
    list_display = ["name", "name_en", "kind", "code", "parent", "slug", "pledge_count"]
    list_filter = [("kind", ChoicesCheckboxFilter), ("parent", AutocompleteSelectFilter)]
    list_select_related = ["parent"]
    search_fields = ["name"]  # the admin needs one to show the search; see `get_search_results`
    autocomplete_fields = ["parent", "successor"]
    formfield_overrides = PledgeCountAdmin.formfield_overrides | {ArrayField: {"form_class": NamesField}}
    fields = [
        ("name", "name_en"),
        ("pinyin", "aliases"),
        ("kind", "parent"),
        ("code", "code_scheme"),
        ("valid_from", "valid_to", "successor"),
        "slug",
    ]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[QuerySet[Any], bool]:
        """Search by name, pinyin, initials and code. A field of districts begins with those of the record."""
        text = clean_search_term(search_term)
        found = queryset.search(text) if text else queryset
        is_of_field = "field_name" in request.GET  # of a form, that is for autocompletion
        if is_of_field:
            found = with_namesakes(found.used_first().select_related("parent"))
        return found, False

    def choice_label(self, district: Any) -> str:
        """Return the name, with the district above and the code if several districts have it."""
        return distinct_label(district, district.parent, district.code)
