"""Filters of the lists of pledges in the admin."""

from functools import reduce
from operator import or_
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import CheckboxFilter, RadioFilter

from pledges.admin.labels import TIMELINESS_LABELS
from pledges.domain.timeliness import Timeliness
from pledges.models.choices import VERDICTS, Status
from pledges.models.pledge_queryset import PledgeQuerySet

WITHOUT_DEADLINE = "none"


class MultipleChoiceFilter(CheckboxFilter):
    """A checkbox filter that allows several choices and supports Django's facet counts."""

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        if self.parameter_name in request.GET:
            self.used_parameters[self.parameter_name] = request.GET.getlist(self.parameter_name)

    def value(self) -> list[str]:
        # To count facets, Django replaces the list with each choice in turn, as a string.
        chosen = self.used_parameters.get(self.parameter_name) or []
        chosen = [chosen] if isinstance(chosen, str) else chosen
        return [value for value, _label in self.lookup_choices if value in chosen]


class TimelinessFilter(MultipleChoiceFilter):
    title = _("due status")
    parameter_name = "timeliness"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(kind.value, label) for kind, label in TIMELINESS_LABELS.items()] + [
            (WITHOUT_DEADLINE, _("without a deadline"))
        ]

    def queryset(self, request: HttpRequest, queryset: PledgeQuerySet) -> PledgeQuerySet:
        chosen = self.value()
        if not chosen:
            return queryset
        today = timezone.localdate()
        matching = [queryset.with_timeliness(Timeliness(kind), today) for kind in chosen if kind != WITHOUT_DEADLINE]
        if WITHOUT_DEADLINE in chosen:
            matching.append(queryset.filter(deadline=None))
        return reduce(or_, matching)


class OpenStatusFilter(MultipleChoiceFilter):
    """A filter by status for pledges that still have to be checked. Verdicts are not offered."""

    title = _("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(status.value, status.label) for status in Status if status not in VERDICTS]

    def queryset(self, request: HttpRequest, queryset: PledgeQuerySet) -> PledgeQuerySet:
        chosen = self.value()
        return queryset.filter(status__in=chosen) if chosen else queryset


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
