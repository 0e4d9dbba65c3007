"""Database constraints, tested by writing rows without forms and model validation."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import DecimalField, Value
from django.db.models.functions import Cast
from django.utils import translation

from pledges.models import Body, Dimension, District, Document, Metric, Official, Pledge, Topic
from pledges.models.triggers.rejection import MESSAGES
from pledges.models.violations import violation_messages
from tests.factories import make_body, make_district, make_document, make_metric, make_pledge, make_record, make_unit
from tests.violations import assert_violates

pytestmark = pytest.mark.django_db

VIOLATIONS: Mapping[str, Mapping[str, Any]] = {
    "pledge_value_not_negative": {"value": -1},
    "pledge_value_max_not_below_value": {"value": 10, "value_max": 9},
    "pledge_share_at_most_100": {"measure": "share", "unit_id": "%", "value": Decimal("100.5")},
    "pledge_growth_and_share_in_percent": {"measure": "growth", "value": 5},
    "pledge_strict_bound_of_zero": {"bound": "more_than"},
    "pledge_average_growth_has_period": {"measure": "average_growth", "unit_id": "%"},
    "pledge_baseline_year_before_target": {"measure": "increase", "baseline_year": 2025},
    "pledge_baseline_year_of_change": {"baseline_year": 2020},
    "pledge_rank_at_least_1": {"measure": "rank", "value": 0},
    "pledge_deadline_not_before_statement": {"year": 2024, "deadline": date(2024, 12, 31)},
    "pledge_deadline_not_before_year": {"year": 2026},
    "pledge_tolerance_not_negative": {"bound": "about", "tolerance": -1},
    "pledge_tolerance_of_about": {"tolerance": 5},
    "pledge_period_is_interval": {"period": "2021–2025"},
    "pledge_period_in_order": {"period": "2025/2025"},
    "pledge_period_ends_with_year": {"period": "2021/2030"},
    "pledge_days_plausible": {"deadline": date(9000, 1, 1)},
    "pledge_year_plausible": {"year": 25, "deadline": None},
    "pledge_measure_known": {"measure": "amount"},
    "pledge_bound_known": {"bound": "roughly"},
    "pledge_strength_known": {"strength": "weak"},
    "pledge_tier_known": {"tier": "main"},
    "pledge_state_known": {"state": "open"},
    "pledge_value_is_a_number": {"value": Cast(Value("NaN"), DecimalField(max_digits=24, decimal_places=6))},
    "pledge_quote_and_label_not_empty": {"quote": ""},
}


@pytest.mark.parametrize("constraint", VIOLATIONS)
def test_bulk_update_is_rejected_by_the_named_constraint(constraint: str) -> None:
    make_record()
    with assert_violates(constraint):
        Pledge.objects.filter(ref="yl-2025-001").update(**VIOLATIONS[constraint])


def test_year_without_a_last_day_is_rejected_by_name() -> None:
    make_pledge(deadline=None)
    with assert_violates("pledge_year_plausible"):
        Pledge.objects.update(year=0)


@pytest.mark.parametrize("constraint", VIOLATIONS)
def test_constraint_has_a_message(constraint: str) -> None:
    assert violation_messages()[constraint]
    assert constraint not in violation_messages()[constraint]


@pytest.mark.parametrize("constraint", sorted(VIOLATIONS.keys() - {"pledge_value_is_a_number"}))
def test_full_clean_reports_the_message_of_the_constraint(constraint: str) -> None:
    make_record()
    pledge = Pledge.objects.get(ref="yl-2025-001")
    for field, value in VIOLATIONS[constraint].items():
        setattr(pledge, field, value)
    with translation.override("en"):
        with pytest.raises(ValidationError) as error:
            pledge.full_clean()
        reported = [message for messages in error.value.message_dict.values() for message in messages]
        expected = str(violation_messages()[constraint])
    has_field_message = constraint.endswith("_known") or constraint == "pledge_quote_and_label_not_empty"
    assert reported if has_field_message else expected in reported


def test_sql_insert_is_rejected_by_constraint() -> None:
    make_record()
    with assert_violates("pledge_value_not_negative"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO pledges_pledge (ref, statement_id, district_id, metric_id, unit_id, quote, label, year, value)"
            " SELECT 'sql-1', statement_id, district_id, metric_id, unit_id, quote, label, year, -value"
            " FROM pledges_pledge WHERE ref = 'yl-2025-001'"
        )


def test_negative_growth_is_accepted() -> None:
    make_record()
    Pledge.objects.filter(ref="yl-2025-002").update(value=-3)
    assert Pledge.objects.get(ref="yl-2025-002").value == -3


def test_duplicate_reference_is_rejected() -> None:
    make_pledge("yl-1")
    with assert_violates("pledge_ref_unique"):
        make_pledge("yl-1")


def test_reference_change_is_rejected() -> None:
    make_pledge("yl-1")
    with assert_violates("pledge_ref_is_permanent"):
        Pledge.objects.filter(ref="yl-1").update(ref="yl-2")


@pytest.mark.parametrize("model", [Official, District, Document, Metric, Topic, Dimension])
def test_slug_change_is_rejected(model: Any) -> None:
    make_record()
    with assert_violates("slug_is_permanent"):
        model.objects.update(slug="new")


def test_unknown_unit_is_rejected_by_named_rule() -> None:
    make_pledge()
    with assert_violates("pledge_unit_known"):
        Pledge.objects.update(unit_id="亿圆")


def test_document_date_after_a_deadline_is_rejected() -> None:
    make_record()
    with assert_violates("pledge_deadline_not_before_statement"):
        Document.objects.filter(slug="yunling-daily-1").update(date="2026-01")


def test_document_date_and_deadlines_can_move_in_one_transaction() -> None:
    make_record()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        Document.objects.filter(slug="yunling-daily-1").update(date="2026-01")
        Pledge.objects.filter(ref="yl-2025-001").update(deadline=date(2026, 12, 31))
    assert Pledge.objects.get(ref="yl-2025-001").deadline == date(2026, 12, 31)


@pytest.mark.parametrize("date_", ["2025-13", "25", "2025-1-2", "someday"])
def test_malformed_document_date_is_rejected(date_: str) -> None:
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        make_document("undated", date=date_)


def test_document_date_not_in_calendar_is_rejected() -> None:
    with pytest.raises(DataError), transaction.atomic():
        make_document("undated", date="2025-02-30")


@pytest.mark.parametrize(
    ("written", "first"),
    [
        ("2025", date(2025, 1, 1)),
        ("2025-03", date(2025, 3, 1)),
        ("2025-03-04", date(2025, 3, 4)),
        ("2024-02-20/..", date(2024, 2, 20)),
    ],
)
def test_date_earliest_of_partial_date_is_its_first_day(written: str, first: date) -> None:
    make_document("rough", date=written)
    assert Document.objects.get(slug="rough").date_earliest == first


def test_district_as_its_own_parent_is_rejected() -> None:
    district = make_district("a")
    with assert_violates("district_not_its_own_ancestor"):
        District.objects.filter(pk=district.pk).update(parent=district)


def test_district_as_its_own_ancestor_is_rejected() -> None:
    top = make_district("a")
    bottom = make_district("c", parent=make_district("b", parent=top))
    with assert_violates("district_not_its_own_ancestor"):
        District.objects.filter(pk=top.pk).update(parent=bottom)
    top.parent = bottom
    with pytest.raises(ValidationError, match="parent"):
        top.full_clean()


def test_body_as_its_own_ancestor_is_rejected() -> None:
    top = make_body("市人民政府")
    bottom = make_body("市财政局", parent=top)
    with assert_violates("body_not_its_own_ancestor"):
        Body.objects.filter(pk=top.pk).update(parent=bottom)
    top.parent = bottom
    with pytest.raises(ValidationError, match="parent"):
        top.full_clean()


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [("district_kind_known", {"kind": "planet"}), ("district_code_has_six_digits", {"code": "15010"})],
)
def test_district_with_unknown_kind_or_malformed_code_is_rejected(constraint: str, changes: dict[str, str]) -> None:
    make_district("a")
    with assert_violates(constraint):
        District.objects.update(**changes)


@pytest.mark.parametrize(
    "changes", [{"aliases": ["甲值"]}, {"aliases": ["甲产值"]}, {"name": "甲产值"}], ids=["name", "alias", "own name"]
)
def test_name_of_another_metric_is_rejected(changes: dict[str, Any]) -> None:
    make_metric("a", name="甲值", aliases=["甲产值"])
    other = make_metric("b", name="乙值")
    with assert_violates("metric_names_are_unique"):
        Metric.objects.filter(pk=other.pk).update(**changes)
    for column, value in changes.items():
        setattr(other, column, value)
    with pytest.raises(ValidationError, match=str(MESSAGES["metric_names_are_unique"])):
        other.full_clean()


def test_zero_unit_factor_and_unknown_metric_direction_are_rejected() -> None:
    unit, metric = make_unit(), make_metric()
    for queryset, changes, constraint in (
        (type(unit).objects.all(), {"numerator": 0}, "unit_factor_positive"),
        (type(unit).objects.all(), {"denominator": 0}, "unit_factor_positive"),
        (type(unit).objects.all(), {"denominator": -1}, "unit_factor_positive"),
        (type(unit).objects.all(), {"numerator": 10**18}, "unit_factor_positive"),
        (Metric.objects.filter(pk=metric.pk), {"direction": "sideways"}, "metric_direction_known"),
        (Metric.objects.filter(pk=metric.pk), {"tolerance": -1}, "metric_tolerance_not_negative"),
        (Metric.objects.all(), {"usual_measure": "often"}, "metric_usual_measure_known"),
        (
            *(Metric.objects.all(), {"usual_measure": "growth", "usual_unit": unit}),
            "metric_usual_growth_and_share_in_percent",
        ),
    ):
        with assert_violates(constraint):
            queryset.update(**changes)


@pytest.mark.parametrize("slug", [".", "..", "Ada\u200b", "Lu\u0308-Wei", "⾼", "阿•买"])
def test_new_official_with_unclean_slug_is_rejected(slug: str) -> None:
    with assert_violates("official_slug_is_clean"):
        Official.objects.create(slug=slug, name="张")


@pytest.mark.parametrize("slug", ["古丽娜·艾合买提", "O'Brien-J.-F.", "张三丰-yuquan"])
def test_any_name_without_spaces_can_be_the_slug_of_an_official(slug: str) -> None:
    Official(slug=slug, name="张").full_clean()
    Official.objects.create(slug=slug, name="张")


def test_slug_of_other_rows_is_ascii() -> None:
    with assert_violates("slug_is_ascii"):
        make_document("云岭日报-1")
    with assert_violates("slug_is_ascii"):
        Topic.objects.create(slug="农业", name="农业")
