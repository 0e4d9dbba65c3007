"""Targets that totals leave out: superseded, aspired, repeated and contained ones."""

from typing import Any

import pytest

from pledges.models import Metric, Pledge, Statement
from pledges.statistics.totals import totals
from tests.factories import (
    make_district,
    make_document,
    make_follow_up,
    make_metric,
    make_official,
    make_pledge,
    make_statement,
    make_unit,
    merge_rows,
)
from tests.statistics.overall_totals import left_out, overall_totals, sums

pytestmark = pytest.mark.django_db


def test_superseded_target_is_left_out_even_if_successor_is_filtered_out() -> None:
    first = make_pledge("a", value=1)
    make_pledge("b", value=2, year=2026, deadline="2026-12-31", supersedes=first)
    assert (sums(), left_out()) == ({"money total": "200000000"}, {"superseded": 1})
    only_first = totals(Pledge.objects.public().filter(year=2025), [])[()]
    assert (only_first.totals, only_first.left_out["superseded"]) == ([], 1)


def test_target_that_supersedes_several_counts_alone() -> None:
    parts = [make_pledge(ref, value=value, label=ref) for ref, value in (("a", 40), ("b", 60))]
    make_pledge("c", value=90, supersedes=parts)
    assert (sums(), left_out()) == ({"money total": "9000000000"}, {"superseded": 2})


def test_restatement_of_superseded_figure_is_superseded(statements: list[Statement]) -> None:
    latest, second, first = statements
    make_pledge("b", value=100, statement=first)
    make_pledge("c", value=90, supersedes=make_pledge("a", value=100, statement=second), statement=second)
    assert (sums(), left_out()) == ({"money total": "9000000000"}, {"superseded": 2})

    make_pledge("d", value=100, statement=latest)  # stated again after the other was superseded
    assert (sums(), left_out()) == ({"money total": "19000000000"}, {"superseded": 2})


def test_label_of_one_statement_is_superseded_alone(statements: list[Statement]) -> None:
    first = make_pledge("a", value=500, label="新材料集群", statement=statements[1])
    make_pledge("b", value=500, label="装备集群", statement=statements[1])
    make_pledge("c", value=450, label="新材料集群", statement=statements[0], supersedes=first)
    assert (sums(), left_out()) == ({"money total": "95000000000"}, {"superseded": 1})


def test_draft_supersedes_nothing() -> None:
    make_pledge("b", value=2, supersedes=make_pledge("a", value=1), state="draft")
    assert sums() == {"money total": "100000000"}


@pytest.fixture
def statements(db: None) -> list[Statement]:
    """Statements of three officials on three pages, the latest first."""
    return [
        make_statement(document=make_document(f"page-{month}", date=f"2025-0{month}"), official=make_official(name))
        for month, name in ((3, "丙"), (2, "乙"), (1, "甲"))
    ]


def test_same_amount_by_several_officials_counts_once_as_stated_last(statements: list[Statement]) -> None:
    for ref, label, statement in zip("abc", ["算力", "算力规模", "总算力"], statements, strict=True):
        make_follow_up(make_pledge(ref, value=3, label=label, statement=statement), actual=ord(ref))
    (total,) = overall_totals().totals
    assert (total.target.pledges, total.actual.amount, left_out()) == (1, ord("a") * 10**8, {"repeated": 2})
    by_group = totals(Pledge.objects.public(), ["official"])
    assert {one.left_out["repeated"] for one in by_group.values()} == {0}  # each official has stated it once


def test_different_amounts_are_different_things(statements: list[Statement]) -> None:
    make_pledge("a", value=5, statement=statements[0])
    make_pledge("b", value=20, statement=statements[1])
    make_pledge("c", value=20, value_max=30, statement=statements[2])
    assert (sums(), left_out()) == ({"money total": "4500000000"}, {})


def test_same_amount_in_other_unit_is_the_same_thing(statements: list[Statement]) -> None:
    make_pledge("a", value=5, statement=statements[0])
    make_pledge("b", value=50_000, unit=make_unit("万元", factor=10_000), statement=statements[1])
    assert (sums(), left_out()) == ({"money total": "500000000"}, {"repeated": 1})


