"""The numbers and totals of pledges by group."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pledges.api.views import stats
from pledges.models.choices import Status
from tests.factories import Record, make_follow_up, make_metric, make_pledge

from .conftest import Api

CITY = {"slug": "yunling", "name": "云岭市"}
COUNTY = {"slug": "shanyin", "name": "山阴县"}
ZONE = {"slug": "yunling-etdz", "name": "云岭经济开发区"}
ECONOMY, EDUCATION = {"slug": "economy", "name": "经济"}, {"slug": "education", "name": "教育"}
MAYOR, HEAD = {"slug": "张三丰", "name": "张三丰"}, {"slug": "令狐冲", "name": "令狐冲"}
NOTHING_LEFT_OUT = {"not_additive": 0, "superseded": 0, "aspired": 0, "repeated": 0, "contained": 0}


def get_stats(api: Api, **parameters: Any) -> Any:
    response = api.get("stats/", **parameters)
    assert response.status_code == 200, response.content.decode()
    return response.json()


def groups(api: Api, **parameters: Any) -> list[list[Any]]:
    return [list(group.values()) for group in get_stats(api, **parameters)["groups"]]


def test_every_status_is_counted_by_default(api: Api, record: Record) -> None:
    make_follow_up(record.investment, "met")
    counts = dict.fromkeys(Status.values, 0) | {"unchecked": 2, "met": 1}
    assert get_stats(api) == {
        "count": 3,
        "groups": [{"status": status, "count": count} for status, count in counts.items()],
    }


def test_groups_follow_the_order_of_the_groupings(api: Api, record: Record) -> None:
    make_follow_up(record.investment, "met")
    assert groups(api, by="year") == [[2025, 2], [2026, 1]]
    assert groups(api, by="district") == [[COUNTY, 1], [CITY, 1], [ZONE, 1]]
    assert groups(api, by="topic") == [[ECONOMY, 2], [EDUCATION, 1]]
    assert groups(api, by="official") == [[HEAD, 1], [MAYOR, 2]]
    assert groups(api, by=["year", "status"]) == [[2025, "unchecked", 1], [2025, "met", 1], [2026, "unchecked", 1]]
    assert groups(api, by=["status", "year"]) == [["unchecked", 2025, 1], ["unchecked", 2026, 1], ["met", 2025, 1]]
    assert groups(api, by=["official", "topic", "district", "year", "status"]) == [
        [HEAD, EDUCATION, COUNTY, 2026, "unchecked", 1],
        [MAYOR, ECONOMY, CITY, 2025, "met", 1],
        [MAYOR, ECONOMY, ZONE, 2025, "unchecked", 1],
    ]


def test_repeated_grouping_counts_once(api: Api, record: Record) -> None:
    assert groups(api, by=["year", "year"]) == [[2025, 2], [2026, 1]]


@pytest.mark.parametrize(
    ("parameters", "count"),
    [
        ({"year": 2025}, 2),
        ({"year_min": 2026, "topic": "education"}, 1),
        ({"metric": ["annual-investment", "output-growth"]}, 2),
        ({"within": "yunling"}, 3),
        ({"official": "令狐冲"}, 1),
        ({"q": "算力"}, 1),
        ({"timeliness": "overdue"}, 2),
        ({"status": "met"}, 0),
    ],
)
def test_filters_are_those_of_the_list(api: Api, record: Record, parameters: dict[str, Any], count: int) -> None:
    assert get_stats(api, **parameters)["count"] == count == len(api.refs(**parameters))
    assert get_stats(api, **parameters, by="district")["count"] == count


def test_drafts_and_retracted_pledges_are_not_counted(api: Api, record: Record) -> None:
    before = get_stats(api, by=["district", "status"], totals="true"), get_stats(api)
    make_pledge("yl-draft", state="draft", year=2030, deadline=None)
    make_pledge("yl-gone", state="retracted", value=7, metric=make_metric("other"))
    assert (get_stats(api, by=["district", "status"], totals="true"), get_stats(api)) == before


def test_grouping_by_metric_separates_totals_of_one_dimension(api: Api, record: Record) -> None:
    make_pledge("yl-2025-003", metric=make_metric("output", name="产值"), label="产值", value=15)
    (all_metrics,) = [total for total in get_stats(api, totals="true")["totals"] if total["dimension"] == "money"]
    assert (all_metrics["metrics"], all_metrics["target"]["amount"]) == (2, "40000000000")
    by_metric = get_stats(api, totals="true", by="metric", dimension="money")["groups"]
    assert [(group["metric"]["slug"], group["totals"][0]["target"]["amount"]) for group in by_metric] == [
        ("annual-investment", "38500000000"),
        ("output", "1500000000"),
    ]


def test_totals_count_the_pledges_that_they_leave_out(api: Api, record: Record) -> None:
    make_follow_up(record.investment, "met", actual="400.5")
    money = {
        "dimension": "money",
        "base_unit": "元",
        "measure": "total",
        "limit": False,
        "period": None,
        "metrics": 1,
        "target": {"pledges": 1, "amount": "38500000000", "amount_max": None},
        "actual": {"pledges": 1, "amount": "40050000000", "target": "38500000000"},
    }
    schools = {
        "dimension": "schools",
        "base_unit": "所",
        "measure": "total",
        "limit": False,
        "period": None,
        "metrics": 1,
        "target": {"pledges": 1, "amount": "2", "amount_max": None},
        "actual": {"pledges": 0, "amount": None, "target": None},
    }
    assert get_stats(api, by="topic", totals="true") == {
        "count": 3,
        "totals": [money, schools],
        "left_out": NOTHING_LEFT_OUT | {"not_additive": 1},
        "groups": [
            {
                "topic": ECONOMY,
                "count": 2,
                "totals": [money],
                "left_out": NOTHING_LEFT_OUT | {"not_additive": 1},
            },
            {"topic": EDUCATION, "count": 1, "totals": [schools], "left_out": NOTHING_LEFT_OUT},
        ],
    }


def test_totals_of_no_pledges_are_empty(api: Api, record: Record) -> None:
    empty = get_stats(api, totals="true", year=2040)
    assert (empty["count"], empty["totals"], empty["left_out"]) == (0, [], NOTHING_LEFT_OUT)
    assert {group["count"] for group in empty["groups"]} == {0}


def test_totals_are_absent_unless_requested(api: Api, record: Record) -> None:
    assert get_stats(api, totals="false") == get_stats(api)


def test_too_many_groups_are_rejected(api: Api, record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stats, "MAX_GROUPS", 2)
    assert len(groups(api, by="year")) == 2
    (error,) = api.errors("stats/", by=["district", "year"])
    assert (error["parameter"], error["value"]) == ("by", "district, year")


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ({"by": "unit"}, "by"),
        ({"by": ["status", "colour"]}, "by"),
        ({"totals": "yes"}, "totals"),
        ({"totals": ["true", "false"]}, "totals"),
        ({"ordering": "year"}, "ordering"),
        ({"limit": 5}, "limit"),
        ({"yaer": 2025}, "yaer"),
        ({"year": "x"}, "year"),
        ({"district": "nowhere"}, "district"),
    ],
)
def test_unknown_value_is_rejected(api: Api, record: Record, parameters: dict[str, Any], name: str) -> None:
    (error,) = api.errors("stats/", **parameters)
    assert error["parameter"] == name


def test_unknown_grouping_error_lists_the_known_ones(api: Api, record: Record) -> None:
    (error,) = api.errors("stats/", by="unit")
    assert error["known"] == ["status", "district", "year", "topic", "metric", "official"]


def test_status_counts_take_one_query(api: Api, record: Record) -> None:
    with CaptureQueriesContext(connection) as queries:
        get_stats(api, year=2025)
    pledge_queries = [query["sql"] for query in queries if "pledges_revision" not in query["sql"]]
    assert len(pledge_queries) == 1, pledge_queries


def test_unchanged_record_gets_304(api: Api, record: Record) -> None:
    first = api.get("stats/", year=2025)
    headers = {"If-None-Match": first["ETag"]}
    assert api.client.get("/api/v1/stats/?year=2025", headers=headers).status_code == 304
    assert api.client.get("/api/v1/stats/?year=2026", headers=headers).status_code == 200
    assert api.client.head("/api/v1/stats/").status_code == 200
    assert api.client.post("/api/v1/stats/").status_code == 405
