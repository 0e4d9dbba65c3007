"""The chart of the dashboard: pledges of a year by district and status.

It is rendered as a table with SVG bars, without JavaScript.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, Window
from django.urls import reverse
from django.utils import timezone

from pledges.domain.dates import plan_year
from pledges.models import District, Pledge
from pledges.models.choices import State, Status

MAX_DISTRICTS = 12  # those with the most pledges


@dataclass(frozen=True)
class Segment:
    """A part of a bar. `start` and `width` are in per cent of the longest bar; `count` is a number of pledges."""

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
    hidden_district_count: int
    url: str  # the list of all pledges of the year


def status_chart(requested_year: str) -> Chart:
    """Return the chart of a year or, if no pledge has that year, of the year nearest to the current one."""
    years = list(Pledge.objects.public().order_by("year").values_list("year", flat=True).distinct())
    year = int(requested_year) if requested_year in map(str, years) else _nearest_year(years)
    rows = list(_counts(year)[:MAX_DISTRICTS])
    longest = max((row["total"] for row in rows), default=0)
    return Chart(
        year=year,
        years=years,
        statuses=list(Status),
        bars=[_bar(row, year, longest) for row in rows],
        hidden_district_count=rows[0]["districts"] - len(rows) if rows else 0,
        url=_pledges_url(year),
    )


def _nearest_year(years: list[int]) -> int:
    current = plan_year(timezone.localdate(), settings.RECORD_SETTINGS.fiscal_year_starts)
    return min(years, key=lambda year: abs(year - current), default=current)


def _counts(year: int) -> Any:
    """Return the number of public pledges by district and status, the district with the most pledges first."""
    return (
        Pledge.objects.public()
        .filter(year=year)
        .values("district_id", "district__name", "district__name_en")
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
    district = District(name=row["district__name"], name_en=row["district__name_en"])
    return Bar(str(district), _pledges_url(year, district__id__exact=row["district_id"]), row["total"], segments)


def _pledges_url(year: int, **filters: Any) -> str:
    query = {"state__exact": State.PUBLISHED, "year": year} | filters
    return reverse("admin:pledges_pledge_changelist", query=query)
