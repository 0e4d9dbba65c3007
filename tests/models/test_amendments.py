"""Judged pledges change by an approved amendment only, whoever writes."""

from collections.abc import Callable
from decimal import Decimal
from operator import attrgetter
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model

from pledges.models import (
    Amendment,
    Change,
    Dimension,
    District,
    FollowUp,
    Metric,
    Official,
    Pledge,
    Topic,
    Unit,
)
from pledges.models.choices import AmendmentState
from pledges.workflow.amendments import propose, row_change, touched_pledges
from tests.factories import (
    Record,
    make_amendment,
    make_district,
    make_document,
    make_follow_up,
    make_pledge,
    make_statement,
    make_unit,
    make_user,
)
from tests.violations import assert_violates

pytestmark = pytest.mark.django_db


@pytest.fixture
def judged(record: Record) -> Pledge:
    make_follow_up(record.investment, "partly_met", actual=360)
    return Pledge.objects.get(pk=record.investment.pk)


COPIED = (
    "statement",
    "label",
    "district",
    "metric",
    "unit",
    "quote",
    "value",
    "bound",
    "measure",
    "year",
    "strength",
    "tier",
)


def proposed(row: Model, **after: Any) -> Amendment:
    return propose([row_change(row, after or {"value": "1280"})], reason="看错了数字", by=make_user("editor"))


def approve(amendment: Amendment, reviewer: str = "chief") -> None:
    """Approve it as plain SQL would."""
    Amendment.objects.filter(pk=amendment.pk).update(state="approved", reviewer=make_user(reviewer))


OTHER_PLEDGE: dict[str, Callable[[Record], Any]] = {
    "value": lambda record: 1280,
    "value_max": lambda record: 1280,
    "bound": lambda record: "at_most",
    "measure": lambda record: "level",
    "baseline": lambda record: 1,
    "unit": lambda record: make_unit("万元", factor=10_000),
    "year": lambda record: 2024,
    "deadline": lambda record: "2026-12-31",
    "quote": lambda record: "另一句话",
    "label": lambda record: "别的",
    "success_criterion": lambda record: "别的标准",
    "metric": lambda record: record.schools.metric,
    "district": lambda record: record.county,
    "statement": lambda record: record.schools.statement,
    "supersedes": lambda record: [record.growth.ref],
    "state": lambda record: "retracted",
}


@pytest.mark.parametrize("field", OTHER_PLEDGE)
def test_judged_column_of_judged_pledge_is_not_changed(record: Record, judged: Pledge, field: str) -> None:
    change = {field: OTHER_PLEDGE[field](record)}
    with assert_violates("judged_by_amendment_only"):
        Pledge.objects.filter(pk=judged.pk).update(**change)
    assert Pledge.objects.filter(pk=record.schools.pk).update(label="别的") == 1


def test_other_columns_of_judged_pledge_are_changed(judged: Pledge) -> None:
    changes: dict[str, Any] = {
        "note": "说明",
        "strength": "planned",
        "tier": "optional",
        "assignee": make_user("editor"),
    }
    assert Pledge.objects.filter(pk=judged.pk).update(**changes) == 1


# Rows from which a judged pledge follows, by the lookup from it, with a change of each judged column.
DESCRIBED_BY: dict[str, dict[str, Any]] = {
    "statement": {"official": "令狐冲", "headline": "另一标题"},
    "statement.official": {"name": "张四丰"},
    "statement.post": {"title": "局长"},
    "statement.document": {
        "date": "2025-09",
        "title": "云岭日报 一版",
        "publisher": "别的报",
        "url": "https://example.org/2",
        "kind": "plan",
        "published": "2025-10",
    },
    "district": {"name": "别的市", "name_en": "Other", "kind": "banner", "code": "990199", "parent": "yunling-zone"},
    "metric": {"name": "别的指标", "name_en": "Other", "direction": "less", "topic": "other", "dimension": "schools"},
    "unit": {"numerator": 10, "dimension": "schools", "name_en": "other"},
    "unit.dimension": {"base_unit": "美元", "is_additive": False},
}


