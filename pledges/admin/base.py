"""What all desks share."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.db import DataError, models, transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from pledges.admin.mixins.edit_conflicts import EditConflictMixin
from pledges.admin.mixins.exports import ListExportMixin
from pledges.admin.mixins.history import HistoryMixin
from pledges.admin.write_errors import REFUSALS, reason
from pledges.domain.numbers import parse, plain
from pledges.models import Pledge

LONGEST_SEARCH = 100


def searchable(text: str) -> str:
    """What is asked of the database: it knows no NUL, and a pasted page is no search."""
    return text.replace("\x00", "")[:LONGEST_SEARCH]


class PlainDecimalField(forms.DecimalField):
    """Shows 385, not 385.000000, and reads what the loader reads."""

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        try:
            return parse(str(value))
        except ValueError as error:
            raise forms.ValidationError(_("Write a number such as 385 or 25.62.")) from error

    def prepare_value(self, value: Any) -> Any:
        return plain(value) if isinstance(value, Decimal) else value


class BaseAdmin(ListExportMixin, EditConflictMixin, HistoryMixin):
    compressed_fields = False
    formfield_overrides = {
        # Text: a number input drops what it does not like from 38,5, and counts down when the page is scrolled.
        models.DecimalField: {
            "form_class": PlainDecimalField,
            "widget": UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"}),
        },
        models.PositiveSmallIntegerField: {"widget": UnfoldAdminTextInputWidget(attrs={"inputmode": "numeric"})},
        models.URLField: {"assume_scheme": "https"},
    }
    list_filter_submit = True
    warn_unsaved_form = True
    show_full_result_count = False
    permanent_fields: tuple[str, ...] = ()
    """Fields that are written once, when a row is added."""

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return (*fields, *self.permanent_fields) if obj else fields

    def get_prepopulated_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[QuerySet[Any], bool]:
        return super().get_search_results(request, queryset, searchable(search_term))  # type: ignore[no-any-return]

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        try:
            return super().get_changelist_instance(request)
        except DataError as error:  # asked for what can't be in the database, such as a NUL
            raise IncorrectLookupParameters(error) from error

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field:  # the form remembers what was there when it was opened, so it knows what its editor changed
            field.show_hidden_initial = True
        return field

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        # Only what this editor changed: a colleague may have changed another field meanwhile.
        obj.save(update_fields=form.changed_data if change else None)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # Validation repeats what the database holds, but cannot see what others are saving just now.
        try:
            return super().changeform_view(request, *args, **kwargs)
        except REFUSALS as refusal:
            self.message_user(request, reason(refusal), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)  # type: ignore[no-any-return]
        except REFUSALS as refusal:
            self.message_user(request, reason(refusal), messages.ERROR)
            page = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
            return HttpResponseRedirect(reverse(page, args=[object_id]))

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """An action does all that it is to do, or nothing."""
        try:
            with transaction.atomic():
                return super().response_action(request, queryset)  # type: ignore[no-any-return]
        except REFUSALS as refusal:
            self.message_user(request, reason(refusal), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    @display(description=_("fields edited by hand"), empty_value="-")
    def fields_edited_by_hand(self, row: Any) -> str | None:
        names = [str(self.opts.get_field(name).verbose_name) for name in row.edited_fields]
        return " · ".join(names) or None


class PledgeCountMixin(BaseAdmin):
    """A list with a column that counts the pledges of each row and leads to them."""

    path_from_pledge: str

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        # A subquery is evaluated for the rows of one page; a join would count the whole table.
        counted = (
            Pledge.objects.filter(**{self.path_from_pledge: OuterRef("pk")})
            .order_by()
            .values(self.path_from_pledge)
            .annotate(count=Count("*"))
            .values("count")
        )
        rows: QuerySet[Any] = super().get_queryset(request).annotate(pledge_count=Coalesce(Subquery(counted), 0))
        return rows

    @display(description=_("pledges"), ordering="pledge_count")
    def pledge_count(self, row: Any) -> str:
        key = self.opts.pk.name
        url = reverse("admin:pledges_pledge_changelist", query={f"{self.path_from_pledge}__{key}__exact": row.pk})
        return format_html('<a class="text-link" href="{}">{}</a>', url, row.pledge_count)
