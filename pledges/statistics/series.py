"""One metric over the years: what was promised, what came of it, and what either was before it was revised."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from django.db.models import Exists, OuterRef

from pledges.models import District, FollowUp, Pledge
from pledges.models.pledge_queryset import PledgeQuerySet
from pledges.models.unit import Dimension


@dataclass
class Point:
    """A target, those that it replaced one after the other, and what was found out about it, newest first."""

    target: Pledge
    earlier_targets: list[Pledge] = field(default_factory=list)
    follow_ups: list[FollowUp] = field(default_factory=list)

    @property
    def actual(self) -> FollowUp | None:
        """The newest follow-up if it has a figure: an older figure no longer holds."""
        return next((newest for newest in self.follow_ups[:1] if newest.actual is not None), None)

    @property
    def earlier_actuals(self) -> list[FollowUp]:
        return self.follow_ups[1:]


class Series(NamedTuple):
    """The points that can be compared: of one place, in one dimension and measured in one way."""

    district: District
    dimension: Dimension
    measure: str
    points: list[Point]


def series_of(pledges: PledgeQuerySet, *, most: int) -> list[Series] | None:
    """The series that pledges of one metric make, in the order of their places; None for more than `most` points."""
    keys = list(_in_force(pledges).order_by().values_list("pk", flat=True)[: most + 1])
    if len(keys) > most:
        return None
    targets = Pledge.objects.public().filter(pk__in=keys).with_context()
    order = ("district__slug", "unit__dimension__slug", "measure", "year", "ref")
    points = [Point(target) for target in targets.order_by(*order)]
    _add_earlier_targets(points)
    _add_follow_ups(points)
    return [
        Series(district, dimension, measure, list(of_one))
        for (district, dimension, measure), of_one in groupby(points, key=_series_of_point)
    ]


def _in_force(pledges: PledgeQuerySet) -> PledgeQuerySet:
    """Without those that another one of the same series replaces."""
    replaced_by = Pledge.objects.public().filter(
        supersedes=OuterRef("pk"),
        district=OuterRef("district"),
        metric=OuterRef("metric"),
        measure=OuterRef("measure"),
        unit__dimension=OuterRef("unit__dimension"),
    )
    return pledges.exclude(Exists(replaced_by))


def _series_of_point(point: Point) -> tuple[District, Dimension, str]:
    return point.target.district, point.target.unit.dimension, point.target.measure


def _add_earlier_targets(points: Iterable[Point]) -> None:
    """One step back for all of them at once, until none leads further; what is not public ends the way."""
    reached = [(point, point.target) for point in points]
    while reached:
        steps = {target.supersedes_id for _point, target in reached}
        earlier = Pledge.objects.public().with_context().in_bulk(steps)
        reached = [(point, earlier[key]) for point, target in reached if (key := target.supersedes_id) in earlier]
        for point, target in reached:
            point.earlier_targets.append(target)


def _add_follow_ups(points: Iterable[Point]) -> None:
    by_target = {point.target.pk: point for point in points}
    follow_ups = FollowUp.objects.public().filter(pledge__in=by_target).select_related("unit").newest_first()
    for follow_up in follow_ups:
        point = by_target[follow_up.pledge_id]
        follow_up.pledge = point.target
        point.follow_ups.append(follow_up)
