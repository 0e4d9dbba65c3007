"""Admin of officials and posts."""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from pledges.admin.base import PledgeCountAdmin, ReadOnlyInline
from pledges.admin.mixins.merging import MergeMixin
from pledges.admin.mixins.parting import PartingMixin
from pledges.admin.mixins.slug_from_name import SlugFromNameForm
from pledges.models import Official, Post, Statement


class StatementsOfOfficial(ReadOnlyInline):
    model = Statement
    fields = readonly_fields = ["document", "post", "headline"]
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Statement]:
        statements: QuerySet[Statement] = super().get_queryset(request)
        return statements.select_related("document", "post", "official").defer("document__text")


@admin.register(Official)
class OfficialAdmin(MergeMixin, PartingMixin, PledgeCountAdmin):
    form = SlugFromNameForm
    path_from_pledge = "statement__official"
    permanent_fields = ("slug",)
    list_display = ["slug", "name", "latest_post", "pledge_count"]
    list_filter = [("statements__post__district", AutocompleteSelectFilter)]
    search_fields = [
        "search_text__has_folded",
        "slug",
        "statements__post__search_text__has_folded",
        "statements__post__body__search_text__has_folded",
    ]
    fields = ["name", "slug"]
    inlines = [StatementsOfOfficial]

    def get_inlines(self, request: HttpRequest, obj: Official | None) -> list[Any]:
        return self.inlines if obj else []

    def get_queryset(self, request: HttpRequest) -> QuerySet[Official]:
        latest = Statement.objects.filter(official=OuterRef("pk")).order_by("-document__date_earliest", "-pk")
        officials: QuerySet[Official] = super().get_queryset(request)
        return officials.annotate(latest_post=Subquery(latest.values("post__title")[:1]))

    @display(description=_("latest post"), ordering="latest_post")
    def latest_post(self, official: Any) -> str | None:
        title: str | None = official.latest_post
        return title


@admin.register(Post)
class PostAdmin(MergeMixin, PledgeCountAdmin):
    path_from_pledge = "statement__post"
    list_display = ["title", "body", "district", "pledge_count"]
    list_filter = [("district", AutocompleteSelectFilter), ("body", AutocompleteSelectFilter)]
    list_select_related = ["district", "body"]
    search_fields = [
        "search_text__has_folded",
        "body__search_text__has_folded",
        "district__search_text__has_folded",
    ]
    autocomplete_fields = ["district", "body"]
    fields = ["district", "body", "title"]
