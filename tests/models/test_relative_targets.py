"""Targets relative to another figure: files, lists, history and sums."""

import io
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from pledges.domain.assessment import Assessment
from pledges.importer.file_problems import LoadError
from pledges.importer.loader import load
from pledges.models import Change, District, FollowUp, Metric, Pledge, Unit
from pledges.statistics.series import series_of
from tests.commits import commit
from tests.factories import (
    make_amendment,
    make_dimension,
    make_district,
    make_follow_up,
    make_metric,
    make_pledge,
    make_unit,
    merge_rows,
)
from tests.importer.pages import lines
from tests.statistics.overall_totals import left_out
from tests.violations import assert_violates

pytestmark = pytest.mark.django_db

RELATIVE = {
    "ref": "yl-2",
    "metric": "居民收入",
    "measure": "growth",
    "bound": "more_than",
    "value": "0",
    "unit": "个百分点",
    "compared_with": "地区生产总值",
    "compared_with_district": "全国",
}


@pytest.fixture(autouse=True)
def names() -> None:
    points = make_dimension("percentage-points", base_unit="个百分点", is_additive=False)
    make_unit("个百分点", name_en="percentage point", factor=1, dimension=points)
    make_unit("%", name_en="per cent", factor=1, dimension=make_dimension("ratio", base_unit="%", is_additive=False))
    make_metric("gdp", name="地区生产总值", name_en="GDP")
    make_metric("income", name="居民收入", name_en="Income of residents")
    make_district("china", name="中国", name_en="China", aliases=["全国"], kind="zone")
    make_district("yunling", name="云岭市")


def make_relative(ref: str = "yl-2", **fields: object) -> Pledge:
    usual = {
        "label": "居民收入",
        "measure": "growth",
        "bound": "more_than",
        "value": 0,
        "unit": Unit.objects.get(symbol="个百分点"),
        "metric": Metric.objects.get(slug="income"),
        "compared_with": Metric.objects.get(slug="gdp"),
        "compared_with_district": District.objects.get(slug="china"),
    }
    return make_pledge(ref, **usual | fields)


def test_relative_target_survives_load_and_export(tmp_path: Path) -> None:
    load([lines(tmp_path, RELATIVE)])
    pledge = Pledge.objects.get()
    assert (str(pledge.compared_with), str(pledge.compared_with_district)) == ("地区生产总值", "中国")
    output = io.StringIO()
    call_command("export_pledges", stdout=output)
    assert '"compared_with": "gdp", "compared_with_district": "china"' in output.getvalue()
    (tmp_path / "bulk.jsonl").write_text(output.getvalue(), encoding="utf-8")
    report = load([tmp_path])
    assert (report.unchanged, report.updated, report.conflicts) == (1, 0, [])


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"compared_with": "国内生产总值"}, "compared_with", "expected a known metric"),
        ({"compared_with_district": "全省"}, "compared_with_district", "expected a known district"),
        ({"unit": "%"}, "unit", "percentage points for growth"),
        ({"compared_with": "居民收入", "compared_with_district": "云岭市"}, "compared_with", "another metric"),
        ({"compared_with": None}, "compared_with_district", "Select the metric"),
    ],
)
def test_wrong_comparison_in_file_is_reported(
    tmp_path: Path, changes: dict[str, object], field: str, message: str
) -> None:
    with pytest.raises(LoadError) as error:
        load([lines(tmp_path, RELATIVE | changes)])
    assert any(problem.field == field and message in problem.message for problem in error.value.problems.kept)


def test_lists_and_filters_show_the_other_figure(client: Client) -> None:
    make_relative()
    make_pledge("yl-1")
    texts = {
        "zh-CN": ("高于中国的地区生产总值增长率", "居民收入增长率高于中国的地区生产总值增长率，即为兑现。"),
        "en": ("above the growth of GDP in China", "the growth of income of residents” is above the growth of GDP"),
    }
    for language, (target, criterion) in texts.items():
        headers = {"Accept-Language": language}
        for path in ("?compared_with=gdp&compared_with_district=全国", "yl-2/"):
            answer = client.get(f"/api/v1/pledges/{path}", headers=headers).json()
            (row,) = answer.get("results", [answer])
            assert (row["compared_with"], row["compared_with_district"]) == ("gdp", "china")
            assert row["target"].startswith(target)
            assert criterion in row["criterion"]


def test_new_name_of_the_other_metric_or_district_is_a_change_of_the_pledge() -> None:
    make_relative()
    for rows in (Metric.objects.filter(slug="gdp"), District.objects.filter(slug="china")):
        commit()
        before = list(Change.objects.values_list("pk", flat=True))
        rows.update(name_en="Renamed")
        commit()
        assert list(Change.objects.exclude(pk__in=before).values_list("ref", flat=True)) == ["yl-2"]


def test_comparison_of_judged_pledge_changes_by_amendment_only() -> None:
    pledge = make_relative()
    make_follow_up(pledge, actual="0.3")
    assert (FollowUp.objects.get().judged_values or {})["compared_with"]["slug"] == "gdp"
    rows = Pledge.objects.filter(pk=pledge.pk)
    with assert_violates("judged_by_amendment_only"):
        rows.update(compared_with_district=None)
    make_amendment(pledge, compared_with_district_id=None)
    (amended,) = pledge.amendments.all()
    assert amended.changed_values["compared_with_district"] == ("china", None)
    assert rows.get().on_earlier_target
    make_amendment(rows.get(), compared_with_id=None, measure="increase", bound="exact")
    judged = FollowUp.objects.get()
    assert judged.judged_pledge.target_in("zh").startswith("高于中国的地区生产总值增长率")
    assert (judged.judged_pledge.target.is_relative, rows.get().target.is_relative) == (True, False)
    assert judged.assessment == Assessment("met", Decimal(1))


def test_merged_metric_leads_to_the_one_that_is_kept() -> None:
    make_relative()
    merge_rows(Metric.objects.get(slug="gdp"), make_metric("output"))
    assert Pledge.objects.get(ref="yl-2").compared_with == Metric.objects.get(slug="output")


def test_distance_can_be_negative_and_is_not_summed() -> None:
    pledge = make_relative(measure="total", unit=make_unit())
    make_follow_up(pledge, status="missed", actual=-5)
    assert left_out() == {"not_additive": 1}
    assert FollowUp.objects.get().actual == -5


def test_distances_and_rates_are_separate_series() -> None:
    metric = Metric.objects.get(slug="income")
    make_relative("yl-a")
    make_relative("yl-b", compared_with_district=None)
    make_relative("yl-c", year=2026, deadline=None)
    make_pledge("yl-d", metric=metric, measure="growth", value=5, unit=Unit.objects.get(symbol="%"))
    found = series_of(Pledge.objects.filter(metric=metric), limit=10) or []
    assert [[point.target.ref for point in one.points] for one in found] == [["yl-a", "yl-c"], ["yl-b"], ["yl-d"]]
