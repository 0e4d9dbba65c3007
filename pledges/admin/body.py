"""Admin of bodies."""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, Q, QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesCheckboxFilter

from pledges.admin.autocomplete import distinct_label, with_namesakes
from pledges.admin.base import PledgeCountAdmin
from pledges.admin.mixins.merging import MergeMixin
from pledges.admin.mixins.slug_from_name import SlugFromNameForm
from pledges.models import Body, Pledge


@admin.register(Body)
class BodyAdmin(MergeMixin, PledgeCountAdmin):
    form = SlugFromNameForm
    path_from_pledge = "statement__body"  # see `SpeakingBodyFilter`
    permanent_fields = ("slug",)
    list_display = ["name", "kind", "district", "parent", "slug", "pledge_count"]
    list_filter = [("kind", ChoicesCheckboxFilter), ("district", AutocompleteSelectFilter)]
    list_select_related = ["district", "parent"]
    search_fields = ["search_text__has_folded", "slug", "district__search_text__has_folded"]
    autocomplete_fields = ["district", "parent"]
    fields = [("name", "name_en"), ("kind", "district"), "parent", "slug"]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[QuerySet[Any], bool]:
        found, has_duplicates = super().get_search_results(request, queryset, search_term)
        return with_namesakes(found.select_related("district")), has_duplicates

    def choice_label(self, body: Any) -> str:
        """Return the name, with the district if several bodies have it."""
        return distinct_label(body, body.district)

    def pledges_of_row(self) -> QuerySet[Pledge]:
        body = OuterRef("pk")
        return Pledge.objects.filter(Q(statement__body=body) | Q(statement__post__body=body))