@pytest.mark.parametrize(("row", "column"), [(row, column) for row in DESCRIBED_BY for column in DESCRIBED_BY[row]])
def test_row_that_describes_a_judged_pledge_is_not_changed(
    record: Record, judged: Pledge, row: str, column: str
) -> None:
    described: Any = attrgetter(row)(judged)
    values: dict[str, Any] = {
        "official": lambda: Official.objects.get(name="令狐冲"),
        "dimension": lambda: Dimension.objects.get(slug="schools"),
        "topic": lambda: Topic.objects.create(slug="other", name="别的"),
        "parent": lambda: record.zone,
    }
    value = values[column]() if column in values else DESCRIBED_BY[row][column]
    with assert_violates("judged_by_amendment_only"):
        type(described).objects.filter(pk=described.pk).update(**{column: value})


@pytest.mark.parametrize(
    ("row", "change"),
    [
        ("statement.document", {"text": "版面全文"}),
        ("district", {"aliases": ["云都"]}),
        ("unit.dimension", {"name": "钱", "name_en": "cash"}),
        ("metric.topic", {"name": "钱", "name_en": "cash"}),
    ],
)
def test_other_columns_of_rows_that_describe_it_are_changed(judged: Pledge, row: str, change: dict[str, Any]) -> None:
    described: Any = attrgetter(row)(judged)
    assert type(described).objects.filter(pk=described.pk).update(**change) == 1


def test_district_around_that_of_a_judged_pledge_is_amended(record: Record) -> None:
    judged = make_follow_up(record.schools, actual=2).pledge
    assert judged.district.parent == record.city
    around = make_district("around")
    with assert_violates("judged_by_amendment_only"):
        District.objects.filter(pk=record.city.pk).update(parent=around)
    amendment = make_amendment(record.city, parent_id=around.pk)
    touched = amendment.pledges.get(pledge=judged)
    assert touched.changed_values == {"district.parents": (["yunling"], ["around", "yunling"])}


@pytest.mark.parametrize(
    ("row", "change"),
    [
        ("metric", {"name": "年投资", "name_en": "Yearly investment"}),
        ("district", {"name": "云山市", "name_en": "Yunshan", "code": "990199"}),
        ("unit", {"name_en": "100m yuan"}),
        ("unit.dimension", {"is_additive": False}),
        ("statement", {"headline": "另一标题"}),
        ("statement.document", {"title": "云岭日报 一版"}),
    ],
)
def test_new_name_does_not_change_the_target_of_the_status(judged: Pledge, row: str, change: dict[str, Any]) -> None:
    amendment = make_amendment(attrgetter(row)(judged), **change)
    assert amendment.pledges.get(pledge=judged).changed_values
    assert not Pledge.objects.get(pk=judged.pk).on_earlier_target
    make_amendment(judged, value=1280)
    assert Pledge.objects.get(pk=judged.pk).on_earlier_target


def test_unit_of_an_actual_figure_is_not_changed(record: Record) -> None:
    ten_thousand = make_unit("万元", factor=10_000)
    make_follow_up(record.investment, actual=3_900_000, unit=ten_thousand)
    with assert_violates("judged_by_amendment_only"):
        Unit.objects.filter(symbol="万元").update(numerator=1000)


def test_approved_amendment_changes_the_pledge_and_keeps_its_status(judged: Pledge) -> None:
    amendment = proposed(judged)
    assert amendment.changes == [
        {"table": "pledge", "key": str(judged.pk), "before": {"value": 385}, "after": {"value": 1280}}
    ]
    assert list(touched_pledges(amendment)) == [judged]
    approve(amendment)

    pledge = Pledge.objects.get(pk=judged.pk)
    assert (pledge.value, pledge.status, pledge.on_earlier_target) == (1280, "partly_met", True)
    touched = Amendment.objects.get().pledges.get()
    assert touched.pledge == pledge
    assert touched.values_before["target"]["value"] == Decimal(385)
    assert touched.values_after == touched.values_before | {
        "target": touched.values_before["target"] | {"value": Decimal(1280)}
    }


def test_follow_up_keeps_the_figures_of_the_target_that_it_judged(judged: Pledge) -> None:
    approve(proposed(judged))
    follow_up = FollowUp.objects.get(pledge=judged)
    assert follow_up.assessment is not None
    assert follow_up.assessment.ratio == Decimal("0.935")
    assert follow_up.judged_pledge.target_in("zh") == judged.target_in("zh")
    assert follow_up.pledge.value == 1280


