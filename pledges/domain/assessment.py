"""Assess a target by an actual figure. The result is a suggestion; an editor decides.

All figures of one assessment are in the same unit. `bound`, `measure` and `direction` are values of
`pledges.models.choices`.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

# What targets with the bound "about" tolerate: a share of the figure, or for rates percentage points.
TOLERANCE = Decimal("0.05")
TOLERANCE_OF_RATES = {"%": Decimal("0.3"), "‰": Decimal(3)}  # in their unit
PERCENTAGE_POINTS = "个百分点"
HALF = Decimal("0.5")
CHANGES = frozenset({"growth", "average_growth", "increase"})  # measures of a change from one time to another
CAN_BE_NEGATIVE = CHANGES | {"level"}
STRICT_BOUNDS = frozenset({"more_than", "less_than"})  # the figure itself does not meet the target
UPPER_BOUNDS = frozenset({"at_most", "less_than"})
LOWER_BOUNDS = frozenset({"at_least", "more_than"})
# Measures whose target is met as soon as the amount is reached, even before the deadline.
STAYS_REACHED = frozenset({"total", "increase", "level"})
MAX_DIGITS = 80  # precision of intermediate results, high enough that no quotient of two figures is rounded early


def convert(figure: Decimal, factor: Fraction, into: Fraction = Fraction(1)) -> Decimal:
    """Convert a figure to a unit with the factor `into`, by default the base unit. Six decimals, as in the database.

    10 公顷 are 150.000000 亩, if 公顷 has the factor 10000 and 亩 the factor 2000/3.
    """
    exact = Fraction(figure) * factor / into
    with localcontext(prec=MAX_DIGITS):
        return (Decimal(exact.numerator) / exact.denominator).quantize(Decimal("0.000001"), ROUND_HALF_UP)


def is_decrease(value: Decimal, value_max: Decimal | None) -> bool:
    """Return whether the target is a decrease: -3, or a range from -6 to -3."""
    return value < 0 and (value_max is None or value_max <= 0)


@dataclass(frozen=True)
class TargetEnd:
    """One end of the accepted range: a lower or an upper limit."""

    figure: Decimal  # as stated
    limit: Decimal  # with tolerance
    lower_is_better: bool
    baseline: Decimal | None  # where progress starts; always on the worse side of the figure
    measure: str
    is_strict: bool = False  # the limit itself is not accepted

    def accepts(self, actual: Decimal) -> bool:
        return self._is_within(actual, self.limit)

    def _is_within(self, actual: Decimal, limit: Decimal) -> bool:
        if actual == limit:
            return not self.is_strict
        return (actual < limit) == self.lower_is_better

    @property
    def is_amount(self) -> bool:
        """Whether an amount is to be achieved, an increase or a decrease; otherwise a limit is to be kept."""
        can_be_reached = self.figure > 0 if self.measure == "level" else self.figure != 0
        return can_be_reached and self.lower_is_better == (self.figure < 0)

    @property
    def can_be_partly_met(self) -> bool:
        return self.is_amount or self.baseline is not None

    def completion(self, actual: Decimal) -> Decimal:
        """Return the completion ratio: 1 or more if and only if the figure is reached, negative if it moved away."""
        if self.baseline is not None:
            return (actual - self.baseline) / (self.figure - self.baseline)
        if self.is_amount:
            return actual / self.figure
        if self.measure == "rank":
            return self.figure / max(actual, Decimal(1))
        if self._is_within(actual, self.figure):
            return Decimal(1)
        have_same_sign = self.figure * actual > 0
        return min(self.figure / actual, actual / self.figure) if have_same_sign else Decimal(0)


@dataclass(frozen=True)
class Target:
    """A target figure, or a range from `value` to `value_max`.

    `tolerance` is that of the pledge or of its metric, in the unit of the target.
    """

    value: Decimal
    value_max: Decimal | None
    bound: str
    measure: str
    baseline: Decimal | None
    direction: str
    unit: str = ""
    tolerance: Decimal | None = None
    is_relative: bool = False
    """Whether all figures are distances from another figure: 0 where the target is to be as high as that."""

    @property
    def can_be_negative(self) -> bool:
        return self.is_relative or self.measure in CAN_BE_NEGATIVE

    @property
    def upper(self) -> Decimal:
        return self.value if self.value_max is None else self.value_max

    @property
    def is_tolerant(self) -> bool:
        return self.bound == "about" and self.measure != "rank"

    @property
    def is_zero(self) -> bool:
        """Whether the target is zero of something that is counted, and not a limit of what can be negative."""
        is_count = self.measure not in CAN_BE_NEGATIVE or (self.measure == "level" and self.bound in {"exact", "about"})
        return self.value == 0 == self.upper and is_count and not self.is_relative

    @property
    def effective_baseline(self) -> Decimal | None:
        """The figure where progress starts. The baseline of an increase is a stock, not a point on the way to it."""
        return None if self.measure == "increase" else self.baseline

    @property
    def lower_is_better(self) -> bool:
        if self.measure == "rank":
            return True
        if self.bound in UPPER_BOUNDS | LOWER_BOUNDS:
            return self.bound in UPPER_BOUNDS
        if self.effective_baseline is not None and not self.value <= self.effective_baseline <= self.upper:
            return self.effective_baseline > self.upper  # "from 100 to 80" overrides the direction of the metric
        falls = self.measure in CHANGES and not self.is_relative and is_decrease(self.value, self.value_max)
        return self.direction == "less" or self.is_zero or falls

    @property
    def is_two_sided(self) -> bool:
        """Whether neither more nor less is better, so that the target can be missed on both sides."""
        is_figure = self.bound in {"about", "exact"} and self.measure != "rank"
        return self.direction == "near" and is_figure and not self.is_zero

    @property
    def slack_of_rates(self) -> Decimal | None:
        """The default tolerance of a rate in per cent, in its unit; None for other targets."""
        is_distance_of_rates = self.is_relative and self.unit == PERCENTAGE_POINTS
        if self.measure in {"growth", "average_growth", "share"} or is_distance_of_rates:
            return TOLERANCE_OF_RATES["%"]
        return TOLERANCE_OF_RATES.get(self.unit) if self.measure == "level" else None

    def slack(self, figure: Decimal) -> Decimal:
        """Return what is tolerated on the worse side of a figure, in the unit of the target."""
        if not self.is_tolerant:
            return Decimal(0)
        own = self.slack_of_rates if self.tolerance is None else self.tolerance
        return TOLERANCE * abs(figure) if own is None else own

    @property
    def ends(self) -> list[TargetEnd]:
        """The end on the worse side; the other one may be passed. A two-sided target has both, the lower one first."""
        if self.is_two_sided:
            return [self._end(self.value, lower_is_better=False), self._end(self.upper, lower_is_better=True)]
        lower_is_better = self.lower_is_better
        return [self._end(self.upper if lower_is_better else self.value, lower_is_better=lower_is_better)]

    def _end(self, figure: Decimal, *, lower_is_better: bool) -> TargetEnd:
        slack = self.slack(figure)
        limit = figure + slack if lower_is_better else figure - slack
        if not self.can_be_negative:
            limit = max(limit, Decimal(0))
        is_strict = self.bound in STRICT_BOUNDS
        baseline = None if self.is_two_sided or is_strict else self.effective_baseline
        if baseline is not None and (baseline <= figure if lower_is_better else baseline >= figure):
            baseline = None
        return TargetEnd(figure, limit, lower_is_better, baseline, self.measure, is_strict=is_strict)


@dataclass(frozen=True)
class Assessment:
    """The suggested status (met, partly_met, missed or in_progress) and the completion ratio."""

    status: str
    ratio: Decimal

    @property
    def compatible_statuses(self) -> list[str]:
        """The statuses that need no reason: a figure can't show whether what is in progress has stalled."""
        if self.status != "in_progress":
            return [self.status]
        return [self.status, "stalled", *(["not_started"] if self.ratio == 0 else [])]


