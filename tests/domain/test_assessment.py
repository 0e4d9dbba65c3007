from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pledges.domain.assessment import CHANGES, Assessment, Target, assess, convert
from pledges.models.choices import Direction, Status

from .targets import DEADLINE, figures, half_steps, make_target, targets, wide

MIDYEAR = date(2025, 6, 30)
RANKING = {status: place for place, status in enumerate(["missed", "partly_met", "in_progress", "met"])}

INVESTMENT = make_target("385", "exact")
CAPABLE_FIRMS = make_target("50", "exact", "level", baseline="44")
GROWTH = make_target("25.62", "about", "growth")
FALL = make_target("-3", "at_most", "growth", direction="less")
PLACE = make_target("13", "at_most", "rank")
SMOG_DAYS = make_target("0", "exact", direction="less")
RANGE = make_target("6", "exact", "growth", value_max="7")
ACCIDENTS = make_target("50", "at_most", direction="less")
PRICES = make_target("2", "about", "growth", direction="near")
LEVEL = make_target("5", "about", "level")
YEARLY = make_target("5", measure="average_growth")
POSITIVE = make_target("0", "more_than", "growth")
BELOW_ZERO = make_target("-1.5", measure="level")
COAL = make_target("80", "exact", baseline="100")


def assess_at_deadline(target: Target, actual: Decimal | str) -> Assessment:
    return assess(target, Decimal(actual), as_of=DEADLINE, deadline=DEADLINE)


def assess_at_midyear(target: Target, actual: Decimal | str) -> Assessment:
    return assess(target, Decimal(actual), as_of=MIDYEAR, deadline=DEADLINE)