@pytest.mark.parametrize(
    "difference",
    [
        {"year": 2026, "deadline": None},
        {"period": "2021/2025"},
        {"measure": "increase"},
        {"bound": "at_most"},
        {"metric": "other"},
        {"district": "other"},
    ],
)
def test_same_amount_of_another_target_is_another_thing(
    statements: list[Statement], difference: dict[str, Any]
) -> None:
    make = {"metric": make_metric, "district": make_district}
    difference = {name: make[name](value) if name in make else value for name, value in difference.items()}
    make_pledge("a", value=5, statement=statements[0])
    make_pledge("b", value=5, statement=statements[1], **difference)
    assert left_out() == {}


def test_same_amount_twice_in_one_statement_counts_once() -> None:
    make_pledge("a", value=7)
    make_pledge("b", value=7)
    assert (sums(), left_out()) == ({"money total": "700000000"}, {"repeated": 1})


def test_labels_of_one_statement_are_different_things(statements: list[Statement]) -> None:
    make_pledge("a", value=500, label="新材料集群")
    make_pledge("b", value=500, label="装备集群")
    assert (sums(), left_out()) == ({"money total": "100000000000"}, {})

    make_pledge("c", value=500, label="新材料集群", statement=statements[0])
    make_pledge("d", value=500, label="产业集群", strength="aspired", statement=statements[1])
    assert (sums(), left_out()) == ({"money total": "100000000000"}, {"repeated": 2})


def test_aspired_figure_beside_firmer_one_is_left_out(statements: list[Statement]) -> None:
    make_pledge("a", value=280, strength="firm")
    make_pledge("b", value=300, strength="aspired")
    assert (sums(), left_out()) == ({"money total": "28000000000"}, {"aspired": 1})

    make_pledge("c", value=300, strength="aspired", statement=statements[0])  # the same figure elsewhere
    assert (sums(), left_out()) == ({"money total": "28000000000"}, {"aspired": 2})


def test_aspired_figure_beside_firmer_one_is_left_out_under_any_label(statements: list[Statement]) -> None:
    make_pledge("a", value=280, label="年度投资额")
    make_pledge("b", value=300, label="全年投资额", strength="aspired")
    make_pledge("c", value=300, label="投资", strength="aspired", statement=statements[0])
    assert (sums(), left_out()) == ({"money total": "28000000000"}, {"aspired": 2})


def test_aspired_figure_that_does_not_go_beyond_firmer_one_of_other_label_is_counted() -> None:
    make_pledge("a", value=500, label="新材料集群")
    make_pledge("b", value=500, label="装备集群", strength="aspired")
    make_pledge("c", value=30, label="农业集群", strength="aspired")
    assert (sums(), left_out()) == ({"money total": "103000000000"}, {})


@pytest.mark.parametrize(
    ("firm", "aspired", "fields"),
    [
        (100, 80, {"bound": "at_most"}),
        (100, 80, {"metric": "accidents"}),
        (-3, -5, {"measure": "increase"}),
    ],
)
def test_aspired_figure_goes_beyond_in_the_direction_of_the_target(
    firm: int, aspired: int, fields: dict[str, Any]
) -> None:
    if "metric" in fields:
        fields = {"metric": make_metric(fields["metric"], direction="less")}
    make_pledge("a", value=firm, label="甲", **fields)
    make_pledge("b", value=aspired, label="乙", strength="aspired", **fields)
    assert left_out() == {"aspired": 1}


def test_aspired_figure_stays_left_out_after_the_firmer_one_is_superseded(statements: list[Statement]) -> None:
    latest, second, first = statements
    firm = make_pledge("a", value=280, statement=first)
    make_pledge("b", value=300, strength="aspired", statement=first)
    lower = make_pledge("c", value=250, statement=second, supersedes=firm)
    assert (sums(), left_out()) == ({"money total": "25000000000"}, {"superseded": 1, "aspired": 1})

    make_pledge("d", value=240, strength="aspired", statement=latest, supersedes=lower)
    assert (sums(), left_out()) == ({"money total": "24000000000"}, {"superseded": 2, "aspired": 1})


