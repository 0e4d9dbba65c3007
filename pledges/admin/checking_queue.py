"""The checking queue: public pledges without a verdict, the most urgent first."""

import re
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ORDER_VAR
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import (
    AllValuesCheckboxFilter,
    AutocompleteSelectFilter,
    RelatedDropdownFilter,
)
from unfold.decorators import display
from unfold.views import ChangeList

from pledges.admin.mixins.assignment import AssignmentMixin
from pledges.admin.pledge_changelist import BY_DEADLINE, PledgeListAdmin, SpeakingBodyFilter
from pledges.admin.pledge_filters import AssignmentFilter, OpenStatusFilter, TimelinessFilter
from pledges.locale.display_names import display_name
from pledges.models import FollowUp, Pledge, PledgeToCheck, QueueOrder
from pledges.models.choices import ReviewState
from pledges.models.pledge_queryset import PledgeQuerySet

ORDERING = re.compile(r"-?\d{1,2}(\.-?\d{1,2}){0,9}")


class CheckingQueueChangeList(ChangeList):
    """A list whose rows link to the user's follow-up instead of the form of the pledge."""

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.user = request.user
        super().__init__(request, *args, **kwargs)

    @property
    def default_order_url(self) -> str:
        query: str = self.get_query_string({ORDER_VAR: ""})
        return query

    def url_for_result(self, result: Any) -> str:
        return next_step_url(result, self.user)


def prefetch_open_follow_ups(pledges: PledgeQuerySet, user: User | AnonymousUser) -> PledgeQuerySet:
    """Prefetch the follow-ups that are not approved yet as `open_follow_ups`, in one query."""
    follow_ups = FollowUp.objects.visible_to(user).exclude(state=ReviewState.APPROVED).select_related("author")
    return pledges.defer("search_text").prefetch_related(Prefetch("follow_ups", follow_ups, to_attr="open_follow_ups"))


def next_step_url(pledge: Any, user: User | AnonymousUser) -> str:
    """Return the URL of the user's open follow-up, of the form for a new one or, without permission, of the pledge."""
    for follow_up in pledge.open_follow_ups:
        if follow_up.author_id == user.pk:
            return reverse("admin:pledges_followup_change", args=[follow_up.pk])
    if user.has_perm("pledges.add_followup"):
        return reverse("admin:pledges_followup_add", query={"pledge": pledge.pk})
    return reverse("admin:pledges_pledge_change", args=[pledge.pk])


def _saved_order(request: HttpRequest) -> str:
    return QueueOrder.objects.filter(user=request.user.pk).values_list("ordering", flat=True).first() or ""


def _save_order(request: HttpRequest, order: str) -> None:
    if not order:
        QueueOrder.objects.filter(user=request.user.pk).delete()
    elif ORDERING.fullmatch(order):
        QueueOrder.objects.update_or_create(
            user=request.user,  # type: ignore[misc]  # not anonymous in the admin
            defaults={"ordering": order},
        )


@admin.register(PledgeToCheck)
class PledgeToCheckAdmin(AssignmentMixin, PledgeListAdmin):
    list_display = [
        "label_and_quote",
        "target",
        "district",
        "speaker_name",
        "year",
        "timeliness_label",
        "status_label",
        "assigned_to",
        "open_follow_up",
    ]
    list_filter = [
        TimelinessFilter,
        AssignmentFilter,
        OpenStatusFilter,
        ("year", AllValuesCheckboxFilter),
        ("district", AutocompleteSelectFilter),
        ("statement__official", AutocompleteSelectFilter),
        ("statement__body", SpeakingBodyFilter),
        ("metric__topic", RelatedDropdownFilter),
        ("metric", AutocompleteSelectFilter),
    ]
    list_select_related = [
        *("district", "metric", "unit", "compared_with", "compared_with_district"),
        *("statement__official", "statement__body", "assignee"),
    ]
    list_before_template = "admin/pledges/pledgetocheck/order.html"
    # No selection across pages: only rows that were shown can be assigned.
    list_disable_select_all = True
    # The rows link to pages of other models, to which these filters do not apply.
    preserve_filters = False
    ordering = [BY_DEADLINE, "ref"]

    def has_view_permission(self, request: HttpRequest, obj: Pledge | None = None) -> bool:
        return request.user.has_perm("pledges.view_pledge") or request.user.has_perm("pledges.change_pledge")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Pledge | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Pledge | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> PledgeQuerySet:
        pledges: PledgeQuerySet = super().get_queryset(request)
        return prefetch_open_follow_ups(pledges.to_check(), request.user)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return CheckingQueueChangeList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Redirect to the saved order of the user, or save a newly chosen one."""
        order, saved = request.GET.get(ORDER_VAR), _saved_order(request)
        if order is None and saved and request.method == "GET":
            query = request.GET.copy()
            query[ORDER_VAR] = saved
            return HttpResponseRedirect(f"{request.path}?{query.urlencode()}")
        if order is not None and order != saved:
            _save_order(request, order)
        response: HttpResponse = super().changelist_view(request, extra_context)
        return response

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:pledges_pledge_change", args=[object_id]))

    @display(description=_("assigned to"), ordering="assignee__username", empty_value="–")
    def assigned_to(self, pledge: Pledge) -> str | None:
        return display_name(pledge.assignee) if pledge.assignee else None

    @display(description=_("open follow-up"), empty_value="–")
    def open_follow_up(self, pledge: Any) -> str | None:
        """Return links to the open follow-ups, so that nobody starts a second one."""
        lines = (
            (
                reverse("admin:pledges_followup_change", args=[follow_up.pk]),
                follow_up.get_state_display(),
                display_name(follow_up.author),
            )
            for follow_up in pledge.open_follow_ups
        )
        return format_html_join("", '<a class="block text-link" href="{}">{} · {}</a>', lines) or None
