"""Check that the rules for targets in Python agree with the constraints of the database."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from pledges.domain.target_rules import broken_target_rules
from pledges.models import Pledge
from pledges.models.choices import Measure
from tests.factories import make_district, make_metric, make_pledge, make_unit
from tests.violations import rule_violated_by

OF_A_CITY = {"metric": "income", "district": "city", "compared_with": None, "compared_with_district": None}
DAYS = [date(2024, 12, 31), date(2025, 1, 1), date(2026, 5, 31), date(2201, 1, 1)]
figures = st.sampled_from([Decimal(text) for text in ("-5", "-0.5", "0", "0.5", "1", "50", "100", "100.000001", "385")])


class ConstraintsAndPythonAgree(TestCase):
    pk: int
    metrics: list[int]
    districts: list[int]

    @classmethod
    def setUpTestData(cls) -> None:
        make_unit("%", factor=1)
        make_unit("个百分点", factor=1)
        pledge = make_pledge()
        cls.pk = pledge.pk
        cls.metrics = [pledge.metric_id, make_metric("gdp").pk]
        cls.districts = [pledge.district_id, make_district("china").pk]

    @settings(max_examples=300, deadline=None)
    @pytest.mark.slow
    @given(
        value=figures,
        value_max=st.none() | figures,
        baseline=st.none() | figures,
        unit=st.sampled_from(["亿元", "%", "个百分点"]),
        compared_with=st.sampled_from([None, None, 0, 1]),
        compared_with_district=st.sampled_from([None, None, 0, 1]),
        measure=st.sampled_from(Measure.values),
        year=st.sampled_from([1948, 2024, 2025, 2026, 2201]),
        deadline=st.none() | st.sampled_from(DAYS),
        period=st.sampled_from(["", "", "2021/2025", "2025/2026", "2026/2025", "1948/2025", "2025", "2021-2025"]),
        bound=st.sampled_from(["about", "exact", "more_than", "less_than"]),
        tolerance=st.none() | figures,
        baseline_year=st.none() | st.sampled_from([1948, 1949, 2020, 2021, 2024, 2025, 2026]),
    )
    def test_target_that_breaks_a_rule_is_rejected_by_it(
        self,
        value: Decimal,
        value_max: Decimal | None,
        baseline: Decimal | None,
        unit: str,
        compared_with: int | None,
        compared_with_district: int | None,
        measure: str,
        year: int,
        deadline: date | None,
        period: str,
        bound: str,
        tolerance: Decimal | None,
        baseline_year: int | None,
    ) -> None:
        figures = {"value": value, "value_max": value_max, "baseline": baseline, "measure": measure}
        figures |= {"bound": bound, "tolerance": tolerance}
        target: dict[str, Any] = figures | {"year": year, "period": period, "baseline_year": baseline_year}
        target |= {
            "compared_with": None if compared_with is None else self.metrics[compared_with],
            "compared_with_district": None
            if compared_with_district is None
            else self.districts[compared_with_district],
        }
        rules = broken_target_rules(
            **target,
            unit=unit,
            deadline=deadline,
            said_earliest=date(2025, 1, 1),
            metric=self.metrics[0],
            district=self.districts[0],
        )
        broken: set[str | None] = {rule for _, rule in rules}
        violated = rule_violated_by(
            lambda: Pledge.objects.filter(pk=self.pk).update(**target, unit_id=unit, deadline=deadline)
        )
        assert violated in broken if broken else violated is None


@pytest.mark.parametrize(
    ("changes", "field", "rule"),
    [
        ({"value": Decimal(-1)}, "value", "pledge_value_not_negative"),
        ({"value_max": Decimal(1)}, "value_max", "pledge_value_max_not_below_value"),
        ({"measure": "share"}, "value", "pledge_share_at_most_100"),
        ({"measure": "growth", "unit": "亿元"}, "unit", "pledge_growth_and_share_in_percent"),
        ({"measure": "rank", "value": Decimal(0)}, "value", "pledge_rank_at_least_1"),
        ({"tolerance": Decimal(-1)}, "tolerance", "pledge_tolerance_not_negative"),
        ({"tolerance": Decimal(1), "bound": "exact"}, "tolerance", "pledge_tolerance_of_about"),
        ({"tolerance": Decimal(1), "measure": "rank"}, "tolerance", "pledge_tolerance_of_about"),
        ({"period": "2021-2025"}, "period", "pledge_period_is_interval"),
        ({"period": "2025/2025"}, "period", "pledge_period_in_order"),
        ({"period": "1948/2025"}, "period", "pledge_period_in_order"),
        ({"period": "2021/2026"}, "period", "pledge_period_ends_with_year"),
        ({"bound": "more_than"}, "bound", "pledge_strict_bound_of_zero"),
        ({"measure": "growth", "bound": "less_than"}, "bound", "pledge_strict_bound_of_zero"),
        (
            {"measure": "total", "bound": "more_than", "value": Decimal(0)},
            "bound",
            "pledge_strict_bound_of_zero",
        ),
        (
            {"measure": "growth", "bound": "more_than", "value": Decimal(0), "value_max": Decimal(1)},
            "bound",
            "pledge_strict_bound_of_zero",
        ),
        ({"compared_with_district": "china"}, "compared_with_district", "pledge_comparison_has_metric"),
        ({"compared_with": "income"}, "compared_with", "pledge_comparison_with_other_figure"),
        (
            {"compared_with": "income", "compared_with_district": "city"},
            "compared_with",
            "pledge_comparison_with_other_figure",
        ),
        ({"compared_with": "gdp", "unit": "%"}, "unit", "pledge_comparison_in_unit_of_distance"),
        (
            {"compared_with": "gdp", "measure": "share", "unit": "元"},
            "unit",
            "pledge_comparison_in_unit_of_distance",
        ),
        ({"compared_with": "gdp", "measure": "rank"}, "measure", "pledge_comparison_not_of_ranks"),
        ({"measure": "average_growth"}, "period", "pledge_average_growth_has_period"),
        ({"measure": "growth", "baseline_year": 2025}, "baseline_year", "pledge_baseline_year_before_target"),
        ({"measure": "growth", "baseline_year": 1948}, "baseline_year", "pledge_baseline_year_before_target"),
        (
            {"measure": "growth", "baseline_year": 2021, "period": "2021/2025"},
            "baseline_year",
            "pledge_baseline_year_before_target",
        ),
        ({"baseline_year": 2020}, "baseline_year", "pledge_baseline_year_of_change"),
        ({"deadline": date(2025, 1, 19)}, "deadline", "pledge_deadline_not_before_statement"),
    ],
)
def test_broken_rule_names_the_field(changes: dict[str, object], field: str, rule: str) -> None:
    target = {
        "value": Decimal(385),
        "value_max": None,
        "baseline": None,
        "baseline_year": None,
        "unit": "%",
        "measure": "total",
        "year": 2025,
        "deadline": None,
        "period": "",
        "bound": "about",
        "tolerance": None,
        "said_earliest": date(2025, 1, 20),
        **OF_A_CITY,
    }
    assert (field, rule) in set(broken_target_rules(**(target | changes)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "target",
    [
        {"value": Decimal(0), "unit": "%", "measure": "growth", "bound": "more_than"},  # 正增长
        {"value": Decimal("-1.5"), "unit": "‰", "measure": "level", "bound": "exact"},  # 人口自然增长率
        {"value": Decimal(-18), "unit": "%", "measure": "growth", "bound": "exact", "baseline_year": 2020},
        {"value": Decimal(50), "unit": "家", "measure": "level", "baseline": Decimal(44), "baseline_year": 2020},
        {"value": Decimal(5), "unit": "%", "measure": "average_growth", "bound": "at_least", "period": "2021/2025"},
        {"value": Decimal(0), "unit": "个百分点", "measure": "growth", "bound": "more_than", "compared_with": "gdp"},
        {"value": Decimal("-0.5"), "unit": "个百分点", "measure": "level", "compared_with": "income"}
        | {"compared_with_district": "china", "bound": "at_most"},
        {"value": Decimal(0), "unit": "元", "measure": "total", "bound": "about", "compared_with": "gdp"},
    ],
)
def test_shapes_of_the_codebook_break_no_rule(target: dict[str, object]) -> None:
    usual = {
        **dict.fromkeys(("value_max", "baseline", "baseline_year", "deadline", "tolerance")),
        "bound": "exact",
        "year": 2025,
        "period": "",
        "said_earliest": date(2025, 1, 20),
        **OF_A_CITY,
    }
    assert list(broken_target_rules(**(usual | target))) == []  # type: ignore[arg-type]
