"""The filters of the list of pledges."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from pledges.models import Pledge
from tests.factories import (
    Record,
    make_body,
    make_district,
    make_follow_up,
    make_metric,
    make_official,
    make_pledge,
    make_post,
    make_statement,
    make_unit,
    merge_rows,
)

from .conftest import Api

INVESTMENT, GROWTH, SCHOOLS = "2025-001", "2025-002", "2026-001"


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({"district": "yunling"}, [INVESTMENT]),
        ({"district": "990121"}, [SCHOOLS]),
        ({"district": "山阴县"}, [SCHOOLS]),
        ({"district": "经开区"}, [GROWTH]),
        ({"district": ["yunling", "山阴县"]}, [INVESTMENT, SCHOOLS]),
        ({"within": "云市"}, [INVESTMENT, GROWTH, SCHOOLS]),
        ({"within": ["shanyin", "yunling-etdz"]}, [GROWTH, SCHOOLS]),
        ({"official": "张三丰"}, [INVESTMENT, GROWTH]),
        ({"official": ["张三丰", "令狐冲"]}, [INVESTMENT, GROWTH, SCHOOLS]),
        ({"post": "山阴县教育局局长"}, [SCHOOLS]),
        ({"document": "yunling-daily-2"}, [SCHOOLS]),
        ({"year": 2026}, [SCHOOLS]),
        ({"year_min": 2026}, [SCHOOLS]),
        ({"year_max": 2025}, [INVESTMENT, GROWTH]),
        ({"metric": "schools-built"}, [SCHOOLS]),
        ({"metric": ["新建学校数", "年度投资额"]}, [INVESTMENT, SCHOOLS]),
        ({"topic": "economy"}, [INVESTMENT, GROWTH]),
        ({"measure": "growth"}, [GROWTH]),
        ({"bound": ["about", "at_least"]}, [INVESTMENT, GROWTH]),
        ({"strength": "planned"}, [SCHOOLS]),
        ({"tier": "optional"}, [GROWTH]),
        ({"document_kind": "newspaper_page", "tier": "optional"}, [GROWTH]),
        ({"document_kind": ["plan", "budget"]}, []),
        ({"unit": "%"}, [GROWTH]),
        ({"unit": ["%", "亿元"]}, [INVESTMENT, GROWTH]),
        ({"dimension": "money"}, [INVESTMENT]),
        ({"amount_min": "38000000000", "unit": "亿元"}, [INVESTMENT]),
        ({"amount_min": "38500000000", "unit": "亿元"}, [INVESTMENT]),
        ({"amount_min": "38500000000.01", "unit": "亿元"}, []),
        ({"amount_max": "25.62", "metric": "output-growth"}, [GROWTH]),
        ({"amount_max": "25.62", "unit": "%", "metric": ["output-growth", "schools-built"]}, [GROWTH]),
        ({"deadline_min": "2026-05-31"}, [SCHOOLS]),
        ({"deadline_max": "2025-12-31"}, [INVESTMENT]),
        ({"status": "unchecked"}, [INVESTMENT, GROWTH, SCHOOLS]),
        ({"status_not": "unchecked"}, []),
        ({"status_not": ["met", "missed"], "district_not": "yunling"}, [GROWTH, SCHOOLS]),
        ({"within_not": "yunling-etdz", "metric_not": "schools-built"}, [INVESTMENT]),
        ({"unit_not": "%", "year_max": 2025}, [INVESTMENT]),
        ({"ref": ["yl-2025-001", "yl-2026-001"]}, [INVESTMENT, SCHOOLS]),
        ({"ref_not": "yl-2025-001"}, [GROWTH, SCHOOLS]),
        ({"supersedes": "yl-2025-001"}, []),
        ({"late": "true"}, []),
        ({"late_not": ["true", "false"]}, [INVESTMENT, GROWTH, SCHOOLS]),
        ({"updated_min": "2000-01-01"}, [INVESTMENT, GROWTH, SCHOOLS]),
        ({"updated_max": "2000-01-01"}, []),
        ({"status": ["met", "missed"]}, []),
        ({"q": "算力"}, [GROWTH]),
        ({"q": "校"}, [SCHOOLS]),
        ({"q": "张三丰 投资"}, [INVESTMENT]),
        ({"q": "山阴"}, [SCHOOLS]),
        ({"within": "yunling", "year": 2025, "tier": "core"}, [INVESTMENT]),
    ],
)
def test_filter_selects_pledges(api: Api, record: Record, parameters: dict[str, Any], found: list[str]) -> None:
    assert api.refs(**parameters) == found


@pytest.mark.parametrize(
    "parameters", [{}, {"year": 2025}, {"dimension": ["money", "ratio"]}, {"unit": ["亿元", "%"]}, {"topic": "economy"}]
)
@pytest.mark.parametrize("path", ["pledges/", "stats/"])
def test_amounts_of_several_dimensions_are_not_compared(
    api: Api, record: Record, path: str, parameters: dict[str, Any]
) -> None:
    errors = api.errors(path, amount_min="1", amount_max="5", **parameters)
    assert [error["parameter"] for error in errors] == ["amount_min", "amount_max"]
    assert "Add `dimension`, `metric` or `unit`" in errors[0]["message"]


def test_period_and_baseline_year_select_targets_of_several_years(api: Api, record: Record) -> None:
    make_pledge("yl-five", period="2021/2025")
    make_pledge("yl-since", measure="increase", baseline_year=2020)
    assert api.refs(period="2021/2025") == ["five"]
    assert api.refs(baseline_year=2020) == ["since"]
    assert api.refs(period="2021/2026") == []
    (error,) = api.errors(period="2021-2025")
    assert (error["parameter"], error["message"]) == ("period", "Write a period as 2021/2025.")


def test_post_filter_accepts_an_id(api: Api, record: Record) -> None:
    assert api.refs(post=record.schools.statement.post_id) == [SCHOOLS]


def test_timeliness_filter_uses_today_in_shanghai(api: Api, record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda: date(2026, 4, 1))
    assert api.refs(timeliness="overdue") == [INVESTMENT]
    assert api.refs(timeliness="due_soon") == [SCHOOLS]
    assert api.refs(timeliness=["due_soon", "overdue"]) == [INVESTMENT, SCHOOLS]
    assert api.refs(timeliness="upcoming") == []


def test_name_of_an_official_selects_all_namesakes_and_slug_selects_one(api: Api, record: Record) -> None:
    make_pledge("yl-other", statement=make_statement(official=make_official("令狐冲", slug="令狐冲-云岭")))
    assert api.refs(official="令狐冲") == [SCHOOLS, "other"]
    assert api.refs(official="令狐冲-云岭") == ["other"]
    assert api.refs(official_slug="令狐冲") == [SCHOOLS]
    assert {row["official"]["slug"] for row in api.get("statements/", official="令狐冲").json()["results"]} == {
        "令狐冲",
        "令狐冲-云岭",
    }
    make_pledge("yl-third", statement=make_statement(official=make_official("岳不群", slug="岳不群-1")))
    make_pledge("yl-fourth", statement=make_statement(official=make_official("岳不群", slug="岳不群-2")))
    assert api.refs(official="岳不群") == ["fourth", "third"]


def test_name_of_an_official_or_post_selects_all_spellings_of_it(api: Api, record: Record) -> None:
    for ref, name, slug in (("a", "D'Arcy", "D'Arcy"), ("b", "D’Arcy", "darcy-2"), ("c", "令狐沖", "令狐沖")):
        post = make_post("書記" if ref == "c" else "书记", district=make_district(f"place-{ref}"))
        make_pledge(f"yl-{ref}", statement=make_statement(official=make_official(name, slug=slug), post=post))

    for name in ("D'Arcy", "D’Arcy", "d'arcy"):
        assert api.refs(official=name) == ["a", "b"]
    assert api.refs(official="令狐冲") == api.refs(official="令狐沖") == [SCHOOLS, "c"]
    assert api.refs(official="darcy-2") == ["b"]
    assert api.refs(official_slug="D'Arcy") == ["a"]
    assert api.refs(post="书记") == api.refs(post="書記") == ["a", "b", "c"]


def test_official_with_only_drafts_is_unknown(api: Api, record: Record) -> None:
    make_pledge("yl-draft", state="draft", statement=make_statement(official=make_official("任我行")))
    (error,) = api.errors(official="任我行")
    assert error["known"] == ["令狐冲", "张三丰"]


@pytest.mark.parametrize("name", ["HOHHOT", "huhehaote", "huhehaoteshi", "呼和浩特巿", "青城"])
def test_district_is_found_by_other_spellings_of_its_name(api: Api, record: Record, name: str) -> None:
    city = make_district("huhehaote-city", name="呼和浩特市", name_en="Hohhot", aliases=["呼和浩特巿", "青城"])
    make_pledge(ref="hh-1", district=city)

    assert api.refs(district=name) == api.refs(within=name) == ["hh-1"]


def test_responsible_bodies_are_shown_and_filtered(api: Api, record: Record) -> None:
    water, finance = make_body("水利局", name_en="Water Bureau"), make_body("财政局", district=record.county)
    make_body("统计局")
    Pledge.objects.filter(pk=record.schools.pk).update(responsible_bodies=[finance.slug, water.slug])
    Pledge.objects.filter(pk=record.growth.pk).update(responsible_bodies=[water.slug])
    make_pledge("yl-draft", state="draft", responsible_bodies=["统计局"])

    assert api.refs(responsible_body="Water Bureau") == api.refs(responsible_body="水利局") == [GROWTH, SCHOOLS]
    assert api.refs(responsible_body=["财政局", "水利局"], within="shanyin") == [SCHOOLS]
    (error,) = api.errors(responsible_body="统计局")
    assert error["known"] == ["山阴县教育局", "水利局", "财政局"]
    assert api.get("bodies/水利局/").status_code == 200
    assert api.get("bodies/统计局/").status_code == 404
    shown = [
        {"slug": "水利局", "name": "水利局", "name_en": "Water Bureau", "kind": "department", "district": "yunling"},
        {"slug": "财政局", "name": "财政局", "name_en": None, "kind": "department", "district": "shanyin"},
    ]
    assert api.get(f"pledges/{record.schools.ref}/").json()["responsible_bodies"] == shown
    listed = api.get("pledges/", responsible_body="财政局", fields="responsible_bodies").json()["results"]
    assert listed == [{"responsible_bodies": shown}]

    merge_rows(water, finance)
    assert api.refs(responsible_body="水利局") == [GROWTH, SCHOOLS]
    assert Pledge.objects.get(pk=record.schools.pk).responsible_bodies == ["财政局"]


def test_name_of_several_districts_is_an_error_that_lists_them(api: Api, record: Record) -> None:
    china = make_district("china", name="中国")
    beijing = make_district("beijing", name="北京市", code="110000", aliases=["北京"], parent=china)
    jilin = make_district("jilin", name="吉林省", parent=china)
    changchun = make_district("changchun", name="长春市", code="220100", parent=jilin)
    first = make_district("chaoyang-110105", name="朝阳区", name_en="Chaoyang", code="110105", parent=beijing)
    second = make_district("chaoyang-220104", name="朝阳区", name_en="Chaoyang", code="220104", parent=changchun)
    make_pledge(ref="chaoyang-1", district=first, compared_with=record.growth.metric, compared_with_district=second)

    for name in ("朝阳区", "Chaoyang", "朝陽區"):
        for path, parameter in (
            ("pledges/", "district"),
            ("pledges/", "within"),
            ("pledges/", "compared_with_district"),
            ("stats/", "district"),
            ("districts/", "parent"),
            ("officials/", "district"),
            ("bodies/", "district"),
            ("popolo/posts/", "district"),
        ):
            (error,) = api.errors(path, **{parameter: [name, "yunling"]})
            assert (error["parameter"], error["value"]) == (parameter, name)
            assert error["known"] == ["北京市朝阳区", "吉林省长春市朝阳区"]
            assert "北京市朝阳区 (110105), 吉林省长春市朝阳区 (220104)" in error["message"]
    for name in ("北京市朝阳区", "北京朝阳区", "朝阳区（北京）", "朝阳区(北京市)", "110105", "chaoyang-110105"):
        assert api.refs(district=name) == api.refs(within=[name, "changchun"]) == ["chaoyang-1"], name
    for name in ("吉林省长春市朝阳区", "朝阳区（吉林省）"):
        assert api.refs(compared_with_district=name) == ["chaoyang-1"]
        assert api.refs(district=name) == []
    second.valid_to, second.successor = "2019", first
    second.save()
    assert api.refs(district="朝阳区") == ["chaoyang-1"]


def test_unit_is_found_however_it_is_written(api: Api, record: Record) -> None:
    make_pledge(ref="unit-1", unit=make_unit("台（套）"))
    assert api.refs(unit="台(套)") == ["unit-1"]


def test_metric_is_found_by_its_other_names(api: Api, record: Record) -> None:
    metric = make_metric("above-scale", name="规模以上工业增加值", aliases=["规上工业增加值"])
    make_pledge(ref="above-1", metric=metric)
    assert api.refs(metric="规上工业增加值") == api.refs(metric="規上工業增加值") == ["above-1"]
    (found,) = api.get("metrics/", q="规上工业").json()["results"]
    assert (found["slug"], found["aliases"]) == ("above-scale", ["规上工业增加值"])


@pytest.mark.parametrize("name", ["zhangsanfeng", "張三豐", "张三丰\u200b"])
def test_official_is_found_by_other_spellings_of_the_name(api: Api, record: Record, name: str) -> None:
    assert api.refs(official=name) == api.refs(official="张三丰")
    assert [row["name"] for row in api.get("officials/", q=name).json()["results"]] == ["张三丰"]


@pytest.mark.parametrize(
    ("path", "typed", "written"),
    [("metrics/", "學校", "学校"), ("documents/", "雲嶺日報", "云岭日报"), ("pledges/", "億元", "亿元")],
)
def test_list_is_searched_regardless_of_spelling(api: Api, record: Record, path: str, typed: str, written: str) -> None:
    found = api.get(path, q=typed).json()["results"]
    assert found == api.get(path, q=written).json()["results"] != []


def test_search_for_a_mark_alone_finds_nothing(api: Api, record: Record) -> None:
    assert api.get("officials/", q="·").json()["results"] == []


def test_filters_by_what_became_of_a_pledge(api: Api, record: Record) -> None:
    earlier = make_pledge("yl-late", year=2025, deadline="2025-06-30")
    make_pledge("yl-none", year=2025, deadline=None, supersedes=[earlier])
    make_follow_up(earlier, "met", actual=400, as_of="2025-09-01", reason="迟")
    make_follow_up(record.investment, "met", actual=400, as_of="2025-12-31")

    assert api.refs(late="true") == ["late"]
    assert api.refs(late="false") == [INVESTMENT]
    assert api.refs(supersedes="yl-late") == ["none"]
    assert api.refs(has_deadline="false") == [GROWTH, "none"]
    assert "none" not in api.refs(has_deadline="true")
    assert [error["known"] for error in api.errors(ref=["yl-late", "yl-nope"])] == [[]]
    by_pledge = {"year": 2025, "pledge_status": "met", "status_not": "missed", "within": "云市", "late_not": "false"}
    assert [row["pledge"] for row in api.get("follow-ups/", **by_pledge).json()["results"]] == ["yl-late"]
    assert api.get("follow-ups/", pledge_status_not="met").json()["results"] == []
    assert api.errors("follow-ups/", yaer=2024)[0]["known"].count("pledge_status") == 1