def test_new_follow_up_is_given_on_the_amended_target(judged: Pledge) -> None:
    approve(proposed(judged))
    make_follow_up(judged, "missed", actual=120, as_of="2026-01-31")
    assert not Pledge.objects.get(pk=judged.pk).on_earlier_target


def test_attribution_does_not_change_the_target_of_the_status(record: Record, judged: Pledge) -> None:
    approve(proposed(judged, quote="投资385亿元"))
    assert not Pledge.objects.get(pk=judged.pk).on_earlier_target


def test_amendment_of_a_shared_row_lists_all_judged_pledges(record: Record, judged: Pledge) -> None:
    other = make_follow_up(make_pledge("other", statement=judged.statement, metric=judged.metric), actual=400).pledge
    make_pledge("unjudged", metric=judged.metric)
    amendment = propose([row_change(judged.metric, {"direction": "less"})], reason="方向有误", by=make_user("editor"))
    assert set(touched_pledges(amendment)) == {judged, other}
    approve(amendment)
    assert set(touched_pledges(Amendment.objects.get())) == {judged, other}
    assert Metric.objects.get(pk=judged.metric_id).direction == "less"


def test_amendment_can_change_several_rows(record: Record, judged: Pledge) -> None:
    changes = [row_change(judged, {"value": 10, "unit_id": "所"}), row_change(judged.unit, {"name_en": "yi"})]
    approve(propose(changes, reason="改正", by=None))
    assert Pledge.objects.get(pk=judged.pk).unit.symbol == "所"
    assert Unit.objects.get(symbol="亿元").name_en == "yi"


def test_status_missed_stays_when_the_deadline_is_amended(record: Record) -> None:
    make_follow_up(record.investment, "missed", actual=1)
    approve(proposed(record.investment, deadline="2099-12-31"))
    assert Pledge.objects.get(pk=record.investment.pk).status == "missed"


def test_change_log_names_the_amendment(judged: Pledge) -> None:
    amendment = proposed(judged)
    approve(amendment)
    entries = Change.objects.filter(amendment=amendment)
    assert [(entry.ref, entry.kind) for entry in entries] == [(judged.ref, "created")]  # of this test's transaction


def test_proposer_does_not_approve(judged: Pledge) -> None:
    amendment = proposed(judged)
    with assert_violates("amendment_reviewer_is_not_proposer"):
        approve(amendment, "editor")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL duixian.one_person_desk = 'on'")
    approve(amendment, "editor")
    assert Amendment.objects.get().approved_alone


def test_changed_row_makes_proposal_outdated(judged: Pledge) -> None:
    first, second = proposed(judged, value="1280"), proposed(judged, value="128")
    approve(first)
    with assert_violates("amendment_is_current"):
        approve(second)


@pytest.mark.parametrize("state", [AmendmentState.APPROVED, AmendmentState.REJECTED])
def test_reviewed_amendment_is_final(judged: Pledge, state: AmendmentState) -> None:
    amendment = proposed(judged)
    rows = Amendment.objects.filter(pk=amendment.pk)
    rows.update(state=state, reviewer=make_user("chief"), review_note="不对")
    change: dict[str, Any]
    for change in ({"state": "proposed"}, {"reason": "别的"}, {"changes": []}, {"is_applied": False}):
        with assert_violates("amendment_is_final"):
            rows.update(**change)
    with assert_violates("amendment_is_final"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM pledges_amendment")
    assert Pledge.objects.get(pk=judged.pk).value == (1280 if state == "approved" else 385)


def test_setting_of_the_application_does_not_open_the_record(judged: Pledge) -> None:
    amendment = proposed(judged)
    for state in ("proposed", "approved"):
        if state == "approved":
            approve(amendment)
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('duixian.amendment', %s, true)", [str(amendment.pk)])
        with assert_violates("judged_by_amendment_only"):
            Pledge.objects.filter(pk=judged.pk).update(value=99)


def test_amended_pledges_are_not_written_directly(judged: Pledge) -> None:
    amendment = proposed(judged)
    with assert_violates("amendment_is_final"):
        amendment.pledges.create(pledge=judged, values_before={}, values_after={})
    approve(amendment)
    with assert_violates("amendment_is_final"):
        amendment.pledges.update(values_before={})


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ([{"table": "pledge", "key": "0", "after": {"value": 1}}], "amendment_row_exists"),
        ([{"table": "followup", "key": "1", "after": {"status": "met"}}], "amendment_row_exists"),
        ([], "amendment_changes_something"),
    ],
)
def test_impossible_amendment_is_rejected(judged: Pledge, changes: list[Any], rule: str) -> None:
    with assert_violates(rule):
        Amendment.objects.create(changes=changes, reason="x")
    same = [row_change(judged, {"value": "385.0"})]
    with assert_violates("amendment_changes_something"):
        Amendment.objects.create(changes=same, reason="x")
    with assert_violates("amendment_has_reason"):
        Amendment.objects.create(changes=[row_change(judged, {"value": 1})], reason=" ")


