"""Admin of amendments: a list, and a page that shows what changes, for approval or rejection."""

from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Case, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import ChoicesCheckboxFilter, RelatedDropdownFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from pledges.admin.amended_rows import amended_names, amended_rows, merges_of
from pledges.domain.text import clean_text
from pledges.locale.display_names import display_name, joined
from pledges.models import Amendment
from pledges.models.choices import AmendmentState
from pledges.models.texts import CleanedFormField
from pledges.workflow.amendments import approve, reject, touched_pledges

COLOURS = {
    AmendmentState.PROPOSED: "info",
    AmendmentState.APPROVED: "success",
    AmendmentState.REJECTED: "warning",
}


class RejectionForm(forms.Form):
    note = CleanedFormField(
        clean_with=clean_text,
        label=gettext_lazy("reason for rejecting"),
        help_text=gettext_lazy("Shown to staff; not public."),
        error_messages={"required": gettext_lazy("Say why it is rejected.")},
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )


@admin.register(Amendment)
class AmendmentAdmin(ModelAdmin):
    list_display = ["number", "rows", "reason", "proposed_by", "proposed_on", "state_label"]
    list_filter = [("state", ChoicesCheckboxFilter), ("proposer", RelatedDropdownFilter)]
    list_filter_submit = True
    ordering = [Case(When(state=AmendmentState.PROPOSED, then=0), default=1), "-pk"]
    search_fields = ["reason", "pledges__pledge__ref"]
    list_select_related = ["proposer"]
    actions: list[Any] = []
    show_full_result_count = False
    change_form_template = "admin/pledges/amendment/change_form.html"

    class Media:
        css = {"all": ["pledges/follow_up.css"]}

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Amendments are proposed by the forms of the rows."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Amendment | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Amendment | None = None) -> bool:
        return False

    def get_fieldsets(self, request: HttpRequest, obj: Amendment | None = None) -> Any:
        return []  # the template shows everything

    def get_custom_urls(self) -> tuple[Any, ...]:
        return (
            *super().get_custom_urls(),
            ("<int:pk>/approve/", "pledges_amendment_approve", self.approve_view),
            ("<int:pk>/reject/", "pledges_amendment_reject", self.reject_view),
        )

    def approve_view(self, request: HttpRequest, pk: int, **_kwargs: Any) -> HttpResponse:
        amendment = self._reviewed(request, pk)
        if request.method == "POST":
            self._review(request, partial(approve, amendment), _("The amendment was applied."))
        return HttpResponseRedirect(reverse("admin:pledges_amendment_change", args=[pk]))

    def reject_view(self, request: HttpRequest, pk: int, **_kwargs: Any) -> HttpResponse:
        amendment, form = self._reviewed(request, pk), RejectionForm(request.POST)
        if request.method == "POST" and form.is_valid():
            review = partial(reject, amendment, note=form.cleaned_data["note"])
            self._review(request, review, _("The amendment was rejected."))
        elif request.method == "POST":
            self.message_user(request, " ".join(map(str, form.errors["note"])), messages.ERROR)
        return HttpResponseRedirect(reverse("admin:pledges_amendment_change", args=[pk]))

    def _reviewed(self, request: HttpRequest, pk: int) -> Amendment:
        amendment = get_object_or_404(Amendment, pk=pk)
        if not request.user.has_perm("pledges.approve_amendment"):
            raise PermissionDenied
        return amendment

    def _review(self, request: HttpRequest, review: Any, done: str) -> None:
        try:
            review(by=request.user)
        except ValidationError as error:
            self.message_user(request, " ".join(map(str, error.messages)), messages.ERROR)
        else:
            self.message_user(request, done, messages.SUCCESS)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], obj: Amendment | None = None, **kwargs: Any
    ) -> HttpResponse:
        assert obj is not None  # noqa: S101  nothing is added here
        is_open = obj.state == AmendmentState.PROPOSED
        may_review = is_open and request.user.has_perm("pledges.approve_amendment")
        context |= {
            "amendment": obj,
            "merges": merges_of(obj),
            "rows": amended_rows(obj),
            "pledges": touched_pledges(obj).with_target().select_related("district"),
            "may_approve": may_review and (settings.ONE_PERSON_DESK or not obj.is_proposed_by(request.user)),  # type: ignore[arg-type]
            "may_reject": may_review,
            "rejection_form": RejectionForm(),
        }
        return super().render_change_form(request, context, obj=obj, **kwargs)  # type: ignore[no-any-return]

    @display(description=gettext_lazy("amendment"), ordering="pk")
    def number(self, amendment: Amendment) -> str:
        return str(amendment)

    @display(description=gettext_lazy("changes"))
    def rows(self, amendment: Amendment) -> str:
        return joined(amended_names(amendment))

    @display(description=gettext_lazy("proposed by"), ordering="proposer__username")
    def proposed_by(self, amendment: Amendment) -> str:
        return display_name(amendment.proposer) if amendment.proposer else _("a file")

    @display(description=gettext_lazy("proposed on"), ordering="proposed_at")
    def proposed_on(self, amendment: Amendment) -> str:
        return timezone.localdate(amendment.proposed_at).isoformat()

    @display(description=gettext_lazy("review"), ordering="state", label=COLOURS)
    def state_label(self, amendment: Amendment) -> tuple[str, str]:
        return amendment.state, amendment.get_state_display()
