"""Hypothesis strategies for small records, with nested districts and targets that are stated repeatedly.

A property-based test creates dozens of records. The rows that all refer to are created once, by `make_surroundings()`.
"""

from typing import Any, NamedTuple

from hypothesis import strategies as st

from pledges.models import District, Evidence, FollowUp, Metric, Pledge, Statement, Unit
from pledges.models.choices import ReviewState
from tests.factories import (
    make_dimension,
    make_district,
    make_document,
    make_metric,
    make_official,
    make_pledge,
    make_post,
    make_statement,
    make_topic,
    make_unit,
    make_user,
)

PLACES = {"province": None, "city": "province", "county": "city", "zone": "city", "other": None}
UNITS = {
    "亿元": ("money", "元", 100_000_000, True),
    "万元": ("money", "元", 10_000, True),
    "家": ("firms", "家", 1, True),
    "个": ("items", "个", 1, True),
    "天": ("days", "天", 1, False),
    "%": ("ratio", "%", 1, False),
}
METRICS = {"investment": "economy", "projects": "economy", "schools": "education"}
OFFICIALS = ["甲", "乙"]
PAGES = {"early": "2023", "late": "2023-02-20/..", "latest": "2023-12"}
STATUSES = ["not_started", "in_progress", "stalled", "met", "partly_met", "missed", "unverifiable", "withdrawn"]


class StatedTarget(NamedTuple):
    """A pledge and its follow-ups. Each follow-up is a status, with an actual figure or None."""

    place: str
    official: str
    page: str
    metric: str
    label: str
    unit: str
    measure: str
    bound: str
    strength: str
    year: int
    years: int
    value: int
    width: int
    state: str
    supersedes: int
    follow_ups: list[tuple[str, int | None]]


@st.composite
def stated_targets(draw: Any) -> StatedTarget:
    unit = draw(st.sampled_from([*UNITS]))
    measures = ["total", "increase", "level", "rank", *(["growth", "share"] if unit == "%" else [])]
    return StatedTarget(
        place=draw(st.sampled_from([*PLACES])),
        official=draw(st.sampled_from(OFFICIALS)),
        page=draw(st.sampled_from([*PAGES])),
        metric=draw(st.sampled_from([*METRICS])),
        label=draw(st.sampled_from(["investment", "部分", "其他"])),
        unit=unit,
        measure=draw(st.sampled_from(measures)),
        bound=draw(st.sampled_from(["exact", "at_least", "at_most"])),
        strength=draw(st.sampled_from(["firm", "planned", "expected", "aspired"])),
        year=draw(st.integers(2024, 2025)),
        years=draw(st.sampled_from([1, 1, 1, 5])),
        value=draw(st.sampled_from([1, 2, 3]) | st.integers(1, 50)),
        width=draw(st.integers(0, 3)),
        state=draw(st.sampled_from(["published", "published", "published", "draft", "retracted"])),
        supersedes=draw(st.integers(-5, 20)),
        follow_ups=draw(st.lists(st.tuples(st.sampled_from(STATUSES), st.none() | st.integers(1, 50)), max_size=2)),
    )


records = st.lists(stated_targets(), max_size=10)


def make_surroundings() -> None:
    """Create the districts, metrics, units, pages and officials that random records refer to."""
    for slug, parent in PLACES.items():
        make_district(slug, parent=make_district(parent) if parent else None)
    for symbol, (dimension, base_unit, factor, is_additive) in UNITS.items():
        make_unit(
            symbol, factor=factor, dimension=make_dimension(dimension, base_unit=base_unit, is_additive=is_additive)
        )
    for slug, topic in METRICS.items():
        make_metric(slug, topic=make_topic(topic))
    post = make_post(district=make_district("other"))
    for slug, date in PAGES.items():
        for official in OFFICIALS:
            make_statement(document=make_document(slug, date=date), official=make_official(official), post=post)


def make_random_record(record: list[StatedTarget]) -> list[Pledge]:
    """Create the pledges of a generated record in the database."""
    statements = {
        (row.document.slug, row.speaker.slug): row for row in Statement.objects.select_related("document", "official")
    }
    districts, metrics = District.objects.in_bulk(field_name="slug"), Metric.objects.in_bulk(field_name="slug")
    units = Unit.objects.in_bulk()
    pledges: list[Pledge] = []
    for number, target in enumerate(record):
        earlier = pledges[target.supersedes] if 0 <= target.supersedes < number else None
        pledge = make_pledge(
            f"r-{number}",
            statement=statements[target.page, target.official],
            district=districts[target.place],
            metric=metrics[target.metric],
            unit=units[target.unit],
            period=f"{target.year - target.years + 1}/{target.year}" if target.years > 1 else "",
            value=target.value,
            value_max=target.value + target.width if target.width else None,
            deadline=f"{target.year}-12-31",
            supersedes=earlier,
            **{name: getattr(target, name) for name in ("label", "measure", "bound", "strength", "year", "state")},
        )
        pledges.append(pledge)
    for place in range(2):  # the first follow-up of each pledge, then the second
        assessments = [
            (pledge, *target.follow_ups[place])
            for pledge, target in zip(pledges, record, strict=True)
            if target.follow_ups[place:]
        ]
        _approve(assessments)
    return pledges


def _approve(assessments: list[tuple[Pledge, str, int | None]]) -> None:
    """Create a follow-up with the given status and actual figure for each pledge, and approve all of them."""
    author, reviewer = make_user("editor"), make_user("chief")
    follow_ups = FollowUp.objects.bulk_create(
        FollowUp(
            pledge=pledge,
            status=status,
            actual=actual,
            unit=None if actual is None else pledge.unit,
            as_of="2025-12-31",
            summary="统计公报已公布。",
            reason="据说明",
            author=author,
        )
        for pledge, status, actual in assessments
    )
    Evidence.objects.bulk_create(Evidence(follow_up=one, url="https://news.example/report") for one in follow_ups)
    drafts = FollowUp.objects.filter(pk__in=[follow_up.pk for follow_up in follow_ups])
    drafts.update(state=ReviewState.SUBMITTED)
    drafts.update(state=ReviewState.APPROVED, reviewer=reviewer)
