"""Count published pledges by any combination of status, district, year, topic, metric and official."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import Aggregate, Count, QuerySet, Sum

from pledges.filters.pledges import PledgeFilter
from pledges.models import District, Official, Pledge, PledgeCount
from pledges.models.metric import Metric, Topic

Key = tuple[Any, ...]  # the values, or primary keys, that the pledges of a group share


class Grouping(NamedTuple):
    """A column to group pledges by: its path in `Pledge` and in `PledgeCount`, and the manager of the related rows."""

    path: str
    precounted_path: str | None = None
    rows: Any = None


GROUPINGS = {
    "status": Grouping("status", "status"),
    "district": Grouping("district", rows=District.objects),
    "year": Grouping("year", "year"),
    "topic": Grouping("metric__topic", "metric__topic", Topic.objects),
    "metric": Grouping("metric", "metric", Metric.objects),
    "official": Grouping("statement__official", rows=Official.objects),
}
# The filters of pledges that can also be applied to `PledgeCount`, each with the equivalent lookup.
PRECOUNTED_FILTERS = {
    "status": "status__in",
    "year": "year",
    "year_min": "year__gte",
    "year_max": "year__lte",
    "metric": "metric__in",
    "topic": "metric__topic__in",
}


def count_pledges(filterset: PledgeFilter, by: Sequence[str], *, limit: int) -> dict[Key, int]:
    """Return the number of published pledges in each group that has any, for at most `limit` + 1 groups.

    Where possible, they are summed from `PledgeCount`: with 120,000 pledges this takes a fifth of the time or less, and
    the difference grows with the number of pledges.
    """
    groupings = [GROUPINGS[name] for name in by]
    paths = [grouping.precounted_path for grouping in groupings]
    if PRECOUNTED_FILTERS.keys() >= filterset.filters.keys() and None not in paths:
        return _counts(_precounted_rows(filterset), paths, Sum("count"), limit)
    pledges = filterset.filter_queryset(Pledge.objects.public())
    return _counts(pledges, [grouping.path for grouping in groupings], Count("*"), limit)


def _precounted_rows(filterset: PledgeFilter) -> QuerySet[PledgeCount]:
    params = filterset.form.cleaned_data
    return PledgeCount.objects.filter(**{PRECOUNTED_FILTERS[name]: value for name, value in params.items()})


def _counts(found: QuerySet[Any], paths: Sequence[Any], number: Aggregate, limit: int) -> dict[Key, int]:
    groups = found.order_by().values_list(*paths).annotate(number=number).filter(number__gt=0)
    return {tuple(key): count for *key, count in groups[: limit + 1]}