def test_on_earlier_target_is_not_written_directly(judged: Pledge) -> None:
    with assert_violates("pledge_status_from_follow_up"):
        Pledge.objects.filter(pk=judged.pk).update(on_earlier_target=True)


def test_pledge_is_superseded_by_an_amendment_only(record: Record, judged: Pledge) -> None:
    with assert_violates("judged_superseded_by_amendment_only"):
        Pledge.objects.create(
            ref="later",
            state="published",
            supersedes=[judged.ref],
            **{name: getattr(record.growth, name) for name in COPIED},
        )
    Pledge.objects.filter(pk=record.schools.pk).update(state="draft", supersedes=[judged.ref])
    with assert_violates("judged_by_amendment_only"):
        Pledge.objects.filter(pk=record.schools.pk).update(state="published")
    with assert_violates("judged_by_amendment_only"):
        Pledge.objects.filter(pk=record.growth.pk).update(supersedes=[judged.ref])

    amendment = make_amendment(record.schools, state="published")
    assert amendment.pledges.get().pledge == judged
    assert amendment.pledges.get().changed_values == {"superseded_by": (None, record.schools.ref)}
    assert not Pledge.objects.get(pk=judged.pk).on_earlier_target
    changes: list[dict[str, Any]] = [{"supersedes": []}, {"state": "retracted"}]
    for change in changes:
        with assert_violates("judged_by_amendment_only"):
            Pledge.objects.filter(pk=record.schools.pk).update(**change)
    with assert_violates("judged_superseded_by_amendment_only"):
        Pledge.objects.filter(pk=record.schools.pk).delete()
    Pledge.objects.filter(pk=record.schools.pk).update(note="说明", value=3)
    amendment = make_amendment(record.schools, supersedes=[])
    assert amendment.pledges.get().changed_values == {"superseded_by": (record.schools.ref, None)}


def on_a_page_of_its_own() -> Pledge:
    return make_pledge("own", deadline=None, statement=make_statement(document=make_document("own")))


def test_amended_date_is_not_after_the_day_of_an_approved_follow_up() -> None:
    pledge = on_a_page_of_its_own()
    early = make_follow_up(pledge, "in_progress", as_of="2026-03-31")
    with assert_violates("amendment_not_after_follow_ups"):
        approve(proposed(pledge.statement.document, date="2026-04"))
    make_follow_up(pledge, "in_progress", as_of="2026-06-30", supersedes=early)
    approve(proposed(pledge.statement.document, date="2026-04"))


def test_amended_date_is_not_after_the_evidence_of_an_approved_follow_up() -> None:
    pledge = on_a_page_of_its_own()
    follow_up = make_follow_up(pledge, as_of="2026-06-30", state="draft", evidence=False)
    for day in ("2019-12-31", "2026-03-31"):  # the first was before the statement already
        follow_up.evidence.create(url="https://example.org/", published_on=day)
    FollowUp.objects.filter(pk=follow_up.pk).update(state="submitted")
    FollowUp.objects.filter(pk=follow_up.pk).update(state="approved", reviewer=make_user("chief"))
    with assert_violates("amendment_not_after_follow_ups"):
        approve(proposed(pledge.statement.document, date="2026-04"))
    approve(proposed(pledge.statement.document, date="2026-03-31"))