@pytest.mark.parametrize(
    ("target", "actual", "status", "ratio"),
    [
        (make_target("355"), "355", "met", "1"),  # 实施重点项目355个
        (make_target("355"), "354", "partly_met", "0.9971"),
        (make_target("355"), "177", "missed", "0.4985"),
        (INVESTMENT, "400", "met", "1.0389"),  # 年度计划投资385亿元
        (INVESTMENT, "384.999999", "partly_met", "0.9999"),
        (INVESTMENT, "0", "missed", "0"),
        (make_target("385", "at_least"), "385", "met", "1"),
        (PLACE, "13", "met", "1"),  # 前13位
        (PLACE, "5", "met", "2.6"),
        (PLACE, "1", "met", "13"),
        (PLACE, "14", "missed", "0.9285"),
        (replace(PLACE, bound="exact"), "12", "met", "1.0833"),
        (replace(PLACE, bound="about"), "13.5", "missed", "0.9629"),
        (replace(PLACE, bound="at_least", value_max=Decimal(15)), "15", "met", "1"),
        (make_target("10", measure="rank", value_max="13"), "5", "met", "2.6"),
        (replace(PLACE, baseline=Decimal(20)), "16", "partly_met", "0.5714"),
        (SMOG_DAYS, "0", "met", "1"),  # 力争重污染天气清零
        (SMOG_DAYS, "1", "missed", "0"),
        (replace(SMOG_DAYS, direction="more"), "1", "missed", "0"),
        (replace(SMOG_DAYS, baseline=Decimal(8)), "2", "partly_met", "0.75"),
        (replace(SMOG_DAYS, bound="at_least"), "1", "met", "1"),
        (make_target("0", measure="growth"), "2", "met", "1"),  # 零增长
        (make_target("0", measure="growth"), "-2", "missed", "0"),
        (make_target("0", measure="growth", direction="less"), "-2", "met", "1"),
        (make_target("0", measure="growth", direction="less"), "2", "missed", "0"),
        (CAPABLE_FIRMS, "50", "met", "1"),  # 从44家增加至50家
        (CAPABLE_FIRMS, "48", "partly_met", "0.6666"),
        (CAPABLE_FIRMS, "46", "missed", "0.3333"),
        (CAPABLE_FIRMS, "40", "missed", "0"),
        (
            make_target("6", measure="increase", baseline="44"),
            "3",
            "partly_met",
            "0.5",
        ),  # the baseline of an increase is a stock
        (make_target("40", "at_least", baseline="44"), "42", "met", "1.05"),  # the baseline already meets the target
        (COAL, "80", "met", "1"),  # 从100万吨降至80万吨
        (COAL, "90", "partly_met", "0.5"),
        (COAL, "100", "missed", "0"),
        (make_target("-3", measure="growth", baseline="-5"), "-4", "partly_met", "0.5"),  # 降幅从5%收窄至3%
        (make_target("-3", measure="growth", baseline="-5"), "-2", "met", "1.5"),
        (GROWTH, "25.32", "met", "0.9882"),  # 25.62%左右: 0.3 percentage points
        (GROWTH, "25.31", "partly_met", "0.9879"),
        (GROWTH, "40", "met", "1.5612"),
        (replace(GROWTH, direction="less"), "25.92", "met", "0.9884"),
        (replace(GROWTH, direction="less"), "25.93", "missed", "0.988"),
        (FALL, "-3", "met", "1"),  # 下降3%以上
        (FALL, "-4.5", "met", "1.5"),
        (FALL, "-1.5", "partly_met", "0.5"),
        (FALL, "1", "missed", "0"),
        (replace(FALL, bound="exact", direction="more"), "-4", "met", "1.3333"),
        (replace(FALL, bound="about"), "-2.7", "met", "0.9"),
        (replace(FALL, bound="about"), "-2.69", "partly_met", "0.8966"),
        (replace(FALL, bound="at_least"), "-2", "met", "1"),  # 降幅不超过3%
        (replace(FALL, bound="at_least"), "-6", "missed", "0.5"),
        (RANGE, "6", "met", "1"),  # 6%至7%
        (RANGE, "7", "met", "1.1666"),
        (RANGE, "5.7", "partly_met", "0.95"),
        (RANGE, "2", "missed", "0.3333"),
        (RANGE, "8", "met", "1.3333"),
        (RANGE, "70", "met", "11.6666"),
        (replace(RANGE, bound="about"), "5.7", "met", "0.95"),
        (replace(RANGE, bound="about"), "5.69", "partly_met", "0.9483"),
        (replace(RANGE, bound="about"), "7.36", "met", "1.2266"),
        (replace(RANGE, bound="at_least"), "8", "met", "1.3333"),
        (replace(RANGE, bound="at_most"), "7", "met", "1"),
        (replace(RANGE, bound="at_most"), "7.1", "missed", "0.9859"),
        (replace(RANGE, direction="less"), "8", "missed", "0.875"),
        (replace(RANGE, direction="less"), "5", "met", "1"),
        (replace(RANGE, baseline=Decimal(4)), "5", "partly_met", "0.5"),
        (replace(RANGE, baseline=Decimal(10)), "6.5", "met", "1.1666"),
        (replace(RANGE, baseline=Decimal(10)), "8", "partly_met", "0.6666"),
        (replace(RANGE, value=Decimal(0)), "21", "met", "1"),
        (replace(RANGE, value=Decimal(0), measure="total"), "21", "met", "1"),
        (replace(RANGE, value=Decimal(-1)), "21", "met", "1"),
        (replace(RANGE, value=Decimal(-3), value_max=Decimal(0)), "1", "missed", "0"),
        (replace(RANGE, value=Decimal(-3), value_max=Decimal(0)), "-9", "met", "1"),
        (replace(RANGE, value=Decimal(-6), value_max=Decimal(-3)), "-2", "partly_met", "0.6666"),
        (replace(RANGE, value=Decimal(-6), value_max=Decimal(-3)), "-24", "met", "8"),
        (replace(RANGE, value=Decimal(7)), "8", "met", "1.1428"),  # from 7 to 7 is no range
        (ACCIDENTS, "0", "met", "1"),
        (ACCIDENTS, "50", "met", "1"),
        (ACCIDENTS, "51", "missed", "0.9803"),
        (replace(ACCIDENTS, baseline=Decimal(90)), "60", "partly_met", "0.75"),
        (replace(ACCIDENTS, baseline=Decimal(40)), "45", "met", "1"),
        (PRICES, "1.7", "met", "0.85"),  # 居民消费价格涨幅2%左右
        (PRICES, "2.3", "met", "0.8695"),
        (PRICES, "1.69", "missed", "0.845"),
        (PRICES, "2.31", "missed", "0.8658"),
        (replace(PRICES, bound="exact"), "2", "met", "1"),
        (replace(PRICES, bound="exact"), "2.1", "missed", "0.9523"),
        (replace(PRICES, bound="at_most"), "0.5", "met", "1"),
        (replace(PRICES, value_max=Decimal(3)), "3.3", "met", "0.909"),
        (replace(PRICES, value_max=Decimal(3)), "3.31", "missed", "0.9063"),
        (replace(PRICES, tolerance=Decimal("0.5")), "1.5", "met", "0.75"),
        (replace(GROWTH, tolerance=Decimal(1)), "24.62", "met", "0.9609"),
        (make_target("385", "about", tolerance="10"), "375", "met", "0.974"),
        (make_target("385", "about", tolerance="10"), "374", "partly_met", "0.9714"),
        (make_target("385", "about", tolerance="0"), "384", "partly_met", "0.9974"),
        (replace(LEVEL, unit="%"), "4.7", "met", "0.94"),  # a rate
        (replace(LEVEL, unit="%"), "4.69", "partly_met", "0.938"),
        (replace(LEVEL, unit="‰"), "2", "met", "0.4"),
        (replace(LEVEL, unit="家"), "4.75", "met", "0.95"),
        (replace(LEVEL, unit="家"), "4.74", "partly_met", "0.948"),
        (replace(YEARLY, bound="about"), "4.7", "met", "0.94"),  # 年均增长5%左右
        (replace(YEARLY, bound="about"), "4.69", "partly_met", "0.938"),
        (replace(YEARLY, value=Decimal(-3)), "-3", "met", "1"),  # 年均下降3%
        (replace(YEARLY, value=Decimal(-3)), "-2.9", "partly_met", "0.9666"),
        (POSITIVE, "0.1", "met", "1"),  # 正增长
        (POSITIVE, "0", "missed", "0"),
        (POSITIVE, "-1", "missed", "0"),
        (replace(POSITIVE, bound="less_than"), "-0.1", "met", "1"),  # 负增长
        (replace(POSITIVE, bound="less_than"), "0", "missed", "0"),
        (replace(POSITIVE, baseline=Decimal(-2)), "0", "missed", "0"),
        (BELOW_ZERO, "-1.5", "met", "1"),  # 人口自然增长率 -1.5‰
        (BELOW_ZERO, "2", "met", "1"),
        (BELOW_ZERO, "-3", "missed", "0.5"),
        (replace(BELOW_ZERO, bound="at_most"), "-3", "met", "1"),
        (replace(BELOW_ZERO, bound="at_most"), "-1", "missed", "0.6666"),
        (replace(BELOW_ZERO, bound="at_most"), "2", "missed", "0"),
        (replace(BELOW_ZERO, value=Decimal(0), bound="at_least"), "-0.1", "missed", "0"),
        (replace(BELOW_ZERO, value=Decimal("0.2"), bound="about", unit="%"), "-0.1", "met", "0"),
    ],
)
def test_final_figure_gives_status_and_ratio(target: Target, actual: str, status: str, ratio: str) -> None:
    assert assess_at_deadline(target, actual) == Assessment(status, Decimal(ratio))


