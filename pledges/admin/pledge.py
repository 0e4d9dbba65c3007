"""Admin of pledges, which editors enter, correct, publish and retract."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.forms.widgets import Script
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.contrib.filters.admin import (
    AllValuesCheckboxFilter,
    AutocompleteSelectFilter,
    ChoicesCheckboxFilter,
    RangeDateFilter,
    RelatedDropdownFilter,
)
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from pledges.admin.form_fields import AssigneeField, BodiesField, assignable_users
from pledges.admin.labels import NEUTRAL, PACE_LABELS, TIMELINESS_LABELS
from pledges.admin.mixins.confirmation import ConfirmationForm, ConfirmationMixin
from pledges.admin.mixins.daily_changes import DailyChangesMixin
from pledges.admin.mixins.pledge_import import PledgeImportMixin
from pledges.admin.pledge_changelist import PledgeListAdmin, SpeakingBodyFilter
from pledges.admin.pledge_filters import TimelinessFilter
from pledges.admin.pledge_follow_ups import FollowUpsOfPledge
from pledges.admin.quote_context import quote_context
from pledges.database.locks import lock
from pledges.domain.amounts import UnitNames, amount_in_words
from pledges.domain.dates import plan_year
from pledges.domain.identifiers import NOT_FIRST_IN_A_REFERENCE, NOT_IN_A_REFERENCE, character_name
from pledges.importer.references import next_reference, series_of_document
from pledges.locale.display_names import joined
from pledges.models import Document, Metric, Pledge, Post, Unit
from pledges.models.choices import State
from pledges.models.natural_keys import current_language
from pledges.models.pledge_queryset import PledgeQuerySet
from pledges.models.pledge_warnings import RELATED
from pledges.workflow.warnings import check_pledge_warnings

STATE_COLOURS = {
    State.DRAFT: NEUTRAL,
    State.PUBLISHED: "success",
    State.RETRACTED: "warning",
}
SUPERSEDING_JUDGED = RawSQL(
    """SELECT later.id FROM pledges_pledge later JOIN pledges_pledge earlier ON earlier.ref = ANY(later.supersedes)
    WHERE earlier.current_follow_up_id IS NOT NULL""",
    [],
)
# Fields that “Save and add another” copies into the next form.
COPIED_TO_NEXT = ("statement", "district", "year", "deadline", "period")


class PledgeForm(ConfirmationForm):
    class Meta:
        widgets = {
            "quote": UnfoldAdminTextareaWidget(attrs={"rows": 3}),
            "note": UnfoldAdminTextareaWidget(attrs={"rows": 3}),
            "success_criterion": UnfoldAdminTextareaWidget(attrs={"rows": 2}),
            "supersedes": UnfoldAdminTextInputWidget,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assignee = self.fields.get("assignee")
        if isinstance(assignee, AssigneeField):  # missing in a read-only form
            # The present assignee stays a valid choice, even without the permission.
            assignee.queryset = assignable_users() | User.objects.filter(pk=self.instance.assignee_id)

    def clean_ref(self) -> str:
        """Name the violated rule of a reference, as the importer does. Its length is checked by the field."""
        ref: str = self.cleaned_data["ref"]
        if found := NOT_IN_A_REFERENCE.search(ref):
            raise forms.ValidationError(
                _("A reference can't contain %(character)s. Use the letters A to Z, digits, “.”, “-” and “_”."),
                params={"character": _("a space") if found[0].isspace() else character_name(found[0])},
            )
        if ref.startswith(NOT_FIRST_IN_A_REFERENCE):
            raise forms.ValidationError(
                _("A reference can't begin with %(character)s. Begin it with a letter or a digit."),
                params={"character": character_name(ref[0])},
            )
        return ref

    def clean_state(self) -> str:
        state: str = self.cleaned_data["state"]
        if state == State.DRAFT and self.initial.get("state", State.DRAFT) != State.DRAFT:
            raise forms.ValidationError(_("A published pledge can be retracted, but not turned back into a draft."))
        return state


@admin.register(Pledge)
class PledgeAdmin(DailyChangesMixin, PledgeImportMixin, ConfirmationMixin, PledgeListAdmin):
    actions_list = ["import_pledges", *DailyChangesMixin.actions_list]
    form = PledgeForm
    permanent_fields = ("ref",)
    list_display = [
        "ref",
        "label_and_quote",
        "target",
        "district",
        "speaker_name",
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
        ("statement__body", SpeakingBodyFilter),
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
    list_select_related = [
        *("district", "metric", "unit", "statement__official", "statement__body"),
        *("compared_with", "compared_with_district"),
    ]
    ordering = ["-ref"]
    autocomplete_fields = ["statement", "district", "metric", "unit", "compared_with", "compared_with_district"]
    actions = ["publish", "retract"]
    readonly_fields = [
        "page_context",
        "target",
        "amount_in_base_unit",
        "criterion",
        "later_pledges",
        "timeliness",
        "outcome",
        "status_since",
        "last_checked_on",
        "amendments",
        "fields_edited_by_hand",
        "created_at",
        "updated_at",
    ]
    fieldsets = [
        (_("Source and quote"), {"fields": ["ref", "statement", "quote", "page_context"]}),
        (
            _("Target"),
            {
                "fields": [
                    "district",
                    "responsible_bodies",
                    ("metric", "label"),
                    ("measure", "bound"),
                    ("compared_with", "compared_with_district"),
                    ("value", "value_max", "unit"),
                    ("baseline", "baseline_year", "tolerance"),
                    ("target", "amount_in_base_unit"),
                ]
            },
        ),
        (_("Year and deadline"), {"fields": [("year", "deadline", "period"), "timeliness"]}),
        (_("Strength and criterion"), {"fields": [("strength", "tier"), "success_criterion", "criterion", "note"]}),
        (_("Earlier and later pledges"), {"fields": [("supersedes", "later_pledges")]}),
        (
            _("Follow-up"),
            {"fields": ["assignee", ("outcome", "status_since", "last_checked_on"), "amendments"]},
        ),
        (
            _("Publication"),
            {
                "fields": [
                    "state",
                    "fields_edited_by_hand",
                    ("created_at", "updated_at"),
                ]
            },
        ),
    ]
    inlines = [FollowUpsOfPledge]
    actions_detail = ["record_outcome"]

    class Media:
        js = [Script("pledges/pledge.js", defer=True)]

    def get_urls(self) -> list[Any]:
        usual = path("usual/", self.admin_site.admin_view(self.usual_of_metric), name="pledges_pledge_usual")
        return [usual, *super().get_urls()]

    def usual_of_metric(self, request: HttpRequest) -> JsonResponse:
        """Return the usual unit and measure of a metric, which the form of a new pledge proposes."""
        metric = self.admin_site.get_model_admin(Metric).get_object(request, request.GET.get("metric", ""))
        if metric is None:
            raise Http404
        return JsonResponse({"unit": metric.usual_unit_id, "measure": metric.usual_measure})

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "assignee":
            kwargs |= {"form_class": AssigneeField, "queryset": assignable_users()}
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field and db_field.name == "metric":
            field.widget.attrs["data-usual-url"] = reverse("admin:pledges_pledge_usual")
        return field

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "responsible_bodies":
            choices_of: Any = Post._meta.get_field("body")
            widget = AutocompleteSelectMultiple(choices_of, self.admin_site)
            kwargs |= {"form_class": BodiesField, "widget": widget}
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_inlines(self, request: HttpRequest, obj: Pledge | None) -> list[Any]:
        return self.inlines if obj and obj.follow_ups.exists() else []

    def get_queryset(self, request: HttpRequest) -> QuerySet[Pledge]:
        pledges: PledgeQuerySet = super().get_queryset(request)
        return pledges.defer("search_text").with_actual()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        given: dict[str, Any] = super().get_changeform_initial_data(request)
        year = plan_year(timezone.localdate(), settings.RECORD_SETTINGS.fiscal_year_starts)
        statement = given.get("statement")
        document = Document.objects.filter(statements=statement).first() if str(statement).isdecimal() else None
        ref = series_of_document(document.slug, year).next() if document else next_reference(year)
        return {"ref": ref, "year": year} | given

    def has_delete_permission(self, request: HttpRequest, obj: Pledge | None = None) -> bool:
        """Only drafts that no other pledge supersedes can be deleted: a public reference must not be used again."""
        is_deletable = obj is None or (obj.state == State.DRAFT and not obj.superseded_by.exists())
        return is_deletable and super().has_delete_permission(request, obj)

    def has_record_outcome_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("pledges.add_followup")

    @action(description=_("Add a follow-up"), icon="fact_check", permissions=["record_outcome"])
    def record_outcome(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:pledges_followup_add", query={"pledge": object_id}))

    def get_fieldsets(self, request: HttpRequest, obj: Pledge | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if not getattr(request, "unconfirmed", ()):
            return fieldsets
        return [*fieldsets, (_("Possible but unusual"), {"fields": ["confirm"]})]

    def save_model(self, request: HttpRequest, obj: Pledge, form: Any, change: bool) -> None:
        stored = Pledge.objects.filter(pk=obj.pk).select_related(*RELATED).first() if change else None
        check_pledge_warnings(obj, form.cleaned_data["confirm"], stored=stored)
        super().save_model(request, obj, form, change)
        page = obj.statement.document.text
        if page and quote_context(page, obj.quote) is None:
            self.message_user(request, _("The quote was not found verbatim on the page."), messages.WARNING)

    def response_add(self, request: HttpRequest, obj: Pledge, post_url_continue: str | None = None) -> HttpResponse:
        response: HttpResponse = super().response_add(request, obj, post_url_continue)
        if "_addanother" not in request.POST:
            return response
        shared = {name: value for name in COPIED_TO_NEXT if (value := request.POST.get(name))}
        return HttpResponseRedirect(f"{request.path}?{urlencode(shared)}")

    @admin.action(description=_("Publish the selected pledges"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Pledge]) -> None:
        count = self._set_state(request, queryset.exclude(state=State.PUBLISHED), State.PUBLISHED)
        message = ngettext("%(count)d pledge was published.", "%(count)d pledges were published.", count)
        self.message_user(request, message % {"count": count})

    @admin.action(description=_("Retract the selected pledges"), permissions=["change"])
    def retract(self, request: HttpRequest, queryset: QuerySet[Pledge]) -> None:
        count = self._set_state(request, queryset.filter(state=State.PUBLISHED), State.RETRACTED)
        message = ngettext("%(count)d pledge was retracted.", "%(count)d pledges were retracted.", count)
        self.message_user(request, message % {"count": count})

    @transaction.atomic
    def _set_state(self, request: HttpRequest, queryset: QuerySet[Pledge], state: State) -> int:
        keys = lock(Pledge.objects.filter(pk__in=queryset.order_by().values("pk")))
        judged = queryset.filter(pk__in=keys).filter(Q(current_follow_up__isnull=False) | Q(pk__in=SUPERSEDING_JUDGED))
        if refs := list(judged.order_by("ref").values_list("ref", flat=True)):
            text = _(
                "Not changed, because it, or one that it supersedes, has an approved follow-up: %(refs)s. Propose it in"
                " the pledge's form."
            )
            self.message_user(request, text % {"refs": joined(refs)}, messages.WARNING)
        changed = list(queryset.filter(pk__in=keys).exclude(ref__in=refs))
        message = [{"changed": {"fields": [str(Pledge._meta.get_field("state").verbose_name)]}}]
        LogEntry.objects.log_actions(request.user.pk, changed, CHANGE, message)  # type: ignore[arg-type]
        return Pledge.objects.filter(pk__in=[pledge.pk for pledge in changed]).update(state=state)

    @display(description=_("due status"), empty_value="–")
    def timeliness(self, pledge: Pledge) -> Any:
        kind = pledge.timeliness(timezone.localdate())
        return TIMELINESS_LABELS[kind] if kind else None

    @display(description=_("status"))
    def outcome(self, pledge: Pledge) -> str:
        labels = [pledge.get_status_display(), _("met late") if pledge.is_late else None]
        if pledge.pk and (pace := pledge.pace):
            labels.append(PACE_LABELS[pace])
        if pledge.on_earlier_target:
            labels.append(_("given on an earlier target"))
        return " · ".join(str(label) for label in labels if label)

    @display(description=_("amendments"), empty_value="–")
    def amendments(self, pledge: Pledge) -> str | None:
        links = (
            (reverse("admin:pledges_amendment_change", args=[row.amendment_id]), row.amendment, row.amendment.reason)
            for row in pledge.amendments.select_related("amendment").order_by("-pk")
        )
        return format_html_join("", '<p><a class="text-link" href="{}">{}</a> {}</p>', links) or None

    @display(description=_("criterion"))
    def criterion(self, pledge: Pledge) -> str:
        return pledge.criterion_in_words

    @display(description=_("superseded by"), empty_value="–")
    def later_pledges(self, pledge: Pledge) -> str | None:
        links = (
            (
                reverse("admin:pledges_pledge_change", args=[later.pk]),
                later.ref,
                later.metric_in_words,
                later.target_in_words,
            )
            for later in pledge.superseded_by.with_target()
        )
        return format_html_join("", '<p><a class="text-link" href="{}">{}</a> {} {}</p>', links) or None

    @display(description=_("publication"), ordering="state", label=STATE_COLOURS)
    def state_label(self, pledge: Pledge) -> tuple[str, str]:
        return pledge.state, pledge.get_state_display()

    @display(description=_("in context"))
    def page_context(self, pledge: Pledge) -> str:
        page = pledge.statement.document.text
        if not page:
            return str(_("No text of this page is stored."))
        found = quote_context(page, pledge.quote)
        if found is None:
            return str(_("The quote was not found verbatim on the page."))
        return format_html('<p class="passage">{0}{1}<mark>{2}</mark>{3}{0}</p>', _("…"), *found)

    @display(description=_("amount in base units"))
    def amount_in_base_unit(self, pledge: Pledge) -> str:
        bounds = [amount for amount in (pledge.amount, pledge.amount_max) if amount is not None]
        symbol = pledge.unit.dimension.base_unit
        base_unit = Unit.objects.filter(symbol=symbol).first()
        return amount_in_words(bounds, base_unit.names if base_unit else UnitNames(symbol), current_language())
