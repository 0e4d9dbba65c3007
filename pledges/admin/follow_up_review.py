"""Submitting, approving and returning follow-ups, one by one and in bulk."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminTextareaWidget

from pledges import review
from pledges.models import FollowUp
from pledges.models.choices import ReviewState

Move = Callable[[list[int]], list[FollowUp]]


class ReasonForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("reason for returning"),
        help_text=gettext_lazy("The author reads it; it is never public."),
        error_messages={"required": gettext_lazy("Say why it is returned.")},
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )


class ReviewsFollowUps(ModelAdmin):
    actions = ["submit", "approve", "send_back"]

    def has_submit_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("pledges.change_followup")

    def has_approve_permission(self, request: HttpRequest, follow_up: FollowUp | None = None) -> bool:
        """Approving one's own is for one-person desks only."""
        is_own = follow_up is not None and follow_up.is_of(request.user)
        return (settings.ONE_PERSON_DESK or not is_own) and request.user.has_perm("pledges.approve_followup")

    def has_send_back_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("pledges.approve_followup")

    @admin.action(description=gettext_lazy("Submit the selected follow-ups"), permissions=["submit"])
    def submit(self, request: HttpRequest, queryset: QuerySet[FollowUp]) -> None:
        self._move_all(request, queryset, lambda keys: review.submit(keys, by=_user(request)))

    @admin.action(description=gettext_lazy("Approve the selected follow-ups"), permissions=["approve"])
    def approve(self, request: HttpRequest, queryset: QuerySet[FollowUp]) -> None:
        self._move_all(request, queryset, lambda keys: review.approve(keys, by=_user(request)))

    @admin.action(description=gettext_lazy("Return the selected follow-ups…"), permissions=["send_back"])
    def send_back(self, request: HttpRequest, queryset: QuerySet[FollowUp]) -> HttpResponse | None:
        form = ReasonForm(request.POST if "note" in request.POST else None)
        if not form.is_valid():
            return self._ask_for_reason(request, queryset, form, "")
        note = form.cleaned_data["note"]
        self._move_all(request, queryset, lambda keys: review.send_back(keys, by=_user(request), note=note))
        return None

    def get_custom_urls(self) -> tuple[Any, ...]:
        return (
            *super().get_custom_urls(),
            ("<int:pk>/approve/", "pledges_followup_approve", self.approve_view),
            ("<int:pk>/return/", "pledges_followup_return", self.return_view),
        )

    def approve_view(self, request: HttpRequest, pk: int, **_kwargs: Any) -> HttpResponse:
        if not self.has_approve_permission(request):
            raise PermissionDenied
        return self._review(request, pk, lambda keys: review.approve(keys, by=_user(request)))

    def return_view(self, request: HttpRequest, pk: int, **_kwargs: Any) -> HttpResponse:
        if not self.has_send_back_permission(request):
            raise PermissionDenied
        form = ReasonForm(request.POST or None)
        if request.method == "POST" and not form.is_valid():
            return self._ask_for_reason(request, self.get_queryset(request).filter(pk=pk), form, request.path)
        note = form.cleaned_data["note"] if form.is_bound else ""
        return self._review(request, pk, lambda keys: review.send_back(keys, by=_user(request), note=note))

    def _review(self, request: HttpRequest, pk: int, move: Move) -> HttpResponse:
        """Move the version that the reviewer has read, and no other."""
        page = reverse("admin:pledges_followup_change", args=[pk])
        if request.method != "POST":
            return HttpResponseRedirect(page)
        with transaction.atomic():
            follow_up = get_object_or_404(FollowUp.objects.select_for_update(), pk=pk)
            seen = request.POST.get("version", str(follow_up.version))
            if follow_up.state == ReviewState.SUBMITTED and seen != str(follow_up.version):
                self.message_user(request, _("It was changed after you opened it: read it again."), messages.ERROR)
                return HttpResponseRedirect(page)
            self._move_all(request, FollowUp.objects.filter(pk=pk), move)
        return HttpResponseRedirect(page)

    def _move_all(self, request: HttpRequest, queryset: QuerySet[FollowUp], move: Move) -> None:
        """All or none; what became of each is said."""
        # In the order of submission, so that of two for one pledge the later one gives its status.
        chosen = list(queryset.order_by("submitted_at", "pk").select_related("pledge"))
        if not chosen:  # somebody has deleted them meanwhile
            self.message_user(request, _("Nothing was changed."), messages.ERROR)
            return
        try:
            moved = move([follow_up.pk for follow_up in chosen])
        except review.ReviewError as refusal:
            outcomes = [(follow_up, _why_not(refusal, follow_up)) for follow_up in chosen]
            self.message_user(request, _result(outcomes, heading=_("Nothing was changed.")), messages.ERROR)
        else:
            outcomes = [(follow_up, follow_up.get_state_display()) for follow_up in moved]
            self.message_user(request, _result(outcomes), messages.SUCCESS)

    def _ask_for_reason(
        self, request: HttpRequest, queryset: QuerySet[FollowUp], form: ReasonForm, action_url: str
    ) -> TemplateResponse:
        context = self.admin_site.each_context(request) | {
            "title": _("Return follow-ups"),
            "opts": self.opts,
            "form": form,
            "follow_ups": queryset.select_related("pledge__district", "author"),
            "action_checkbox_name": ACTION_CHECKBOX_NAME,
            "action_url": action_url,
        }
        return TemplateResponse(request, "admin/pledges/followup/return.html", context)


def _user(request: HttpRequest) -> Any:
    return request.user


def _why_not(refusal: review.ReviewError, follow_up: FollowUp) -> str:
    reasons = refusal.messages(follow_up.pk)
    return " ".join(reasons) or _("held up by the others")


def _result(outcomes: Iterable[tuple[FollowUp, str]], *, heading: str = "") -> str:
    lines = [f"{follow_up.pledge.ref}: {outcome}" for follow_up, outcome in outcomes]
    return format_html_join(SafeString("<br>"), "{}", ((line,) for line in [heading, *lines] if line))
