"""The base class of the two lists of pledges: the list of all, and the checking queue."""

from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from pledges.admin.base import BaseAdmin, clean_search_term
from pledges.admin.labels import STATUS_COLOURS, TIMELINESS_COLOURS, TIMELINESS_LABELS
from pledges.models import Pledge, Statement
from pledges.models.pledge import WITHOUT_DEADLINE_ASC
from pledges.models.pledge_queryset import PledgeQuerySet

# The expression of the index `pledge_by_deadline`.
BY_DEADLINE = Coalesce("deadline", WITHOUT_DEADLINE_ASC)


class SpeakingBodyFilter(AutocompleteSelectFilter):
    """Selects what a body stated, and what officials stated in posts of it."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Pledge]) -> QuerySet[Pledge]:
        if not (body := self.value()):
            return queryset
        try:
            return queryset.filter(statement__in=Statement.objects.of_bodies([body]))
        except ValueError as error:
            raise IncorrectLookupParameters(error) from error


class PledgeListAdmin(BaseAdmin):
    """A list of pledges, with its columns and a search by text or reference."""

    search_fields = ["ref"]
    search_help_text = _("Quote, metric, official, district or reference")

    def get_search_results(
        self, request: HttpRequest, queryset: PledgeQuerySet, search_term: str
    ) -> tuple[QuerySet[Pledge], bool]:
        term = clean_search_term(search_term)
        if not term:
            return queryset, False
        return queryset.search(term) | queryset.filter(ref__startswith=term), False

    @display(description=_("pledge"), ordering="label", header=True)
    def label_and_quote(self, pledge: Pledge) -> tuple[str, str]:
        return pledge.metric_in_words, Truncator(pledge.quote).chars(30)

    @display(description=_("target in words"), ordering="amount")
    def target(self, pledge: Pledge) -> str:
        return pledge.target_in_words

    @display(description=_("speaker"), ordering=Coalesce("statement__official__name", "statement__body__name"))
    def speaker_name(self, pledge: Pledge) -> str:
        return pledge.statement.speaker_name

    @display(description=_("due status"), ordering=BY_DEADLINE, label=TIMELINESS_COLOURS)
    def timeliness_label(self, pledge: Pledge) -> tuple[str, Any] | None:
        kind = pledge.timeliness(timezone.localdate())
        return (kind, TIMELINESS_LABELS[kind]) if kind else None

    @display(description=_("status"), ordering="status", label=STATUS_COLOURS)
    def status_label(self, pledge: Pledge) -> tuple[str, Any]:
        label = _("met late") if pledge.is_late else pledge.get_status_display()
        if pledge.on_earlier_target:
            label = _("%(status)s (earlier target)") % {"status": label}
        return pledge.status, label
