"""Counts and totals of all pledges that match the filters, optionally by groups."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from pledges.api.fast_lists.pagination import UNKNOWN_VALUE
from pledges.api.http.parameters import ParameterForm
from pledges.api.http.problems import InvalidParameters, ParameterError
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

MAX_GROUPS = 30_000
GROUP_SERIALIZERS = {
    "district": NamedDistrictSerializer,
    "topic": TopicSerializer,
    "metric": NamedMetricSerializer,
    "official": OfficialSerializer,
}


class StatsForm(ParameterForm):
    by = ChoicesField(
        choices=[(name, name) for name in GROUPINGS],
        required=False,
        help_text="The groupings. With several, each combination that occurs is a group. Default: `status`.",
    )
    totals = forms.ChoiceField(
        choices=[("true", "true"), ("false", "false")],
        required=False,
        error_messages=UNKNOWN_VALUE,
        help_text="With `true`, groups contain sums of targets and of actual figures.",
    )

    @property
    def groupings(self) -> list[str]:
        return list(dict.fromkeys(self.cleaned_data.get("by", ["status"])))


class StatsView(AggregateView):
    """The number of pledges in each group and, on request, the sums of their figures."""

    serializer_class = StatsSerializer
    form_class = StatsForm

    @extend_schema(operation_id="stats", summary="Counts and sums of pledges", filters=True)
    def get(self, request: Request) -> Response:
        by = self.form.groupings
        if self.form.cleaned_data.get("totals") != "true":
            return Response(_response_data(by, self._count(by)))
        pledges = self.filterset.filter_queryset(self.queryset)
        with snapshot():
            return Response(_response_data(by, self._count(by), totals(pledges, []) | totals(pledges, by)))

    def _count(self, by: Sequence[str]) -> dict[Key, int]:
        counts = count_pledges(self.filterset, by, limit=MAX_GROUPS)
        if len(counts) > MAX_GROUPS:
            message = _("More than %(most)s groups. Narrow the filter, or group by something else.")
            raise InvalidParameters([ParameterError("by", ", ".join(by), message % {"most": MAX_GROUPS}, [])])
        # Statuses without pledges are included, with a count of 0.
        return dict.fromkeys(product(Status.values), 0) | counts if by == ["status"] else counts


def _response_data(
    by: Sequence[str], counts: Mapping[Key, int], sums: Mapping[Key, Totals] | None = None
) -> dict[str, Any]:
    """Return the content of the response. In `sums`, the empty key has the totals of all pledges."""
    groups = [members | _aggregates(counts[key], key, sums) for key, members in _sorted_groups(by, counts)]
    return _aggregates(sum(counts.values()), (), sums) | {"groups": groups}


def _aggregates(count: int, key: Key, sums: Mapping[Key, Totals] | None) -> dict[str, Any]:
    if sums is None:
        return {"count": count}
    found = sums.get(key, EMPTY_TOTALS)
    return {"count": count, "totals": TotalSerializer(found.totals, many=True).data, "left_out": found.left_out}


def _sorted_groups(by: Sequence[str], keys: Collection[Key]) -> Iterator[tuple[Key, dict[str, Any]]]:
    """Yield the keys of the groups in order, each with the JSON members that describe the group."""
    columns = [_sort_keys_and_members(name, {key[number] for key in keys}) for number, name in enumerate(by)]
    # A row that was counted may have been deleted since.
    keys = [key for key in keys if all(value in column for column, value in zip(columns, key, strict=True))]
    for key in sorted(keys, key=lambda key: [column[value][0] for column, value in zip(columns, key, strict=True)]):
        yield key, {name: column[value][1] for name, column, value in zip(by, columns, key, strict=True)}


def _sort_keys_and_members(name: str, values: Collection[Any]) -> dict[Any, tuple[Any, Any]]:
    """Return the sort key and the JSON member of each value of a grouping."""
    if rows := GROUPINGS[name].rows:
        found = rows.in_bulk([value for value in values if value is not None])
        members = {key: (row.slug, GROUP_SERIALIZERS[name](row).data) for key, row in found.items()}
        return members | {None: ("", None)}  # the pledges without such a row
    if name == "status":
        return {status: (number, status) for number, status in enumerate(Status.values)}
    return {value: (value, value) for value in values}
