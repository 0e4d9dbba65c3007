"""Admin actions that submit, approve and return follow-ups, in the form and in bulk."""

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import RadioFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from pledges.domain.text import clean_text
from pledges.models import FollowUp
from pledges.models.follow_up import FollowUpQuerySet, status_stays
from pledges.models.texts import CleanedFormField
from pledges.workflow import review


class AwaitingFilter(RadioFilter):
    title = gettext_lazy("awaiting review")
    parameter_name = "awaiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("me", gettext_lazy("by me"))]

    def queryset(self, request: HttpRequest, queryset: FollowUpQuerySet) -> FollowUpQuerySet:
        return queryset.awaiting(request.user) if self.value() == "me" else queryset


class ReasonForm(forms.Form):
    note = CleanedFormField(
        clean_with=clean_text,
        label=gettext_lazy("reason for returning"),
        help_text=gettext_lazy("Shown to the author; not public."),
        error_messages={"required": gettext_lazy("Say why it is returned.")},
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )


class ReviewMixin(ModelAdmin):
    """Actions of the review workflow.

    Each row of the list and each form sends the version that it showed; a version that is no longer current is not
    approved or returned.
    """

    actions = ["submit", "approve", "return_to_author"]
    # No selection across pages: a reviewer can only approve rows that were shown.
    list_disable_select_all = True

    def has_submit_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("pledges.change_followup")

    def has_approve_permission(self, request: HttpRequest, follow_up: FollowUp | None = None) -> bool:
        """Users may not approve their own follow-ups, unless `ONE_PERSON_DESK` is set."""
        is_own = follow_up is not None and follow_up.is_authored_or_submitted_by(request.user)
        return (settings.ONE_PERSON_DESK or not is_own) and request.user.has_perm("pledges.approve_followup")

    def has_return_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("pledges.approve_followup")

    @admin.action(description=gettext_lazy("Submit the selected follow-ups"), permissions=["submit"])
    def submit(self, request: HttpRequest, queryset: QuerySet[FollowUp]) -> None:
        self._transition(request, queryset, review.submit)

    @admin.action(description=gettext_lazy("Approve the selected follow-ups"), permissions=["approve"])
    def approve(self, request: HttpRequest, queryset: QuerySet[FollowUp]) -> None:
        self._transition(request, queryset, review.approve)

    @admin.action(description=gettext_lazy("Return the selected follow-ups…"), permissions=["return"])
    def return_to_author(self, request: HttpRequest, queryset: QuerySet[FollowUp]) -> HttpResponse | None:
        form = ReasonForm(request.POST if "note" in request.POST else None)
        if not form.is_valid():
            return self._ask_for_reason(request, queryset, form)
        self._transition(request, queryset, partial(review.return_to_author, note=form.cleaned_data["note"]))
        return None

    @display(description=ModelAdmin.action_checkbox.short_description)
    def action_checkbox(self, follow_up: FollowUp) -> str:
        version = format_html('<input type="hidden" name="version-{}" value="{}">', follow_up.pk, follow_up.version)
        return super().action_checkbox(follow_up) + version  # type: ignore[no-any-return]

    def get_custom_urls(self) -> tuple[Any, ...]:
        return (
            *super().get_custom_urls(),
            ("<int:pk>/approve/", "pledges_followup_approve", self.approve_view),
            ("<int:pk>/return/", "pledges_followup_return", self.return_view),
        )

    def approve_view(self, request: HttpRequest, pk: int, **_kwargs: Any) -> HttpResponse:
        if not self.has_approve_permission(request):
            raise PermissionDenied
        return self._apply_to_one(request, pk, self.approve)

    def return_view(self, request: HttpRequest, pk: int, **_kwargs: Any) -> HttpResponse:
        if not self.has_return_permission(request):
            raise PermissionDenied
        return self._apply_to_one(request, pk, self.return_to_author)

    def _apply_to_one(self, request: HttpRequest, pk: int, action: Callable[..., HttpResponse | None]) -> HttpResponse:
        """Run an action on one follow-up. A GET, such as the redirect after a login, only redirects to its form."""
        page = None
        if request.method == "POST":
            page = action(request, self.get_queryset(request).filter(pk=pk))
        return page or HttpResponseRedirect(reverse("admin:pledges_followup_change", args=[pk]))

    def _transition(
        self, request: HttpRequest, queryset: QuerySet[FollowUp], transition: Callable[..., list[FollowUp]]
    ) -> None:
        """Apply a transition of the workflow to all follow-ups or to none, and report on each of them."""
        chosen = list(queryset.order_by("submitted_at", "pk").select_related("pledge"))
        if not chosen:  # deleted since the page was opened
            self.message_user(request, _("No changes were made."), messages.ERROR)
            return
        keys = [follow_up.pk for follow_up in chosen]
        try:
            changed = transition(keys, by=request.user, versions=_posted_versions(request, keys))
        except review.ReviewError as error:
            outcomes = [(follow_up, _error_message(error, follow_up)) for follow_up in chosen]
            self.message_user(request, _report(outcomes, heading=_("No changes were made.")), messages.ERROR)
        else:
            outcomes = [(follow_up, _outcome(follow_up)) for follow_up in changed]
            self.message_user(request, _report(outcomes), messages.SUCCESS)

    def _ask_for_reason(self, request: HttpRequest, queryset: QuerySet[FollowUp], form: ReasonForm) -> TemplateResponse:
        follow_ups = list(queryset.select_related("pledge__district", "pledge__metric", "author"))
        context = self.admin_site.each_context(request) | {
            "title": _("Return follow-ups"),
            "opts": self.opts,
            "form": form,
            "follow_ups": follow_ups,
            # This page shows only a line for each follow-up, so that the versions are those of the previous page.
            "versions": _posted_versions(request, [follow_up.pk for follow_up in follow_ups]),
            "action_checkbox_name": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/pledges/followup/return.html", context)


def _posted_versions(request: HttpRequest, keys: Iterable[int]) -> dict[int, int]:
    """Return the versions of follow-ups that the page showed, by key. Malformed versions are omitted."""
    posted = {key: request.POST.get(f"version-{key}", "") for key in keys}
    return {key: int(version) for key, version in posted.items() if re.fullmatch(r"[0-9]{1,9}", version)}


def _outcome(follow_up: FollowUp) -> str:
    """Return the new state, and whether the status of the pledge stays because of a finding of a later day."""
    other = follow_up.outranked_by
    return " · ".join(filter(None, [str(follow_up.get_state_display()), status_stays(other) if other else ""]))


def _error_message(error: review.ReviewError, follow_up: FollowUp) -> str:
    return " ".join(error.messages(follow_up.pk)) or _("not changed because of the others")


def _report(outcomes: Iterable[tuple[FollowUp, str]], *, heading: str = "") -> str:
    lines = [
        _("%(ref)s: %(outcome)s") % {"ref": follow_up.pledge.ref, "outcome": outcome} for follow_up, outcome in outcomes
    ]
    return format_html_join(SafeString("<br>"), "{}", ((line,) for line in [heading, *lines] if line))