def test_aspired_figure_that_supersedes_one_beside_a_firmer_one_is_left_out(statements: list[Statement]) -> None:
    latest, second, first = statements
    firm = make_pledge("a", value=280, statement=first)
    aspired = make_pledge("b", value=300, strength="aspired", statement=first)
    higher = make_pledge("c", value=310, strength="aspired", statement=second, supersedes=aspired)
    make_pledge("d", value=320, strength="aspired", label="全年投资额", statement=latest, supersedes=higher)
    assert (sums(), left_out()) == ({"money total": "28000000000"}, {"superseded": 2, "aspired": 1})

    make_pledge("e", value=330, strength="aspired", statement=latest, supersedes=[firm, aspired])
    assert (sums(), left_out()) == ({"money total": "33000000000"}, {"superseded": 3, "aspired": 1})


def test_aspired_figure_alone_is_counted(statements: list[Statement]) -> None:
    make_pledge("a", value=280, strength="firm", statement=statements[0])
    make_pledge("b", value=300, strength="aspired", statement=statements[1])
    make_pledge("c", value=30, strength="aspired", label="别的投资额", statement=statements[0])
    assert (sums(), left_out()) == ({"money total": "61000000000"}, {})


def test_two_figures_of_one_statement_are_both_counted() -> None:
    make_pledge("a", value=50)
    make_pledge("b", value=30)
    assert (sums(), left_out()) == ({"money total": "8000000000"}, {})


def test_target_of_district_inside_another_is_left_out() -> None:
    city = make_district("city")
    county = make_district("county", parent=city)
    make_pledge("city", value=10, district=city)
    make_pledge("county", value=3, district=county)
    make_pledge("village", value=1, district=make_district("village", parent=county))
    make_pledge("elsewhere", value=100, district=make_district("elsewhere"))
    make_pledge("other", value=1000, district=county, label="别的投资额")
    assert (sums(), left_out()) == ({"money total": "111000000000"}, {"contained": 2})
    by_group = totals(Pledge.objects.public(), ["district"])
    assert {one.left_out["contained"] for one in by_group.values()} == {0}


def test_figure_named_as_the_metric_contains_every_label() -> None:
    city = make_district("city")
    projects = make_metric("projects", name="重点项目数")
    county, zone = (make_district(slug, parent=city) for slug in ("county", "zone"))
    make_pledge("forestry", value=30, district=city, metric=projects, label="林草重点项目数")
    make_pledge("county", value=355, district=county, metric=projects, label="重点项目数")
    make_pledge("zone", value=20, district=zone, metric=projects, label="林草重点项目数")
    assert (sums(), left_out()) == ({"money total": "38500000000"}, {"contained": 1})

    make_pledge("all", value=3000, district=city, metric=projects, label="重点项目数")
    assert (sums(), left_out()) == ({"money total": "303000000000"}, {"contained": 2})


def test_label_with_an_earlier_name_of_the_metric_contains_every_label() -> None:
    city = make_district("city")
    metric = make_metric("projects", name="重点项目数")
    make_pledge("city", value=100, district=city, metric=metric, label="重点项目数")
    make_pledge("part", value=20, district=make_district("county", parent=city), metric=metric, label="产业项目数")
    Metric.objects.filter(pk=metric.pk).update(name="重点项目个数")
    make_pledge("zone", value=7, district=make_district("zone", parent=city), metric=metric, label="重点项目个数")
    assert (sums(), left_out()) == ({"money total": "10000000000"}, {"contained": 2})

    merge_rows(metric, make_metric("key-projects", name="重点建设项目数"))
    assert (sums(), left_out()) == ({"money total": "10000000000"}, {"contained": 2})


def test_name_of_another_metric_contains_no_other_label() -> None:
    city, other = make_district("city"), make_metric("other", name="林草项目数")
    make_pledge("city", value=100, district=city, label=other.name)
    make_pledge("part", value=20, district=make_district("county", parent=city))
    assert (sums(), left_out()) == ({"money total": "12000000000"}, {})


def test_amounts_that_differ_before_rounding_are_different_things(statements: list[Statement]) -> None:
    unit = make_unit("分", numerator=1, denominator=10_000_000)
    for value, statement in enumerate(statements, start=1):
        make_pledge(f"p-{value}", value=value, unit=unit, statement=statement)
    assert left_out() == {}
