"""Propose that two rows of a list are merged, with a preview of what moves."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminTextareaWidget

from pledges.admin.amended_rows import merged_rows
from pledges.domain.text import clean_text
from pledges.models import Pledge
from pledges.models.texts import CleanedFormField
from pledges.workflow.merge_proposals import propose_merge
from pledges.workflow.merging import affected_pledges, identifier, plan

MAX_LISTED = 100


def preview_of(pledges: QuerySet[Pledge]) -> dict[str, Any]:
    """Return the pledges that a proposal moves, for the template `pledges_that_move.html`."""
    return {
        "count": pledges.count(),
        "judged_count": pledges.exclude(current_follow_up=None).count(),
        "pledges": pledges.order_by("ref").select_related("metric", "unit", "district")[:MAX_LISTED],
    }


class ReasonForm(forms.Form):
    reason = CleanedFormField(
        clean_with=clean_text,
        label=gettext_lazy("reason"),
        help_text=gettext_lazy("Public. How this is known."),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
    )


class MergeForm(ReasonForm):
    kept: Any = forms.ModelChoiceField(None, label=gettext_lazy("keep"), widget=forms.RadioSelect, empty_label=None)
    field_order = ["kept", "reason"]

    def __init__(self, rows: list[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept: Any = self.fields["kept"]
        kept.queryset = type(rows[0]).objects.filter(pk__in=[row.pk for row in rows])
        kept.label_from_instance = lambda row: f"{row} · {identifier(row)}"


class MergeMixin(ModelAdmin):
    actions = ["merge"]

    def has_merge_permission(self, request: HttpRequest) -> bool:
        return bool(self.has_change_permission(request))

    @admin.action(description=gettext_lazy("Merge the two selected rows…"), permissions=["merge"])
    def merge(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        rows = list(queryset[:3])
        if len(rows) != 2:
            self.message_user(request, _("Select two rows to merge."), messages.ERROR)
            return None
        form = MergeForm(rows, request.POST if "kept" in request.POST else None)
        merges: list[Any] = []
        preview: dict[str, Any] = {}
        if form.is_valid():
            new = form.cleaned_data["kept"]
            (old,) = (row for row in rows if row != new)
            try:
                if "propose" in request.POST:
                    amendment = propose_merge(old, new, reason=form.cleaned_data["reason"], by=request.user)  # type: ignore[arg-type]
                    self.message_user(request, _("The merge was proposed. Another person must approve it."))
                    return HttpResponseRedirect(reverse("admin:pledges_amendment_change", args=[amendment.pk]))
                merges, preview = merged_rows(plan(old, new)), preview_of(affected_pledges(old))
            except ValidationError as error:
                form.add_error(None, error)
        context = self.admin_site.each_context(request) | {
            "title": _("Merge two rows"),
            "opts": self.opts,
            "form": form,
            "rows": rows,
            "merges": merges,
            "preview": preview,
            "action_checkbox_name": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/pledges/merge.html", context)
