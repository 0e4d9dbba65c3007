"""How the pledges of each district stand in a year: a table with bars, made without any script."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Window
from django.urls import reverse
from django.utils import timezone

from pledges.models import Pledge
from pledges.models.choices import State, Status

MOST = 12
"""The districts that are shown: those with most pledges."""


@dataclass(frozen=True)
class Segment:
    """A part of a bar, in per cent of the longest bar; the count is the number of pledges in it."""

    status: Status
    count: int
    start: float
    width: float


@dataclass(frozen=True)
class Bar:
    district: str
    url: str
    total: int
    segments: list[Segment]


@dataclass(frozen=True)
class Chart:
    year: int
    years: list[int]
    statuses: list[Status]
    bars: list[Bar]
    more: int  # districts that are not shown
    url: str  # all pledges of the year


def chart(wanted: str) -> Chart:
    """The chart of a year; of the present one or the one nearest to it, where none or an unknown one is wanted."""
    years = list(Pledge.objects.public().order_by("year").values_list("year", flat=True).distinct())
    year = int(wanted) if wanted in map(str, years) else _nearest(years)
    rows = list(_counted(year)[:MOST])
    longest = max((row["total"] for row in rows), default=0)
    return Chart(
        year=year,
        years=years,
        statuses=list(Status),
        bars=[_bar(row, year, longest) for row in rows],
        more=rows[0]["districts"] - len(rows) if rows else 0,
        url=_pledges(year),
    )


def _nearest(years: list[int]) -> int:
    present = timezone.localdate().year
    return min(years, key=lambda year: abs(year - present), default=present)


def _counted(year: int) -> Any:
    """Public pledges of a year, counted by district and status in one query; the largest district first."""
    return (
        Pledge.objects.public()
        .filter(year=year)
        .values("district_id", "district__name")
        .annotate(
            total=Count("pk"),
            **{status.value: Count("pk", filter=Q(status=status)) for status in Status},
        )
        .annotate(districts=Window(Count("*")))
        .order_by("-total", "district__name", "district_id")
    )


def _bar(row: dict[str, Any], year: int, longest: int) -> Bar:
    segments = []
    start = 0.0
    for status in Status:
        width = 100 * row[status] / longest
        segments.append(Segment(status, row[status], round(start, 3), round(width, 3)))
        start += width
    return Bar(row["district__name"], _pledges(year, district__id__exact=row["district_id"]), row["total"], segments)


def _pledges(year: int, **filters: Any) -> str:
    query = {"state__exact": State.PUBLISHED, "year": year} | filters
    return reverse("admin:pledges_pledge_changelist", query=query)
