"""The series of targets and actual values of a metric."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pledges.api.views import series
from pledges.models import Pledge
from tests.factories import (
    Record,
    make_document,
    make_follow_up,
    make_official,
    make_pledge,
    make_statement,
    make_unit,
)

from .conftest import Api

METRIC = "annual-investment"


def get_series(api: Api, **parameters: Any) -> Any:
    response = api.get("series/", **{"metric": METRIC} | parameters)
    assert response.status_code == 200, response.content.decode()
    return response.json()


def points(api: Api, **parameters: Any) -> list[Any]:
    (only,) = get_series(api, **parameters)["series"]
    return list(only["points"])


def refs(found: list[Any]) -> list[str]:
    return [point["target"]["ref"].removeprefix("yl-") for point in found]


def make_similar_pledge(pledge: Pledge, ref: str, **fields: Any) -> Pledge:
    """Create a pledge with the district, metric and statement of another one."""
    return make_pledge(
        f"yl-{ref}", **{"district": pledge.district, "metric": pledge.metric, "statement": pledge.statement} | fields
    )


def test_series_contains_targets_actuals_and_revisions(api: Api, record: Record) -> None:
    follow_up = make_follow_up(record.investment, "met", actual=3_900_000, unit=make_unit("万元", factor=10_000))
    assert get_series(api) == {
        "metric": {
            "slug": "annual-investment",
            "name": "年度投资额",
            "name_en": "Annual investment",
            "topic": {"slug": "economy", "name": "经济"},
            "dimension": "money",
            "direction": "more",
            "tolerance": None,
        },
        "series": [
            {
                "district": {"slug": "yunling", "name": "云岭市"},
                "measure": "total",
                "compared_with": None,
                "compared_with_district": None,
                "years": 1,
                "dimension": "money",
                "base_unit": "元",
                "points": [
                    {
                        "year": 2025,
                        "target": {
                            "ref": "yl-2025-001",
                            "url": "http://testserver/api/v1/pledges/yl-2025-001/",
                            "year": 2025,
                            "period": None,
                            "label": "年度投资额",
                            "bound": "at_least",
                            "value": "385",
                            "value_max": None,
                            "unit": "亿元",
                            "amount": "38500000000",
                            "amount_max": None,
                            "baseline": None,
                            "baseline_year": None,
                            "tolerance": None,
                            "deadline": "2025-12-31",
                            "strength": "firm",
                            "tier": "core",
                            "official": {"slug": "张三丰", "name": "张三丰"},
                            "body": None,
                            "document": api.get("pledges/yl-2025-001/").json()["document"],
                            "status": "met",
                            "on_earlier_target": False,
                        },
                        "actual": {
                            "id": follow_up.pk,
                            "url": f"http://testserver/api/v1/follow-ups/{follow_up.pk}/",
                            "status": "met",
                            "actual": "3900000",
                            "actual_bound": "exact",
                            "unit": "万元",
                            "amount": "39000000000",
                            "ratio": "1.0129",
                            "as_of": "2025-12-31",
                            "reviewed_at": api.get(f"follow-ups/{follow_up.pk}/").json()["reviewed_at"],
                        },
                        "revisions": {"targets": [], "actuals": []},
                    }
                ],
            }
        ],
    }


def test_points_are_ordered_by_year(api: Api, record: Record) -> None:
    make_similar_pledge(record.investment, "later", year=2026, deadline="2026-12-31")
    make_similar_pledge(record.investment, "earlier", year=2023)
    assert refs(points(api)) == ["earlier", "2025-001", "later"]


def test_each_district_measure_and_dimension_has_its_own_series(api: Api, record: Record) -> None:
    make_similar_pledge(record.investment, "b", district=record.county)
    make_similar_pledge(record.investment, "c", measure="increase")
    make_similar_pledge(record.investment, "d", unit=record.schools.unit)
    assert [
        (one["district"]["slug"], one["dimension"], one["measure"], refs(one["points"]))
        for one in get_series(api)["series"]
    ] == [
        ("shanyin", "money", "total", ["b"]),
        ("yunling", "money", "increase", ["c"]),
        ("yunling", "money", "total", ["2025-001"]),
        ("yunling", "schools", "total", ["d"]),
    ]


def test_filters_of_pledges_apply_to_series(api: Api, record: Record) -> None:
    other = make_statement(official=make_official("令狐冲"), document=make_document("yunling-daily-3"))
    make_similar_pledge(record.investment, "b", district=record.county)
    make_similar_pledge(record.investment, "c", statement=other, measure="increase", year=2024)
    assert refs(points(api, district="山阴县")) == ["b"]
    assert refs(points(api, official="令狐冲")) == ["c"]
    assert refs(points(api, measure="increase")) == ["c"]
    assert refs(points(api, within="yunling", year_min=2025, district="yunling")) == ["2025-001"]
    assert get_series(api, district="yunling-etdz")["series"] == []


def test_superseded_target_is_a_revision(api: Api, record: Record) -> None:
    lowered = make_similar_pledge(record.investment, "lowered", value=300, supersedes=record.investment)
    make_similar_pledge(record.investment, "put-off", value=300, year=2026, deadline="2026-12-31", supersedes=lowered)
    (point,) = points(api)
    assert refs([point]) == ["put-off"]
    assert [(target["ref"], target["value"], target["year"]) for target in point["revisions"]["targets"]] == [
        ("yl-lowered", "300", 2025),
        ("yl-2025-001", "385", 2025),
    ]


def test_target_that_supersedes_several_has_all_of_them_as_revisions(api: Api, record: Record) -> None:
    first = make_similar_pledge(record.investment, "first", value=40, supersedes=record.investment)
    second = make_similar_pledge(record.investment, "second", value=60, supersedes=record.investment)
    make_similar_pledge(record.investment, "merged", value=90, supersedes=[first, second])
    (point,) = points(api)
    targets = point["revisions"]["targets"]
    assert [target["ref"] for target in targets] == ["yl-first", "yl-second", "yl-2025-001"]
    detail = api.get("pledges/yl-merged/").json()
    assert (detail["supersedes"], detail["superseded_by"]) == (["yl-first", "yl-second"], [])
    assert api.get("pledges/yl-2025-001/").json()["superseded_by"] == ["yl-first", "yl-second"]


def test_target_superseded_in_another_series_stays_a_point(api: Api, record: Record) -> None:
    make_similar_pledge(record.investment, "b", district=record.county, supersedes=record.investment)
    found = get_series(api)["series"]
    assert [refs(one["points"]) for one in found] == [["b"], ["2025-001"]]
    assert [target["ref"] for target in found[0]["points"][0]["revisions"]["targets"]] == ["yl-2025-001"]


def test_unpublished_pledges_are_neither_points_nor_revisions(api: Api, record: Record) -> None:
    make_similar_pledge(record.investment, "draft", supersedes=record.investment, state="draft")
    hidden = make_similar_pledge(record.investment, "hidden", year=2020, state="retracted")
    make_similar_pledge(record.investment, "b", year=2026, supersedes=hidden, deadline="2026-12-31")
    found = points(api)
    assert refs(found) == ["2025-001", "b"]
    assert [point["revisions"]["targets"] for point in found] == [[], []]


def test_earlier_actuals_are_revisions_newest_first(api: Api, record: Record) -> None:
    for actual, as_of in [(100, "2025-03-31"), (200, "2025-06-30"), (390, "2025-12-31")]:
        make_follow_up(record.investment, "in_progress", actual=actual, as_of=as_of, reason="据说明")
    make_follow_up(record.investment, "met", actual=400, state="submitted")
    (point,) = points(api)
    assert point["actual"]["actual"] == "390"
    assert [(one["actual"], one["as_of"]) for one in point["revisions"]["actuals"]] == [
        ("200", "2025-06-30"),
        ("100", "2025-03-31"),
    ]


def test_follow_up_without_actual_makes_the_earlier_actual_a_revision(api: Api, record: Record) -> None:
    make_follow_up(record.investment, "in_progress", actual=100, reason="据说明")
    make_follow_up(record.investment, "unverifiable")
    (point,) = points(api)
    assert (point["actual"], point["target"]["status"]) == (None, "unverifiable")
    assert [one["actual"] for one in point["revisions"]["actuals"]] == ["100"]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("", "metric"),
        ("metric=", "metric"),
        ("metric=nothing", "metric"),
        ("metric=annual-investment&metric=schools-built", "metric"),
        ("metric=annual-investment&by=year", "by"),
        ("metric=annual-investment&district=nowhere", "district"),
    ],
)
def test_missing_or_unknown_metric_is_rejected(api: Api, record: Record, query: str, name: str) -> None:
    (error,) = api.errors(f"series/?{query}")
    assert error["parameter"] == name


def test_metric_is_found_by_name(api: Api, record: Record) -> None:
    assert refs(points(api, metric="年度投资额")) == ["2025-001"]


def test_too_many_points_are_rejected(api: Api, record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    make_similar_pledge(record.investment, "b", district=record.county)
    monkeypatch.setattr(series, "MAX_POINTS", 1)
    (error,) = api.errors("series/", metric=METRIC)
    assert (error["parameter"], error["value"]) == ("metric", METRIC)
    assert refs(points(api, district="shanyin")) == ["b"]


def test_number_of_queries_does_not_grow_with_points(api: Api, record: Record) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            get_series(api)
        return len(captured)

    first = make_similar_pledge(record.investment, "a", year=2023, supersedes=record.investment)
    make_follow_up(first, "met", actual=400, reason="据说明")
    before = queries()
    for number in range(5):
        make_follow_up(
            make_similar_pledge(first, f"b-{number}", year=2024, supersedes=record.investment),
            "met",
            actual=1,
            reason="x",
        )
    assert queries() == before


def test_unchanged_record_gets_304(api: Api, record: Record) -> None:
    first = api.get("series/", metric=METRIC)
    headers = {"If-None-Match": first["ETag"]}
    assert api.client.get(f"/api/v1/series/?metric={METRIC}", headers=headers).status_code == 304


def test_yearly_rate_and_total_of_several_years_are_two_series(api: Api, record: Record) -> None:
    rate = {"measure": "growth", "unit": record.growth.unit, "bound": "at_most"}
    make_similar_pledge(record.growth, "one-year", value=-3, **rate)
    make_similar_pledge(record.growth, "five-years", value="-13.5", period="2021/2025", **rate)
    make_similar_pledge(record.growth, "since-2020", value=-18, baseline_year=2020, **rate)
    make_similar_pledge(record.growth, "next-five", value=-12, year=2030, deadline=None, period="2026/2030", **rate)

    found = get_series(api, metric="output-growth")["series"]

    assert [(one["years"], refs(one["points"])) for one in found] == [
        (1, ["2025-002", "one-year"]),
        (5, ["five-years", "since-2020", "next-five"]),
    ]
    assert [point["target"]["period"] for point in found[1]["points"]] == ["2021/2025", None, "2026/2030"]
