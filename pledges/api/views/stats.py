"""Figures on all pledges that a filter finds: how many there are, and what they add up to."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from pledges.api.fast_lists.pagination import UNKNOWN
from pledges.api.http.parameters import ParameterForm
from pledges.api.http.problems import Fault, InvalidParameters
from pledges.api.serializers.records import OfficialSerializer, TopicSerializer
from pledges.api.serializers.stats import (
    NamedDistrictSerializer,
    NamedMetricSerializer,
    StatsSerializer,
    TotalSerializer,
)
from pledges.api.views.aggregates import AggregateView
from pledges.database.snapshot import snapshot
from pledges.filters.fields import ChoicesField
from pledges.models.choices import Status
from pledges.statistics.counts import GROUPINGS, Key, count_pledges
from pledges.statistics.totals import EMPTY_TOTALS, Totals, totals

MOST_GROUPS = 30_000
OF_ROWS = {
    "district": NamedDistrictSerializer,
    "topic": TopicSerializer,
    "metric": NamedMetricSerializer,
    "official": OfficialSerializer,
}


class StatsForm(ParameterForm):
    by = ChoicesField(
        choices=[(name, name) for name in GROUPINGS],
        required=False,
        help_text="What they are grouped by; with several, by each combination that occurs. Left out: `status`.",
    )
    totals = forms.ChoiceField(
        choices=[("true", "true"), ("false", "false")],
        required=False,
        error_messages=UNKNOWN,
        help_text="`true`: with the sums of targets and of actual figures.",
    )

    @property
    def groupings(self) -> list[str]:
        return list(dict.fromkeys(self.cleaned_data.get("by", ["status"])))


class StatsView(AggregateView):
    """How many pledges there are of each kind, and what they add up to."""

    serializer_class = StatsSerializer
    form_class = StatsForm

    @extend_schema(operation_id="stats", summary="How many there are of each kind, and their sums", filters=True)
    def get(self, request: Request) -> Response:
        by = self.asked.groupings
        if self.asked.cleaned_data.get("totals") != "true":
            return Response(_answer(by, self._count(by)))
        found = self.filterset.filter_queryset(self.queryset)
        with snapshot():
            return Response(_answer(by, self._count(by), totals(found, []) | totals(found, by)))

    def _count(self, by: Sequence[str]) -> dict[Key, int]:
        counts = count_pledges(self.filterset, by, limit=MOST_GROUPS)
        if len(counts) > MOST_GROUPS:
            message = _("These are more than %(most)s groups: narrow them down by a filter, or by another group.")
            raise InvalidParameters([Fault("by", ", ".join(by), message % {"most": MOST_GROUPS}, [])])
        # All statuses are few enough to name those too that no pledge has.
        return dict.fromkeys(product(Status.values), 0) | counts if by == ["status"] else counts


def _answer(by: Sequence[str], counts: Mapping[Key, int], sums: Mapping[Key, Totals] | None = None) -> dict[str, Any]:
    """All pledges together have the empty key."""
    groups = [shown | _figures(counts[key], key, sums) for key, shown in _in_order(by, counts)]
    return _figures(sum(counts.values()), (), sums) | {"groups": groups}


def _figures(count: int, key: Key, sums: Mapping[Key, Totals] | None) -> dict[str, Any]:
    if sums is None:
        return {"count": count}
    found = sums.get(key, EMPTY_TOTALS)
    return {"count": count, "totals": TotalSerializer(found.totals, many=True).data, "left_out": found.left_out}


def _in_order(by: Sequence[str], keys: Collection[Key]) -> Iterator[tuple[Key, dict[str, Any]]]:
    """The keys of the groups, each with what is shown of it."""
    columns = [_places_and_looks(name, {key[number] for key in keys}) for number, name in enumerate(by)]
    # Counted a moment ago, a group can be gone by now.
    keys = [key for key in keys if all(value in column for column, value in zip(columns, key, strict=True))]
    for key in sorted(keys, key=lambda key: [column[value][0] for column, value in zip(columns, key, strict=True)]):
        yield key, {name: column[value][1] for name, column, value in zip(by, columns, key, strict=True)}


def _places_and_looks(name: str, values: Collection[Any]) -> dict[Any, tuple[Any, Any]]:
    """Of each value of a grouping its place in the order of these, and what is shown of it."""
    if rows := GROUPINGS[name].rows:
        return {key: (row.slug, OF_ROWS[name](row).data) for key, row in rows.in_bulk(values).items()}
    if name == "status":
        return {status: (number, status) for number, status in enumerate(Status.values)}
    return {value: (value, value) for value in values}
