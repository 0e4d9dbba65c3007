from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.contrib.filters.admin import (
    AllValuesCheckboxFilter,
    AutocompleteSelectFilter,
    ChoicesCheckboxFilter,
    RadioFilter,
    RangeDateFilter,
    RelatedDropdownFilter,
)
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from pledges.models import Pledge
from pledges.models.choices import State, Status
from pledges.models.pledges import PledgeQuerySet
from pledges.quantities.decimals import plain
from pledges.quantities.timeliness import Timeliness

from .context import passage
from .record import RecordAdmin, searchable
from .references import next_reference

TIMELINESS = {
    Timeliness.UPCOMING: _("upcoming"),
    Timeliness.DUE_SOON: _("due soon"),
    Timeliness.OVERDUE: _("overdue"),
}
# Unfold shows the label of a value that it has a colour for, and else the bare value.
PLAIN = "default"
TIMELINESS_COLOURS = {
    Timeliness.UPCOMING: PLAIN,
    Timeliness.DUE_SOON: "warning",
    Timeliness.OVERDUE: "danger",
}
STATUS_COLOURS = dict.fromkeys(Status, PLAIN) | {
    Status.IN_PROGRESS: "info",
    Status.MET: "success",
    Status.PARTLY_MET: "warning",
    Status.MISSED: "danger",
}
STATE_COLOURS = {
    State.DRAFT: PLAIN,
    State.PUBLISHED: "success",
    State.RETRACTED: "warning",
}
# What the next pledge of the same statement has in common with the one just added.
SHARED_BY_NEIGHBOURS = ("statement", "district", "year", "deadline")


class TimelinessFilter(RadioFilter):
    title = _("timeliness")
    parameter_name = "timeliness"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(kind.value, label) for kind, label in TIMELINESS.items()]

    def queryset(self, request: HttpRequest, queryset: PledgeQuerySet) -> PledgeQuerySet:
        if self.value() not in TIMELINESS:
            return queryset
        return queryset.timely(Timeliness(self.value()), timezone.localdate())


class PledgeForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        widgets = {
            "quote": UnfoldAdminTextareaWidget(attrs={"rows": 3}),
            "note": UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        }

    def clean_state(self) -> str:
        state: str = self.cleaned_data["state"]
        if state == State.DRAFT and self.initial.get("state", State.DRAFT) != State.DRAFT:
            raise forms.ValidationError(_("What was published can be retracted, but never be a draft again."))
        return state


