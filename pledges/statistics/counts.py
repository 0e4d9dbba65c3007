"""Count published pledges by any combination of status, district, year, topic, metric and official."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import Aggregate, Count, QuerySet, Sum

from pledges.filters.pledges import PledgeFilter
from pledges.models import District, Official, Pledge, PledgeCount
from pledges.models.metric import Metric, Topic

Key = tuple[Any, ...]  # the values, or primary keys, that the pledges of a group share


class Grouping(NamedTuple):
    """The look-up path from a pledge and, if it ends at a row and not at a value, the manager of such rows."""

    path: str
    rows: Any = None


GROUPINGS = {
    "status": Grouping("status"),
    "district": Grouping("district", District.objects),
    "year": Grouping("year"),
    "topic": Grouping("metric__topic", Topic.objects),
    "metric": Grouping("metric", Metric.objects),
    "official": Grouping("statement__official", Official.objects),
}
# Filters and groupings that `PledgeCount` has counts for. Its fields are named as those of `Pledge`, so that the
# filter set of pledges applies to both.
PRECOUNTED = {"status", "year", "year_min", "year_max", "metric", "topic"}


def count_pledges(filterset: PledgeFilter, by: Sequence[str], *, limit: int) -> dict[Key, int]:
    """The number of pledges in each group that is not empty; at most `limit` + 1 groups, to show an excess."""
    found: QuerySet[Any]
    number: Aggregate
    if PRECOUNTED.issuperset([*filterset.filters, *by]):
        found, number = PledgeCount.objects.all(), Sum("count")
    else:
        found, number = Pledge.objects.public(), Count("*")
    paths = [GROUPINGS[name].path for name in by]
    groups = (
        filterset.filter_queryset(found).order_by().values_list(*paths).annotate(number=number).filter(number__gt=0)
    )
    return {tuple(key): count for *key, count in groups[: limit + 1]}
