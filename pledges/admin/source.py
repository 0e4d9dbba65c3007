"""Admin of documents (newspaper pages) and of the statements in them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import AllValuesCheckboxFilter, AutocompleteSelectFilter, ChoicesCheckboxFilter
from unfold.decorators import action, display

from pledges.admin.base import PledgeCountAdmin, ReadOnlyInline
from pledges.admin.form_fields import AdminDateField, AdminPartialDateField
from pledges.admin.mixins.merging import MergeMixin
from pledges.admin.mixins.pledge_entry import PledgeEntryMixin
from pledges.models import Document, Pledge, Statement
from pledges.models.pledge_queryset import PledgeQuerySet


class StatementsOfDocument(TabularInline):
    model = Statement
    fields = ["official", "post", "body", "headline"]
    autocomplete_fields = ["official", "post", "body"]
    extra = 0
    show_change_link = True


class DocumentForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        field_classes = {
            "date": AdminPartialDateField,
            "published": AdminPartialDateField,
            "archived_on": AdminDateField,
        }


@admin.register(Document)
class DocumentAdmin(PledgeEntryMixin, MergeMixin, PledgeCountAdmin):
    form = DocumentForm
    path_from_pledge = "statement__document"
    permanent_fields = ("slug",)
    list_display = ["__str__", "slug", "kind", "publisher", "date", "pledge_count"]
    list_filter = [("kind", ChoicesCheckboxFilter), ("publisher", AllValuesCheckboxFilter)]
    date_hierarchy = "date_earliest"
    ordering = ["-date_earliest", "slug"]
    search_fields = ["slug", "search_text__has_folded", "publisher__folds_to", "text"]
    readonly_fields = ["fields_edited_by_hand"]
    inlines = [StatementsOfDocument]
    fieldsets = [
        (None, {"fields": [("title", "slug"), ("kind", "publisher"), ("date", "published")]}),
        (_("Links"), {"fields": ["url", ("archived_url", "archived_on")]}),
        (_("Page text"), {"fields": ["text", "fields_edited_by_hand"], "classes": ["collapse"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        return super().get_queryset(request).defer("text")


class PledgesOfStatement(ReadOnlyInline):
    model = Pledge
    fields = readonly_fields = ["label", "target", "district", "status", "state"]
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Pledge]:
        pledges: PledgeQuerySet = super().get_queryset(request)
        return pledges.with_target().select_related("district")

    @display(description=_("target"))
    def target(self, pledge: Pledge) -> str:
        return pledge.target_in_words


@admin.register(Statement)
class StatementAdmin(PledgeCountAdmin):
    path_from_pledge = "statement"
    list_display = ["__str__", "post", "body", "headline", "document", "pledge_count"]
    list_filter = [
        ("document", AutocompleteSelectFilter),
        ("official", AutocompleteSelectFilter),
        ("body", AutocompleteSelectFilter),
        ("post__district", AutocompleteSelectFilter),
    ]
    date_hierarchy = "document__date_earliest"
    search_fields = [
        "official__search_text__has_folded",
        "post__search_text__has_folded",
        "post__body__search_text__has_folded",
        "body__search_text__has_folded",
        "headline__folds_to",
        "document__slug",
        "document__search_text__has_folded",
    ]
    autocomplete_fields = ["document", "official", "post", "body"]
    readonly_fields = ["fields_edited_by_hand"]
    fieldsets = [
        (None, {"fields": ["document", ("official", "post"), "body", "headline", "fields_edited_by_hand"]}),
    ]
    inlines = [PledgesOfStatement]
    actions_detail = ["add_pledge"]

    def get_inlines(self, request: HttpRequest, obj: Statement | None) -> list[Any]:
        return self.inlines if obj else []

    def get_queryset(self, request: HttpRequest) -> QuerySet[Statement]:
        # Not `list_select_related`, because autocomplete views also show the speaker and the document.
        statements = super().get_queryset(request).select_related("document", "official", "post", "body")
        return statements.defer("document__text")

    def has_add_pledge_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        # Not a permission by name: Unfold's system check would query the database, which may not be migrated yet.
        return request.user.has_perm("pledges.add_pledge")

    @action(description=_("Add a pledge"), icon="add", permissions=["add_pledge"])
    def add_pledge(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        statement = get_object_or_404(Statement.objects.select_related("document", "post", "body"), pk=object_id)
        prefill = {
            "statement": statement.pk,
            "district": (statement.post or statement.body).district_id,  # type: ignore[union-attr]
            "year": statement.document.date_earliest.year,
        }
        return HttpResponseRedirect(reverse("admin:pledges_pledge_add", query=prefill))