def assess(target: Target, actual: Decimal, *, as_of: date, deadline: date | None) -> Assessment:
    """Assess an actual figure, which is in the target's unit. `as_of` is the last day that the figure covers.

    The deadline is the last day to reach the target. Without a deadline, a target is never missed. Before
    the deadline, a target is met only if the figure can't get worse again. The ratio is at least 0 and has four decimal
    places, rounded down, so that 1 means that the figure is reached. With a tolerance, a target can be met with 0.95.
    """
    ends = target.ends
    with localcontext(prec=MAX_DIGITS, rounding=ROUND_FLOOR):
        worst = min(ends, key=lambda end: end.completion(actual))
        ratio = max(worst.completion(actual), Decimal(0)).quantize(Decimal("0.0001"))
    if target.is_two_sided:
        ratio = min(ratio, Decimal(1))

    is_final = deadline is not None and as_of >= deadline
    if all(end.accepts(actual) for end in ends):
        stays_reached = target.measure in STAYS_REACHED and not target.is_relative
        is_safe = not target.is_two_sided and worst.is_amount and stays_reached
        return Assessment("met" if is_final or is_safe or deadline is None else "in_progress", ratio)
    if not is_final:
        return Assessment("in_progress", ratio)
    is_half_done = not target.is_two_sided and worst.can_be_partly_met and ratio >= HALF
    return Assessment("partly_met" if is_half_done else "missed", ratio)
