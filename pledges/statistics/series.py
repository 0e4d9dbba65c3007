"""The series of a metric: targets and actual figures by year, with their earlier versions."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db.models import Case, CharField, Exists, F, Func, IntegerField, OuterRef, Value, When
from django.db.models.functions import Cast, Coalesce, Left, NullIf

from pledges.models import District, FollowUp, Metric, Pledge
from pledges.models.choices import Measure
from pledges.models.pledge_queryset import PledgeQuerySet
from pledges.models.unit import Dimension

REFS: Any = ArrayField(CharField())
# `Pledge.covered_years` in SQL, less 1.
# NULL, for a target that is not relative, would be equal to nothing.
OTHER_METRIC, OTHER_DISTRICT = Coalesce("compared_with_id", 0), Coalesce("compared_with_district_id", 0)
YEARS = Coalesce(
    F("year") - Case(When(measure__in=[Measure.GROWTH, Measure.INCREASE], then=F("baseline_year"))) - 1,
    F("year") - Cast(NullIf(Left("period", 4), Value("")), IntegerField()),
    0,
)


@dataclass
class Point:
    """A target, the targets that it superseded (newest first), and its follow-ups (newest first)."""

    target: Pledge
    earlier_targets: list[Pledge] = field(default_factory=list)
    follow_ups: list[FollowUp] = field(default_factory=list)

    @property
    def actual(self) -> FollowUp | None:
        """The follow-up that determines the status, if it has a figure. Without one, no other figure replaces it."""
        return next((each for each in self.follow_ups if self._is_current(each) and each.actual is not None), None)

    @property
    def earlier_actuals(self) -> list[FollowUp]:
        return [each for each in self.follow_ups if not self._is_current(each)]

    def _is_current(self, follow_up: FollowUp) -> bool:
        return follow_up.pk == self.target.current_follow_up_id


class Series(NamedTuple):
    """Points that can be compared: of one district, dimension and measure, and for as many years.

    Those of relative targets are distances from figures of the same metric and district.
    """

    district: District
    dimension: Dimension
    measure: str
    compared_with: Metric | None
    compared_with_district: District | None
    years: int
    points: list[Point]


def series_of(pledges: PledgeQuerySet, *, limit: int) -> list[Series] | None:
    """Return the series of one metric's pledges, ordered by district, or None if they have more than `limit` points."""
    keys = list(_exclude_superseded(pledges).order_by().values_list("pk", flat=True)[: limit + 1])
    if len(keys) > limit:
        return None
    targets = Pledge.objects.public().filter(pk__in=keys).with_context()
    order = (
        *("district__slug", "unit__dimension__slug", "measure"),
        *("compared_with__slug", "compared_with_district__slug"),
    )
    ordered = targets.annotate(length=YEARS).order_by(*order, "length", "year", "ref")
    points = [Point(target) for target in ordered]
    _add_earlier_targets(points)
    _add_follow_ups(points)
    return [Series(*key, points=list(group)) for key, group in groupby(points, key=_series_key)]


def _exclude_superseded(pledges: PledgeQuerySet) -> PledgeQuerySet:
    """Exclude pledges that another published pledge of the same series supersedes."""
    replaced_by = (
        Pledge.objects.public()
        .alias(length=YEARS, other_metric=OTHER_METRIC, other_district=OTHER_DISTRICT)
        .filter(
            length=OuterRef("length"),
            other_metric=OuterRef("other_metric"),
            other_district=OuterRef("other_district"),
            supersedes__contains=Func(OuterRef("ref"), template="ARRAY[%(expressions)s]", output_field=REFS),
            district=OuterRef("district"),
            metric=OuterRef("metric"),
            measure=OuterRef("measure"),
            unit__dimension=OuterRef("unit__dimension"),
        )
    )
    own = pledges.alias(length=YEARS, other_metric=OTHER_METRIC, other_district=OTHER_DISTRICT)
    return own.exclude(Exists(replaced_by))


def _series_key(point: Point) -> tuple[District, Dimension, str, Metric | None, District | None, int]:
    target = point.target
    return (
        *(target.district, target.unit.dimension, target.measure),
        *(target.compared_with, target.compared_with_district, target.covered_years),
    )


def _add_earlier_targets(points: Iterable[Point]) -> None:
    """Follow `supersedes` for all points, one query a step. A pledge that is not public ends the chain."""
    reached = [(point, point.target) for point in points]
    while reached:
        steps = {ref for _point, target in reached for ref in target.supersedes}
        earlier = Pledge.objects.public().with_context().in_bulk(steps, field_name="ref")
        found = [(point, earlier[ref]) for point, target in reached for ref in target.supersedes if ref in earlier]
        reached = []
        for point, target in found:
            if target not in point.earlier_targets:  # two targets can supersede the same one
                point.earlier_targets.append(target)
                reached.append((point, target))


def _add_follow_ups(points: Iterable[Point]) -> None:
    by_target = {point.target.pk: point for point in points}
    follow_ups = FollowUp.objects.public().filter(pledge__in=by_target).select_related("unit").newest_first()
    for follow_up in follow_ups:
        point = by_target[follow_up.pledge_id]
        follow_up.pledge = point.target
        point.follow_ups.append(follow_up)
