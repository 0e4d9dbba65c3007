from decimal import Decimal

from pledges.domain.assessment import Target


def make_target(
    value: str,
    bound: str = "exact",
    measure: str = "total",
    *,
    value_max: str | None = None,
    baseline: str | None = None,
    direction: str = "more",
) -> Target:
    """Build a `Target` for tests of the assessment. Numbers are given as text."""
    return Target(
        value=Decimal(value),
        value_max=None if value_max is None else Decimal(value_max),
        bound=bound,
        measure=measure,
        baseline=None if baseline is None else Decimal(baseline),
        direction=direction,
    )