@pytest.mark.parametrize(
    ("target", "actual", "status"),
    [
        (INVESTMENT, "385", "met"),
        (INVESTMENT, "384", "in_progress"),
        (CAPABLE_FIRMS, "50", "met"),
        (make_target("5", measure="increase"), "5", "met"),
        (make_target("-5", measure="increase"), "-5", "met"),
        (make_target("385", "about"), "370", "met"),
        (make_target("6", "at_least", value_max="7"), "6", "met"),
        (make_target("6", value_max="7"), "6.5", "met"),
        (make_target("6", "about", value_max="7"), "5.8", "met"),
        (make_target("6", value_max="7", direction="near"), "6.5", "in_progress"),
        (GROWTH, "40", "in_progress"),
        (make_target("50", "at_least", "share"), "60", "in_progress"),
        (PLACE, "1", "in_progress"),
        (ACCIDENTS, "0", "in_progress"),
        (SMOG_DAYS, "0", "in_progress"),
        (COAL, "70", "in_progress"),
        (POSITIVE, "3", "in_progress"),
        (YEARLY, "9", "in_progress"),
        (replace(BELOW_ZERO, bound="at_most"), "-9", "in_progress"),
    ],
)
def test_only_figure_that_can_not_fall_back_is_met_before_deadline(target: Target, actual: str, status: str) -> None:
    assert assess_at_midyear(target, actual).status == status


CEILING = make_target("600", "at_most")
GRAIN = make_target("650", "at_least")


