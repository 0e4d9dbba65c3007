"""Random small records, with districts inside each other and targets that are stated more than once."""

from typing import Any, NamedTuple

from hypothesis import strategies as st

from pledges.models import Pledge
from tests.factories import (
    make_dimension,
    make_district,
    make_document,
    make_follow_up,
    make_metric,
    make_official,
    make_pledge,
    make_post,
    make_statement,
    make_topic,
    make_unit,
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
STATUSES = ["in_progress", "met", "partly_met", "missed", "unverifiable", "withdrawn"]


class StatedTarget(NamedTuple):
    """One pledge and its follow-ups: statuses, each with an actual figure or None."""

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
        official=draw(st.sampled_from(["甲", "乙"])),
        page=draw(st.sampled_from(["early", "late", "latest"])),
        metric=draw(st.sampled_from([*METRICS])),
        label=draw(st.sampled_from(["全部", "部分"])),
        unit=unit,
        measure=draw(st.sampled_from(measures)),
        bound=draw(st.sampled_from(["exact", "at_least", "at_most"])),
        strength=draw(st.sampled_from(["firm", "planned", "expected", "aspired"])),
        year=draw(st.integers(2024, 2025)),
        value=draw(st.integers(1, 50)),
        width=draw(st.integers(0, 3)),
        state=draw(st.sampled_from(["published", "published", "published", "draft", "retracted"])),
        supersedes=draw(st.integers(-5, 20)),
        follow_ups=draw(st.lists(st.tuples(st.sampled_from(STATUSES), st.none() | st.integers(1, 50)), max_size=2)),
    )


records = st.lists(stated_targets(), max_size=10)


def make_random_record(record: list[StatedTarget]) -> list[Pledge]:
    for slug, parent in PLACES.items():
        make_district(slug, parent=make_district(parent) if parent else None)
    for symbol, (dimension, base_unit, factor, is_additive) in UNITS.items():
        make_unit(
            symbol, factor=factor, dimension=make_dimension(dimension, base_unit=base_unit, is_additive=is_additive)
        )
    for slug, topic in METRICS.items():
        make_metric(slug, topic=make_topic(topic))
    post = make_post(district=make_district("other"))
    pages = {
        slug: make_document(slug, date=date)
        for slug, date in {"early": "2023", "late": "2023-02-20/..", "latest": "2023-12"}.items()
    }
    pledges: list[Pledge] = []
    for number, one in enumerate(record):
        earlier = pledges[one.supersedes] if 0 <= one.supersedes < number else None
        pledge = make_pledge(
            f"r-{number}",
            statement=make_statement(document=pages[one.page], official=make_official(one.official), post=post),
            district=make_district(one.place),
            metric=make_metric(one.metric),
            unit=make_unit(one.unit),
            value=one.value,
            value_max=one.value + one.width if one.width else None,
            deadline=f"{one.year}-12-31",
            supersedes=earlier,
            **{name: getattr(one, name) for name in ("label", "measure", "bound", "strength", "year", "state")},
        )
        for status, actual in one.follow_ups:
            make_follow_up(pledge, status, actual=actual, reason="据说明")
        pledges.append(Pledge.objects.get(pk=pledge.pk))
    return pledges