@admin.register(Pledge)
class PledgeAdmin(RecordAdmin):
    form = PledgeForm
    permanent_fields = ("ref",)
    list_display = [
        "ref",
        "promise",
        "target",
        "district",
        "said_by",
        "timeliness_label",
        "status_label",
        "state_label",
    ]
    list_filter = [
        TimelinessFilter,
        ("status", ChoicesCheckboxFilter),
        ("state", ChoicesCheckboxFilter),
        ("year", AllValuesCheckboxFilter),
        ("district", AutocompleteSelectFilter),
        ("statement__official", AutocompleteSelectFilter),
        ("statement__post", AutocompleteSelectFilter),
        ("statement__document", AutocompleteSelectFilter),
        ("metric__topic", RelatedDropdownFilter),
        ("metric", AutocompleteSelectFilter),
        ("unit__dimension", AutocompleteSelectFilter),
        ("unit", AutocompleteSelectFilter),
        ("measure", ChoicesCheckboxFilter),
        ("strength", ChoicesCheckboxFilter),
        ("tier", ChoicesCheckboxFilter),
        ("deadline", RangeDateFilter),
    ]
    list_select_related = ["district", "statement__official"]
    ordering = ["-ref"]
    search_fields = ["ref"]
    search_help_text = _("Quote, metric, official, district, reference")
    autocomplete_fields = ["statement", "district", "metric", "unit"]
    actions = ["publish", "retract"]
    readonly_fields = [
        "page_context",
        "target",
        "amount_in_base_unit",
        "timeliness",
        "status",
        "status_since",
        "last_checked_on",
        "fields_edited_by_hand",
        "created_at",
        "updated_at",
    ]
    fieldsets = [
        (_("Source and words"), {"fields": ["ref", "statement", "quote", "page_context"]}),
        (
            _("Target"),
            {
                "fields": [
                    "district",
                    ("metric", "label"),
                    ("measure", "bound"),
                    ("value", "value_max", "unit"),
                    "baseline",
                    ("target", "amount_in_base_unit"),
                ]
            },
        ),
        (_("Time"), {"fields": [("year", "deadline"), "timeliness"]}),
        (_("Meaning"), {"fields": [("strength", "tier"), "note"]}),
        (
            _("Publication"),
            {
                "fields": [
                    "state",
                    ("status", "status_since", "last_checked_on"),
                    "fields_edited_by_hand",
                    ("created_at", "updated_at"),
                ]
            },
        ),
    ]
    add_fieldsets = [
        (_("Source and words"), {"fields": ["ref", "statement", "quote"]}),
        (
            _("Target"),
            {
                "fields": [
                    "district",
                    ("metric", "label"),
                    ("measure", "bound"),
                    ("value", "value_max", "unit"),
                    "baseline",
                ]
            },
        ),
        (_("Time"), {"fields": [("year", "deadline")]}),
        (_("Meaning"), {"fields": [("strength", "tier"), "note"]}),
        (_("Publication"), {"fields": ["state"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Pledge]:
        pledges: QuerySet[Pledge] = super().get_queryset(request)
        return pledges.defer("search_text")

    def get_search_results(
        self, request: HttpRequest, queryset: PledgeQuerySet, search_term: str
    ) -> tuple[QuerySet[Pledge], bool]:
        words = searchable(search_term).strip()
        if not words:
            return queryset, False
        return queryset.search(words) | queryset.filter(ref__startswith=words), False

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        given: dict[str, Any] = super().get_changeform_initial_data(request)
        year = timezone.localdate().year
        return {"ref": next_reference(year), "year": year} | given

    def has_delete_permission(self, request: HttpRequest, obj: Pledge | None = None) -> bool:
        """A reference that was public is never used again, so only a draft can go."""
        is_draft = obj is None or obj.state == State.DRAFT
        return is_draft and super().has_delete_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Pledge, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        page = obj.statement.document.text
        if page and passage(page, obj.quote) is None:
            self.message_user(request, _("The quote doesn't stand on the page in these words."), messages.WARNING)

    def response_add(self, request: HttpRequest, obj: Pledge, post_url_continue: str | None = None) -> HttpResponse:
        response: HttpResponse = super().response_add(request, obj, post_url_continue)
        if "_addanother" not in request.POST:
            return response
        shared = {name: value for name in SHARED_BY_NEIGHBOURS if (value := request.POST.get(name))}
        return HttpResponseRedirect(f"{request.path}?{urlencode(shared)}")

    @admin.action(description=_("Publish the selected pledges"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Pledge]) -> None:
        count = self._set_state(request, queryset.exclude(state=State.PUBLISHED), State.PUBLISHED)
        self.message_user(
            request,
            ngettext("%(count)d pledge was published.", "%(count)d pledges were published.", count) % {"count": count},
        )

    @admin.action(description=_("Retract the selected pledges"), permissions=["change"])
    def retract(self, request: HttpRequest, queryset: QuerySet[Pledge]) -> None:
        count = self._set_state(request, queryset.filter(state=State.PUBLISHED), State.RETRACTED)
        self.message_user(
            request,
            ngettext("%(count)d pledge was retracted.", "%(count)d pledges were retracted.", count) % {"count": count},
        )

    @transaction.atomic
    def _set_state(self, request: HttpRequest, queryset: QuerySet[Pledge], state: State) -> int:
        changed = list(queryset.select_for_update(of=("self",)))
        message = [{"changed": {"fields": [str(Pledge._meta.get_field("state").verbose_name)]}}]
        LogEntry.objects.log_actions(request.user.pk, changed, CHANGE, message)  # type: ignore[arg-type]
        return Pledge.objects.filter(pk__in=[pledge.pk for pledge in changed]).update(state=state)

    @display(description=_("pledge"), ordering="label", header=True)
    def promise(self, pledge: Pledge) -> tuple[str, str]:
        return pledge.label, Truncator(pledge.quote).chars(30)

    @display(description=_("target in words"), ordering="amount")
    def target(self, pledge: Pledge) -> str:
        return pledge.target_in_words

    @display(description=_("official"), ordering="statement__official__name")
    def said_by(self, pledge: Pledge) -> str:
        return pledge.statement.official.name

    @display(description=_("timeliness"), ordering="deadline", label=TIMELINESS_COLOURS)
    def timeliness_label(self, pledge: Pledge) -> tuple[str, Any] | None:
        kind = pledge.timeliness(timezone.localdate())
        return (kind, TIMELINESS[kind]) if kind else None

    @display(description=_("timeliness"), empty_value="-")
    def timeliness(self, pledge: Pledge) -> Any:
        kind = pledge.timeliness(timezone.localdate())
        return TIMELINESS[kind] if kind else None

    @display(description=_("status"), ordering="status", label=STATUS_COLOURS)
    def status_label(self, pledge: Pledge) -> tuple[str, str]:
        return pledge.status, pledge.get_status_display()

    @display(description=_("publication"), ordering="state", label=STATE_COLOURS)
    def state_label(self, pledge: Pledge) -> tuple[str, str]:
        return pledge.state, pledge.get_state_display()

    @display(description=_("on the page"))
    def page_context(self, pledge: Pledge) -> str:
        page = pledge.statement.document.text
        if not page:
            return str(_("The text of this page isn't at hand."))
        found = passage(page, pledge.quote)
        if found is None:
            return str(_("The quote doesn't stand on the page in these words."))
        return format_html('<p class="passage">…{}<mark>{}</mark>{}…</p>', *found)

    @display(description=_("amount in base units"))
    def amount_in_base_unit(self, pledge: Pledge) -> str:
        bounds = [amount for amount in (pledge.amount, pledge.amount_max) if amount is not None]
        return f"{'–'.join(map(plain, bounds))} {pledge.unit.dimension.base_unit}"