@pytest.mark.parametrize(
    ("target", "bound", "actual", "status"),
    [
        (replace(GRAIN, value=Decimal(620)), "at_least", "620", "met"),  # 突破620亿斤
        (GRAIN, "at_least", "620", "unverifiable"),
        (GRAIN, "at_least", "660", "met"),
        (GRAIN, "at_most", "660", "unverifiable"),
        (GRAIN, "at_most", "640", "unverifiable"),  # partly met or missed
        (GRAIN, "at_most", "300", "missed"),
        (GRAIN, "about", "650", "met"),
        (GRAIN, "about", "640", "partly_met"),
        (CEILING, "at_least", "620", "missed"),
        (CEILING, "more_than", "600", "missed"),
        (CEILING, "at_least", "600", "unverifiable"),
        (CEILING, "at_most", "600", "met"),
        (CEILING, "less_than", "610", "unverifiable"),
        (POSITIVE, "more_than", "0", "met"),
        (POSITIVE, "at_least", "0", "unverifiable"),
        (POSITIVE, "less_than", "0", "missed"),
        (PRICES, "at_least", "1.9", "unverifiable"),
        (PRICES, "at_least", "2.4", "missed"),
        (PRICES, "at_most", "1", "missed"),
    ],
)
def test_bound_of_figure_decides_only_what_holds_for_all_figures_within_it(
    target: Target, bound: str, actual: str, status: str
) -> None:
    figure = Decimal(actual)
    assert assess(target, figure, as_of=DEADLINE, deadline=DEADLINE, actual_bound=bound).status == status
    before = assess(target, figure, as_of=MIDYEAR, deadline=DEADLINE, actual_bound=bound).status
    assert before in {"in_progress", "met"}


@pytest.mark.parametrize(("actual", "status"), [("13", "met"), ("14", "in_progress")])
def test_target_without_deadline_can_be_met_but_not_missed(actual: str, status: str) -> None:
    assert assess(PLACE, Decimal(actual), as_of=date(2199, 1, 1), deadline=None).status == status


def test_figure_is_final_from_deadline_on() -> None:
    statuses = [
        assess(INVESTMENT, Decimal(1), as_of=DEADLINE + timedelta(days), deadline=DEADLINE).status
        for days in (-1, 0, 1)
    ]
    assert statuses == ["in_progress", "missed", "missed"]


@pytest.mark.slow
@given(target=targets(), actual=wide, as_of=st.dates(), deadline=st.none() | st.dates())
def test_every_valid_target_can_be_assessed(
    target: Target, actual: Decimal, as_of: date, deadline: date | None
) -> None:
    assessment = assess(target, actual, as_of=as_of, deadline=deadline)
    assert assessment.status in {Status.MET, Status.PARTLY_MET, Status.MISSED, Status.IN_PROGRESS}
    assert assessment.ratio.is_finite()
    assert assessment.ratio >= 0


def test_converted_figure_can_exceed_stored_digits() -> None:
    actual = 10 ** Decimal(30)
    assert assess_at_deadline(make_target("0.000001"), actual).ratio == 10 ** Decimal(36)


@pytest.mark.slow
@given(target=targets(), actual=figures, days=st.integers(1, 400))
def test_target_is_never_missed_before_deadline(target: Target, actual: Decimal, days: int) -> None:
    early = assess(target, actual, as_of=DEADLINE - timedelta(days), deadline=DEADLINE)
    assert early.status in {"met", "in_progress"}
    if early.status == "met":
        assert assess_at_deadline(target, actual).status == "met"


@pytest.mark.slow
@given(target=targets(), actuals=st.lists(figures, min_size=2, max_size=2, unique=True))
def test_better_figure_never_lowers_status_or_ratio(target: Target, actuals: list[Decimal]) -> None:
    assume(len(target.ends) == 1)
    worse, better = sorted(actuals, reverse=target.lower_is_better)
    for assess_on_day in (assess_at_midyear, assess_at_deadline):
        assert assess_on_day(target, worse).ratio <= assess_on_day(target, better).ratio
        assert RANKING[assess_on_day(target, worse).status] <= RANKING[assess_on_day(target, better).status]


@pytest.mark.slow
@given(target=targets(), actual=figures)
def test_ratio_is_1_if_and_only_if_target_is_reached(target: Target, actual: Decimal) -> None:
    assessment = assess_at_deadline(replace(target, bound="exact") if target.bound == "about" else target, actual)
    assert (assessment.ratio >= 1) == (assessment.status == "met")


