"""What lists of pledges share: columns, filters and search."""

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import CheckboxFilter
from unfold.decorators import display

from pledges.admin.base import BaseAdmin, searchable
from pledges.domain.timeliness import Timeliness
from pledges.models import Pledge
from pledges.models.choices import Status
from pledges.models.pledge import WITHOUT_DEADLINE_ASC
from pledges.models.pledge_queryset import PledgeQuerySet

TIMELINESS = {
    Timeliness.UPCOMING: _("upcoming"),
    Timeliness.DUE_SOON: _("due soon"),
    Timeliness.OVERDUE: _("overdue"),
}
WITHOUT_DEADLINE = "none"
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
# As the index `pledge_by_deadline` has it.
BY_DEADLINE = Coalesce("deadline", WITHOUT_DEADLINE_ASC)


class MultipleChoiceFilter(CheckboxFilter):
    """Several of the choices may be ticked, and each is counted where counts are asked for."""

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        if self.parameter_name in request.GET:
            self.used_parameters[self.parameter_name] = request.GET.getlist(self.parameter_name)

    def value(self) -> list[str]:
        # Django counts by putting one choice after the other in the place of those chosen.
        chosen = self.used_parameters.get(self.parameter_name) or []
        chosen = [chosen] if isinstance(chosen, str) else chosen
        return [value for value, _label in self.lookup_choices if value in chosen]


class TimelinessFilter(MultipleChoiceFilter):
    title = _("timeliness")
    parameter_name = "timeliness"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(kind.value, label) for kind, label in TIMELINESS.items()] + [
            (WITHOUT_DEADLINE, _("without a deadline"))
        ]

    def queryset(self, request: HttpRequest, queryset: PledgeQuerySet) -> PledgeQuerySet:
        chosen = self.value()
        if not chosen:
            return queryset
        today = timezone.localdate()
        return reduce(
            or_,
            (
                queryset.filter(deadline=None) if kind == WITHOUT_DEADLINE else queryset.timely(Timeliness(kind), today)
                for kind in chosen
            ),
        )


class PledgeColumns(BaseAdmin):
    """Columns that tell which pledge it is, and how it stands; pledges are found by their words or reference."""

    def get_search_results(
        self, request: HttpRequest, queryset: PledgeQuerySet, search_term: str
    ) -> tuple[QuerySet[Pledge], bool]:
        words = searchable(search_term).strip()
        if not words:
            return queryset, False
        return queryset.search(words) | queryset.filter(ref__startswith=words), False

    @display(description=_("pledge"), ordering="label", header=True)
    def promise(self, pledge: Pledge) -> tuple[str, str]:
        return pledge.label, Truncator(pledge.quote).chars(30)

    @display(description=_("target in words"), ordering="amount")
    def target(self, pledge: Pledge) -> str:
        return pledge.target_in_words

    @display(description=_("official"), ordering="statement__official__name")
    def said_by(self, pledge: Pledge) -> str:
        return pledge.statement.official.name

    @display(description=_("timeliness"), ordering=BY_DEADLINE, label=TIMELINESS_COLOURS)
    def timeliness_label(self, pledge: Pledge) -> tuple[str, Any] | None:
        kind = pledge.timeliness(timezone.localdate())
        return (kind, TIMELINESS[kind]) if kind else None

    @display(description=_("status"), ordering="status", label=STATUS_COLOURS)
    def status_label(self, pledge: Pledge) -> tuple[str, Any]:
        return pledge.status, _("met late") if pledge.is_late else pledge.get_status_display()
