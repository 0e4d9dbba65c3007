"""The queue of those who check: public pledges without a verdict, the most urgent first."""

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
    RadioFilter,
    RelatedDropdownFilter,
)
from unfold.decorators import display
from unfold.views import ChangeList

from pledges.admin.mixins.assignment import AssignmentMixin
from pledges.admin.pledge_changelist import BY_DEADLINE, MultipleChoiceFilter, PledgeColumns, TimelinessFilter
from pledges.models import FollowUp, Pledge, PledgeToCheck, QueueOrder
from pledges.models.choices import VERDICTS, ReviewState, Status
from pledges.models.pledge_queryset import PledgeQuerySet
from pledges.workflow.display_names import display_name

ORDER = re.compile(r"-?\d{1,2}(\.-?\d{1,2}){0,9}")


class AssignmentFilter(RadioFilter):
    title = _("assigned to")
    parameter_name = "assigned"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("me", _("me")), ("nobody", _("nobody")), ("somebody", _("somebody"))]

    def queryset(self, request: HttpRequest, queryset: PledgeQuerySet) -> PledgeQuerySet:
        match self.value():
            case "me":
                return queryset.filter(assignee=request.user.pk)
            case "nobody":
                return queryset.filter(assignee=None)
            case "somebody":
                return queryset.exclude(assignee=None)
        return queryset


class OpenStatusFilter(MultipleChoiceFilter):
    """The statuses that leave a pledge in the queue."""

    title = _("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(status.value, status.label) for status in Status if status not in VERDICTS]

    def queryset(self, request: HttpRequest, queryset: PledgeQuerySet) -> PledgeQuerySet:
        chosen = self.value()
        return queryset.filter(status__in=chosen) if chosen else queryset


class Queue(ChangeList):
    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.user = request.user
        super().__init__(request, *args, **kwargs)

    @property
    def default_order_url(self) -> str:
        query: str = self.get_query_string({ORDER_VAR: ""})
        return query

    def url_for_result(self, result: Any) -> str:
        return next_step(result, self.user)


def with_open_follow_ups(pledges: PledgeQuerySet, user: User | AnonymousUser) -> PledgeQuerySet:
    """With what is being written about each pledge, in one more query."""
    follow_ups = FollowUp.objects.visible_to(user).exclude(state=ReviewState.APPROVED).select_related("author")
    return pledges.defer("search_text").prefetch_related(Prefetch("follow_ups", follow_ups, to_attr="open_follow_ups"))


def next_step(pledge: Any, user: User | AnonymousUser) -> str:
    """Where somebody goes on with a pledge: their own open follow-up, a new one or, for readers, the pledge."""
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
    elif ORDER.fullmatch(order):
        QueueOrder.objects.update_or_create(
            user=request.user,  # type: ignore[misc]  # nobody comes here without logging in
            defaults={"ordering": order},
        )


@admin.register(PledgeToCheck)
class PledgeToCheckAdmin(AssignmentMixin, PledgeColumns):
    list_display = [
        "promise",
        "target",
        "district",
        "said_by",
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
        ("metric__topic", RelatedDropdownFilter),
        ("metric", AutocompleteSelectFilter),
    ]
    list_select_related = ["district", "statement__official", "assignee"]
    list_before_template = "admin/pledges/pledgetocheck/order.html"
    # All on a page, not all pages: whoever assigns has seen what they assign.
    list_disable_select_all = True
    # A row leads to another desk, to which the filters of this one mean nothing.
    preserve_filters = False
    ordering = [BY_DEADLINE, "ref"]
    search_fields = ["ref"]
    search_help_text = _("Quote, metric, official, district, reference")

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
        return with_open_follow_ups(pledges.to_check(), request.user)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Queue

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list in the order that this editor chose last, until they choose another one or none."""
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
        """What is being written already, so that nobody starts twice."""
        lines = (
            (
                reverse("admin:pledges_followup_change", args=[follow_up.pk]),
                follow_up.get_state_display(),
                display_name(follow_up.author),
            )
            for follow_up in pledge.open_follow_ups
        )
        return format_html_join("", '<a class="block text-link" href="{}">{} · {}</a>', lines) or None