@given(value=figures.filter(bool), direction=st.sampled_from(Direction.values), part=st.integers(-20, 200))
def test_about_tolerates_5_per_cent_on_the_worse_side(value: Decimal, direction: str, part: int) -> None:
    target = make_target(str(value), "about", "increase", direction=direction)
    enough = part <= 105 if value > 0 and direction == "less" else part >= 95
    if direction == "near":
        enough = 95 <= part <= 105
    assert (assess_at_deadline(target, value * part / 100).status == "met") == enough


@given(
    value=figures.filter(lambda value: value > 0),
    more=st.none() | figures.map(abs),
    baseline=st.none() | figures,
    bound=st.sampled_from(["at_least", "at_most", "about", "exact"]),
    measure=st.sampled_from(sorted(CHANGES)),
    actual=figures,
)
def test_decrease_is_assessed_like_mirrored_increase(
    value: Decimal, more: Decimal | None, baseline: Decimal | None, bound: str, measure: str, actual: Decimal
) -> None:
    value_max = None if more is None else value + more
    rise = Target(value, value_max, bound, measure, baseline, "more")
    fall = Target(
        value=-value if value_max is None else -value_max,
        value_max=None if value_max is None else -value,
        bound={"at_least": "at_most", "at_most": "at_least"}.get(bound, bound),
        measure=measure,
        baseline=None if baseline is None else -baseline,
        direction="more",
    )
    for assess_on_day in (assess_at_midyear, assess_at_deadline):
        assert assess_on_day(fall, -actual) == assess_on_day(rise, actual)


@pytest.mark.slow
@given(target=targets(), actual=half_steps, factor=st.sampled_from(["0.0001", "0.5", "10000", "15"]).map(Decimal))
def test_assessment_does_not_depend_on_unit(target: Target, actual: Decimal, factor: Decimal) -> None:
    assume(target.measure != "rank")
    tolerance = target.slack_of_rates if target.tolerance is None else target.tolerance
    scaled = replace(
        target,
        value=target.value * factor,
        value_max=None if target.value_max is None else target.value_max * factor,
        baseline=None if target.baseline is None else target.baseline * factor,
        tolerance=None if tolerance is None else tolerance * factor,
    )
    for assess_on_day in (assess_at_midyear, assess_at_deadline):
        assert assess_on_day(scaled, actual * factor) == assess_on_day(target, actual)


@given(actual=half_steps.map(abs), ends=st.lists(half_steps.map(abs), min_size=2, max_size=2, unique=True))
def test_range_is_met_beyond_its_worse_end_or_near_between_both(actual: Decimal, ends: list[Decimal]) -> None:
    low, high = sorted(ends)

    def is_met(direction: str) -> bool:
        target = make_target(str(low), value_max=str(high), direction=direction)
        return assess_at_deadline(target, actual).status == "met"

    assert is_met("more") == (low <= actual)
    assert is_met("less") == (actual <= high)
    assert is_met("near") == (low <= actual <= high)


def test_conversion_is_exact_to_stored_digits() -> None:
    mu, hectare = Fraction(2000, 3), Fraction(10000)
    assert assess_at_deadline(make_target("15"), convert(Decimal(1), hectare, mu)).status == "met"
    assert convert(Decimal(1_800_000_000), mu) == 1_200_000_000_000
    assert convert(Decimal(1), mu) == Decimal("666.666667")
    assert convert(Decimal("3.85"), Fraction(10**10), Fraction(10**8)) == 385
    assert convert(Decimal("1e17"), Fraction(10**17), Fraction(1, 10**12)) == Decimal("1e46")


@pytest.mark.parametrize(
    ("assessment", "expected"),
    [
        (Assessment("in_progress", Decimal("0.5")), {"in_progress", "stalled"}),
        (Assessment("in_progress", Decimal(0)), {"in_progress", "stalled", "not_started"}),
        (Assessment("met", Decimal(1)), {"met"}),
        (Assessment("missed", Decimal(0)), {"missed"}),
    ],
)
def test_stalled_and_not_started_are_compatible_with_in_progress(assessment: Assessment, expected: set[str]) -> None:
    assert set(assessment.compatible_statuses) == expected
