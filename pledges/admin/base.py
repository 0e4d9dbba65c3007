"""Base classes of the admin: for models of the record, for lists that count pledges, and for read-only inlines."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import ValidationError
from django.db import DatabaseError, DataError, models, transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from pledges.admin.form_fields import AdminDateField, AdminDecimalField, AdminYearField
from pledges.admin.mixins.amendments import AmendmentMixin
from pledges.admin.mixins.edit_conflicts import EditConflictMixin
from pledges.admin.mixins.exports import ListExportMixin
from pledges.admin.mixins.history import HistoryMixin
from pledges.admin.write_errors import WRITE_ERRORS, error_message
from pledges.database.overload import overload_message
from pledges.domain.text import clean_line
from pledges.models import Pledge

MAX_SEARCH_LENGTH = 100


def clean_search_term(text: str) -> str:
    """Return a search term as a line, shortened if it is very long, such as a pasted page."""
    return clean_line(text)[:MAX_SEARCH_LENGTH].strip()


class BaseAdmin(AmendmentMixin, ListExportMixin, EditConflictMixin, HistoryMixin):
    """The admin of a model of the record: exports, edit conflicts, history, and database errors shown as messages."""

    compressed_fields = False
    formfield_overrides = {
        # Text inputs: a number input silently drops the comma of 38,5 and changes its value on a scroll.
        models.DecimalField: {
            "form_class": AdminDecimalField,
            "widget": UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"}),
        },
        models.PositiveSmallIntegerField: {
            "form_class": AdminYearField,
            "widget": UnfoldAdminTextInputWidget(attrs={"inputmode": "numeric"}),
        },
        models.DateField: {"form_class": AdminDateField},
        models.URLField: {"assume_scheme": "https"},
    }
    list_filter_submit = True
    warn_unsaved_form = True
    show_full_result_count = False
    permanent_fields: tuple[str, ...] = ()
    """Fields that can be set when a row is added, and are read-only afterwards."""

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return (*fields, *self.permanent_fields) if obj else fields

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave computed fields out of the form of a new row: they have no value yet."""
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj else _exclude_fields(fieldsets, self.readonly_fields)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[QuerySet[Any], bool]:
        return super().get_search_results(  # type: ignore[no-any-return]
            request, queryset, clean_search_term(search_term)
        )

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        try:
            return super().get_changelist_instance(request)
        except DataError as error:  # a filter value that PostgreSQL rejects, such as NUL
            raise IncorrectLookupParameters(error) from error

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field:  # `changed_data` must compare with the values from when the form was opened, not the current ones
            field.show_hidden_initial = True
        return field

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        self.propose_amendment(request, obj, form)
        # Another user may have changed the other fields since the form was opened.
        obj.save(update_fields=form.changed_data if change else None)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # Validation repeats the constraints, but cannot see concurrent transactions.
        try:
            return super().changeform_view(request, *args, **kwargs)
        except (*WRITE_ERRORS, ValidationError) as error:  # a proposal is validated when it is written
            return self._redirect_with_error(request, error, request.get_full_path())

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)  # type: ignore[no-any-return]
        except WRITE_ERRORS as error:
            change_page = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
            return self._redirect_with_error(request, error, reverse(change_page, args=[object_id]))

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Run an action in one transaction."""
        try:
            with transaction.atomic():
                return super().response_action(request, queryset)  # type: ignore[no-any-return]
        except WRITE_ERRORS as error:
            return self._redirect_with_error(request, error, request.get_full_path())

    def _redirect_with_error(
        self, request: HttpRequest, error: DatabaseError | ValidationError, url: str
    ) -> HttpResponse:
        if overload_message(error):  # without the database, the other page would fail, too
            raise error
        text = " ".join(error.messages) if isinstance(error, ValidationError) else error_message(error)
        self.message_user(request, text, messages.ERROR)
        return HttpResponseRedirect(url)

    @display(description=_("fields edited by hand"), empty_value="–")
    def fields_edited_by_hand(self, row: Any) -> str | None:
        names = [str(self.opts.get_field(name).verbose_name) for name in row.edited_fields]
        return " · ".join(names) or None


def _exclude_fields(fieldsets: Any, excluded: Any) -> list[Any]:
    result = []
    for title, options in fieldsets:
        lines = [
            tuple(name for name in ([line] if isinstance(line, str) else line) if name not in excluded)
            for line in options["fields"]
        ]
        result.append((title, options | {"fields": [line for line in lines if line]}))
    return result


class PledgeCountAdmin(BaseAdmin):
    """A list with a column that counts the pledges of each row and links to them."""

    path_from_pledge: str
    """The lookup from `Pledge` to the model of the list, such as `statement__official`."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        # A subquery is evaluated for the rows of one page only; a join would count the whole table.
        pledges = self.pledges_of_row().order_by().annotate(group=Value(1)).values("group")
        counts = pledges.annotate(count=Count("*")).values("count")
        rows: QuerySet[Any] = super().get_queryset(request).annotate(pledge_count=Coalesce(Subquery(counts), 0))
        return rows

    def pledges_of_row(self) -> QuerySet[Pledge]:
        """Return the counted pledges; `OuterRef` is the row."""
        return Pledge.objects.filter(**{self.path_from_pledge: OuterRef("pk")})

    @display(description=_("pledges"), ordering="pledge_count")
    def pledge_count(self, row: Any) -> str:
        key = self.opts.pk.name
        url = reverse("admin:pledges_pledge_changelist", query={f"{self.path_from_pledge}__{key}__exact": row.pk})
        return format_html('<a class="text-link" href="{}">{}</a>', url, row.pledge_count)


class ReadOnlyInline(TabularInline):
    """A table of related rows with links to their pages. Subclasses set `fields` and `readonly_fields` to one list."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False
