"""How many published pledges there are: by status, district, year, topic, metric and official, in any combination."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import Aggregate, Count, QuerySet, Sum

from pledges.filters.pledges import PledgeFilter
from pledges.models import District, Official, Pledge, PledgeCount
from pledges.models.metric import Metric, Topic

Key = tuple[Any, ...]  # what the pledges of a group have in common: values, and the keys of rows


class Grouping(NamedTuple):
    """The path from a pledge to what groups it, and the manager of that unless it is a value."""

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
# Filters and groupings for which the database keeps the counts.
KEPT = {"status", "year", "year_min", "year_max", "metric", "topic"}


def count_pledges(asked: PledgeFilter, by: Sequence[str], *, most: int) -> dict[Key, int]:
    """The number of pledges in each group that has any; of more groups than `most`, one more than that."""
    found: QuerySet[Any]
    number: Aggregate
    if KEPT.issuperset([*asked.filters, *by]):
        found, number = PledgeCount.objects.all(), Sum("count")
    else:
        found, number = Pledge.objects.public(), Count("*")
    paths = [GROUPINGS[name].path for name in by]
    groups = asked.filter_queryset(found).order_by().values_list(*paths).annotate(number=number).filter(number__gt=0)
    return {tuple(key): count for *key, count in groups[: most + 1]}
