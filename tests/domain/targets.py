from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import assume
from hypothesis import strategies as st

from pledges.domain.assessment import STRICT_BOUNDS, Target
from pledges.domain.target_rules import GROWTH_RATES, broken_target_rules
from pledges.models.choices import Bound, Direction, Measure

DEADLINE = date(2025, 12, 31)

half_steps = st.integers(-400, 400).map(lambda number: Decimal(number) / 2)
wide = st.decimals(min_value=-(10**17), max_value=10**17, places=6)
figures = half_steps | wide


def make_target(
    value: str,
    bound: str = "exact",
    measure: str = "total",
    *,
    value_max: str | None = None,
    baseline: str | None = None,
    direction: str = "more",
    tolerance: str | None = None,
) -> Target:
    """Build a `Target` for tests of the assessment. Numbers are given as text."""
    return Target(
        value=Decimal(value),
        value_max=None if value_max is None else Decimal(value_max),
        bound=bound,
        measure=measure,
        baseline=None if baseline is None else Decimal(baseline),
        direction=direction,
        tolerance=None if tolerance is None else Decimal(tolerance),
    )


@st.composite
def targets(draw: st.DrawFn) -> Target:
    """Any target that the rules of the record allow."""
    target = Target(
        value=draw(figures),
        value_max=None,
        bound=draw(st.sampled_from(Bound.values)),
        measure=draw(st.sampled_from(Measure.values)),
        baseline=draw(st.none() | figures),
        direction=draw(st.sampled_from(Direction.values)),
        is_relative=draw(st.integers(0, 4)) == 4,
    )
    if target.is_relative:
        target = replace(target, unit="个百分点", measure=draw(st.sampled_from(sorted(set(Measure.values) - {"rank"}))))
        if target.bound in STRICT_BOUNDS:
            return replace(target, value=Decimal(0))
    elif target.bound in STRICT_BOUNDS:
        return replace(target, value=Decimal(0), measure=draw(st.sampled_from(sorted(GROWTH_RATES))))
    if not target.can_be_negative:
        target = replace(target, value=abs(target.value), baseline=target.baseline and abs(target.baseline))
    if draw(st.booleans()):
        target = replace(target, value_max=target.value + abs(draw(figures)))
    if target.is_tolerant:
        target = replace(target, tolerance=draw(st.none() | figures.map(abs)))
    broken = broken_target_rules(
        value=target.value,
        value_max=target.value_max,
        baseline=target.baseline,
        baseline_year=None,
        unit=target.unit or "%",
        measure=target.measure,
        year=2025,
        deadline=DEADLINE,
        period="2021/2025" if target.measure == "average_growth" else "",
        bound=target.bound,
        tolerance=target.tolerance,
        said_earliest=date(2025, 1, 1),
        metric=1,
        district=1,
        compared_with=2 if target.is_relative else None,
        compared_with_district=None,
    )
    assume(not list(broken))
    return target
