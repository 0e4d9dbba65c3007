"""What an actual figure says of a promise: a suggestion, for a person decides.

All figures of one assessment are in one unit. `bound`, `measure` and `direction` are the values of
`pledges/models/choices.py`.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal, localcontext

TOLERANCE = Decimal("0.05")  # where a figure is only said to be about so much
HALF = Decimal("0.5")
CAN_BE_NEGATIVE = frozenset({"growth", "increase"})
STAYS_REACHED = frozenset({"total", "increase", "level"})
MAX_DIGITS = 80  # of intermediate results: more than a quotient of two figures needs, so that none is rounded early


def in_base_units(figure: Decimal, factor: Decimal) -> Decimal:
    """The exact amount in base units of a figure in a unit of this factor."""
    with localcontext(prec=MAX_DIGITS):
        return figure * factor


def converted(figure: Decimal, factor: Decimal, into: Decimal) -> Decimal:
    """A figure in a unit of another factor, to the six places of a stored figure: 1 公顷 is 15.000000 亩."""
    with localcontext(prec=MAX_DIGITS):
        return (in_base_units(figure, factor) / into).quantize(Decimal("0.000001"))


def is_fall(value: Decimal, value_max: Decimal | None) -> bool:
    """Whether a fall is promised: -3, or a range from -6 to -3."""
    return value < 0 and (value_max is None or value_max <= 0)


@dataclass(frozen=True)
class End:
    """One end of what is accepted, by which an actual figure is measured."""

    figure: Decimal  # as promised
    limit: Decimal  # as tolerated
    wants_less: bool
    start: Decimal | None  # from where progress counts; always on the worse side of the figure
    is_place: bool

    def accepts(self, actual: Decimal) -> bool:
        return actual <= self.limit if self.wants_less else actual >= self.limit

    @property
    def is_amount(self) -> bool:
        """Whether something is to be done, be it a fall; otherwise a limit is to be kept."""
        return self.figure != 0 and self.wants_less == (self.figure < 0)

    @property
    def can_be_partly_met(self) -> bool:
        return self.is_amount or self.start is not None

    def fulfilment(self, actual: Decimal) -> Decimal:
        """At least 1 if and only if the promised figure is reached; below 0 for steps in the wrong direction."""
        if self.start is not None:
            return (actual - self.start) / (self.figure - self.start)
        if self.is_amount:
            return actual / self.figure
        if self.is_place:
            return self.figure / max(actual, Decimal(1))
        is_kept = actual <= self.figure if self.wants_less else actual >= self.figure
        return Decimal(1) if is_kept else self.figure / actual


@dataclass(frozen=True)
class Target:
    """A promised figure, or a range from `value` to `value_max`."""

    value: Decimal
    value_max: Decimal | None
    bound: str
    measure: str
    baseline: Decimal | None
    direction: str

    @property
    def upper(self) -> Decimal:
        return self.value if self.value_max is None else self.value_max

    @property
    def is_tolerant(self) -> bool:
        return self.bound == "about" and self.measure != "rank"

    @property
    def is_zero(self) -> bool:
        """Whether something is to disappear; growth and increases can go on below zero."""
        return self.value == 0 == self.upper and self.measure not in CAN_BE_NEGATIVE

    @property
    def start(self) -> Decimal | None:
        # That of an increase is a stock, and no figure on the way from 0 to the increase.
        return None if self.measure == "increase" else self.baseline

    @property
    def wants_less(self) -> bool:
        if self.measure == "rank":
            return True
        if self.bound in {"at_least", "at_most"}:
            return self.bound == "at_most"
        if self.start is not None and not self.value <= self.start <= self.upper:
            return self.start > self.upper  # “from 100 to 80” says which way, whatever the metric
        return self.direction == "less" or self.is_zero or is_fall(self.value, self.value_max)

    @property
    def ends(self) -> list[End]:
        """The one end that must be reached; of a range that is to be hit, first the lower and then the upper one."""
        if self.value < self.upper and self.bound in {"about", "exact"} and self.measure != "rank":
            return [self._end(self.value, wants_less=False), self._end(self.upper, wants_less=True)]
        wants_less = self.wants_less
        return [self._end(self.upper if wants_less else self.value, wants_less=wants_less)]

    def _end(self, figure: Decimal, *, wants_less: bool) -> End:
        slack = TOLERANCE * abs(figure) if self.is_tolerant else Decimal(0)
        limit = figure + slack if wants_less else figure - slack
        start = self.start
        if start is not None and (start <= figure if wants_less else start >= figure):
            start = None
        return End(figure, limit, wants_less, start, is_place=self.measure == "rank")


@dataclass(frozen=True)
class Assessment:
    """What the figures suggest: met, partly_met, missed or in_progress, and the ratio of fulfilment."""

    status: str
    ratio: Decimal


def assess(target: Target, actual: Decimal, *, as_of: date, deadline: date | None) -> Assessment:
    """What an actual figure, in the target's unit, says of it on the last day that the figure covers.

    The deadline is the last day on which the target can be reached; without one nothing is ever missed. Before it,
    only what cannot be lost again is met. The ratio is at least 0 and has four places, cut off rather than rounded,
    so that it says 1 only of what has been reached; what is about reached can be met at 0.95.
    """
    ends = target.ends
    with localcontext(prec=MAX_DIGITS, rounding=ROUND_FLOOR):
        worst = min(ends, key=lambda end: end.fulfilment(actual))
        ratio = max(worst.fulfilment(actual), Decimal(0)).quantize(Decimal("0.0001"))
    if len(ends) > 1:
        ratio = min(ratio, Decimal(1))

    is_final = deadline is not None and as_of >= deadline
    if all(end.accepts(actual) for end in ends):
        is_safe = len(ends) == 1 and worst.is_amount and target.measure in STAYS_REACHED
        return Assessment("met" if is_final or is_safe or deadline is None else "in_progress", ratio)
    if not is_final:
        return Assessment("in_progress", ratio)
    is_too_much = worst.wants_less != target.wants_less
    is_half_done = worst.can_be_partly_met and ratio >= HALF
    return Assessment("partly_met" if is_too_much or is_half_done else "missed", ratio)
