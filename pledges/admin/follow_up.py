"""Admin of follow-ups. One editor writes a follow-up, another one reviews it."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Q, QuerySet, When
from django.forms.widgets import Script
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import (
    AllValuesCheckboxFilter,
    AutocompleteSelectFilter,
    ChoicesCheckboxFilter,
    RelatedDropdownFilter,
)
from unfold.decorators import display

from pledges.admin.base import BaseAdmin, clean_search_term
from pledges.admin.evidence import EvidenceInline
from pledges.admin.follow_up_context import pledge_context
from pledges.admin.follow_up_forms import FollowUpForm, PledgeChoiceForm
from pledges.admin.labels import NEUTRAL, STATUS_COLOURS
from pledges.admin.mixins.confirmation import ConfirmationMixin
from pledges.admin.mixins.review import AwaitingFilter, ReasonForm, ReviewMixin
from pledges.admin.mixins.spreadsheet_import import SpreadsheetImportMixin
from pledges.admin.mixins.suggested_status import SuggestedStatusMixin, finding_text, percent
from pledges.locale.display_names import display_name
from pledges.models import FollowUp, Pledge
from pledges.models.choices import ReviewState
from pledges.models.follow_up_warnings import FollowUpWarning
from pledges.workflow import review
from pledges.workflow.warnings import confirm_warnings

REVIEW_COLOURS = {
    ReviewState.DRAFT: NEUTRAL,
    ReviewState.SUBMITTED: "info",
    ReviewState.APPROVED: "success",
    ReviewState.RETURNED: "warning",
}


@admin.register(FollowUp)
class FollowUpAdmin(SpreadsheetImportMixin, SuggestedStatusMixin, ConfirmationMixin, ReviewMixin, BaseAdmin):
    form = FollowUpForm
    inlines = [EvidenceInline]
    list_display = [
        "ref_and_label",
        "district",
        "status_label",
        "figure",
        "ratio",
        "as_of",
        "written_by",
        "state_label",
        "submitted_on",
    ]
    list_filter = [
        AwaitingFilter,
        ("state", ChoicesCheckboxFilter),
        ("status", ChoicesCheckboxFilter),
        ("pledge__year", AllValuesCheckboxFilter),
        ("pledge__district", AutocompleteSelectFilter),
        ("pledge__statement__official", AutocompleteSelectFilter),
        ("pledge__metric", AutocompleteSelectFilter),
        ("author", RelatedDropdownFilter),
        ("reviewer", RelatedDropdownFilter),
    ]
    # Follow-ups that await review come first.
    ordering = [Case(When(state=ReviewState.SUBMITTED, then=0), default=1), "-pk"]
    search_fields = ["summary"]
    search_help_text = _("Quote, metric, official, district, reference or summary")
    readonly_fields = ["suggestion", "figure"]

    class Media:
        css = {"all": ["pledges/follow_up.css"]}
        js = [Script("pledges/follow_up.js", defer=True)]

    def get_queryset(self, request: HttpRequest) -> QuerySet[FollowUp]:
        follow_ups: QuerySet[FollowUp] = super().get_queryset(request)
        return follow_ups.select_related(
            "pledge__district", "pledge__metric", "pledge__unit", "unit", "author", "reviewer"
        ).defer("pledge__search_text")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[FollowUp], search_term: str
    ) -> tuple[QuerySet[FollowUp], bool]:
        term = clean_search_term(search_term)
        if not term:
            return queryset, False
        pledges = Pledge.objects.search(term).order_by().values("pk")
        matches = Q(pledge__in=pledges) | Q(pledge__ref__startswith=term) | Q(summary__folds_to=term)
        return queryset.filter(matches), False

    def has_change_permission(self, request: HttpRequest, obj: FollowUp | None = None) -> bool:
        return (obj is None or obj.is_changeable) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: FollowUp | None = None) -> bool:
        return (obj is None or obj.is_changeable) and super().has_delete_permission(request, obj)

    def get_fieldsets(self, request: HttpRequest, obj: FollowUp | None = None) -> list[Any]:
        if obj is None or self.has_change_permission(request, obj):
            rows: list[Any] = [("actual_bound", "actual", "unit", "as_of"), "suggestion", "status", "reason", "summary"]
            pledge = obj.pledge if obj else PledgeChoiceForm(request.GET).chosen_pledge()
            if pledge and pledge.current_follow_up_id:  # there is something that can be corrected
                rows.append("supersedes")
            if getattr(request, "unconfirmed", ()):
                rows.insert(rows.index("reason") + 1, "confirm")
        else:
            rows = [("status", "figure", "as_of"), "suggestion"]
            rows += [name for name in ("reason", "summary") if getattr(obj, name)]
        return [(_("Finding"), {"fields": rows})]

    def get_inlines(self, request: HttpRequest, obj: FollowUp | None) -> list[Any]:
        return self.inlines if obj is None or self.has_change_permission(request, obj) else []

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        attributes: dict[str, Any] = {"submission_errors": getattr(request, "submission_errors", {})}
        if not change:
            attributes |= {"pledge": PledgeChoiceForm(request.GET).chosen_pledge(), "author": request.user}
        return type(form.__name__, (form,), attributes)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        requested = PledgeChoiceForm(request.GET)
        if requested.is_valid():
            return super().add_view(request, form_url, extra_context)  # type: ignore[no-any-return]
        empty_form = PledgeChoiceForm()
        context = self.admin_site.each_context(request) | {
            "title": _("Choose a pledge to check"),
            "opts": self.opts,
            "form": empty_form,
            "errors": requested.errors.get("pledge") if "pledge" in request.GET else None,
            "media": self.media + empty_form.media,
        }
        return TemplateResponse(request, "admin/pledges/followup/choose_pledge.html", context)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        # The transaction was rolled back. Show the form again: `get_form()` passes the errors to it.
        except review.ReviewError as error:
            (request.submission_errors,) = error.reasons.values()  # type: ignore[attr-defined]  # one was submitted
        return super().changeform_view(request, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: FollowUp, form: Any, change: bool) -> None:
        if "actual" in form.changed_data and "unit" not in form.changed_data:
            # Only changed fields are saved, but `FollowUp.clean()` sets or clears the unit with the figure.
            form.changed_data.append("unit")
        if "actual" in form.changed_data and "actual_bound" not in form.changed_data:
            form.changed_data.append("actual_bound")
        if obj.comparison:  # the distance and a sentence were written for the own figure
            form.changed_data = list(dict.fromkeys([*form.changed_data, "actual", "unit", "summary"]))
        if "reason" in form.changed_data:
            form.changed_data.append("confirmed_warnings")  # nothing is confirmed without a reason
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        confirm_warnings(form.instance, form.cleaned_data["confirm"])
        if "_submit" in request.POST:
            if not self.has_submit_permission(request):
                raise PermissionDenied
            review.submit([form.instance.pk], by=request.user)  # type: ignore[arg-type]  # not anonymous in the admin
            self._warn_about_competing_follow_ups(request, form.instance)

    def _warn_about_competing_follow_ups(self, request: HttpRequest, follow_up: FollowUp) -> None:
        """Warn about other follow-ups of the pledge that await review."""
        waiting = follow_up.pledge.follow_ups.filter(state=ReviewState.SUBMITTED).exclude(pk=follow_up.pk)
        for other in waiting.select_related("author", "unit"):
            params = {
                "author": display_name(other.author),
                "finding": " · ".join(filter(None, [str(other.get_status_display()), other.actual_in_words])),
            }
            message = _("Another follow-up of this pledge is awaiting review: %(finding)s, by %(author)s.") % params
            self.message_user(request, message, messages.WARNING)

    def response_post_save_add(self, request: HttpRequest, obj: FollowUp) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:pledges_followup_change", args=[obj.pk]))

    response_post_save_change = response_post_save_add

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], obj: FollowUp | None = None, **kwargs: Any
    ) -> HttpResponse:
        follow_up: FollowUp = obj or context["adminform"].form.instance
        is_editable = obj is None or self.has_change_permission(request, obj)
        is_submitted = follow_up.state == ReviewState.SUBMITTED
        context |= {
            "follow_up": follow_up,
            "is_editable": is_editable,
            "pledge_context": pledge_context(follow_up.pledge, user=request.user, exclude=obj),
            "status_colours": STATUS_COLOURS,
            "may_submit": self.has_submit_permission(request),
            "may_approve": is_submitted and self.has_approve_permission(request, follow_up),
            "may_return": is_submitted and self.has_return_permission(request),
            "may_correct": follow_up.state == ReviewState.APPROVED and self.has_add_permission(request),
            "reason_form": ReasonForm(),
            "confirmed_warnings": [FollowUpWarning.from_key(key) for key in follow_up.confirmed_warnings],
            "unconfirmed_warnings": follow_up.unconfirmed_warnings if is_submitted else [],
            "evidence": []
            if is_editable
            else follow_up.evidence.select_related("file", "statement__official", "statement__body").defer(
                "file__content"
            ),
        }
        return super().render_change_form(request, context, obj=obj, **kwargs)  # type: ignore[no-any-return]

    @display(description=_("pledge"), ordering="pledge__ref", header=True)
    def ref_and_label(self, follow_up: FollowUp) -> tuple[str, str]:
        return follow_up.pledge.ref, follow_up.pledge.metric_in_words

    @display(description=_("district"), ordering="pledge__district")
    def district(self, follow_up: FollowUp) -> str:
        return str(follow_up.pledge.district)

    @display(description=_("status"), ordering="status", label=STATUS_COLOURS)
    def status_label(self, follow_up: FollowUp) -> tuple[str, str]:
        return follow_up.status, follow_up.get_status_display()

    @display(description=_("actual figure"), empty_value="–")
    def figure(self, follow_up: FollowUp) -> str | None:
        return follow_up.actual_in_words or None

    @display(description=_("completion ratio"), empty_value="–")
    def ratio(self, follow_up: FollowUp) -> str | None:
        suggested = follow_up.assessment
        return percent(suggested.ratio) if suggested else None

    @display(description=_("author"), ordering="author__username")
    def written_by(self, follow_up: FollowUp) -> str:
        return display_name(follow_up.author)

    @display(description=_("review"), ordering="state", label=REVIEW_COLOURS)
    def state_label(self, follow_up: FollowUp) -> tuple[str, str]:
        return follow_up.state, follow_up.get_state_display()

    @display(description=_("submitted on"), ordering="submitted_at", empty_value="–")
    def submitted_on(self, follow_up: FollowUp) -> str | None:
        return timezone.localdate(follow_up.submitted_at).isoformat() if follow_up.submitted_at else None

    @display(description=_("suggested status"))
    def suggestion(self, follow_up: FollowUp) -> str:
        url = reverse("admin:pledges_followup_suggestion", args=[follow_up.pledge_id])
        return format_html(
            '<output id="suggestion" aria-live="polite" data-url="{}">{}</output>',
            url,
            finding_text(follow_up),
        )
