"""Find what is possible in a follow-up but probably wrong, so that an editor confirms it before it is submitted."""

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction

MAX_RATIO = 30
COMPARED_MEASURES = frozenset({"total", "level"})  # a change can be many times another one, or near 0
# Base units of rates, changes and ranks, which are not compared: 0.1% and 5% are both plausible.
NOT_COMPARED = frozenset({"%", "‰", "个百分点", "倍", "位"})
RANK_UNIT = "位"

FIELDS = {
    "evidence_before_statement": "evidence",
    "actual_far_from_target": "actual",
    "actual_far_from_previous": "actual",
    "rank_in_other_unit": "unit",
}
"""Each code of a warning, with the field that it is about."""


def follow_up_warnings(
    *,
    actual: Fraction | None,
    target: tuple[Fraction, Fraction],
    previous: Fraction | None,
    measure: str,
    is_relative: bool,
    base_unit: str,
    evidence_days: Iterable[date],
    said_earliest: date,
) -> Iterator[tuple[str, date | None]]:
    """Yield each warning as its code and, for evidence, its day.

    `actual`, both ends of `target` and the `previous` figure are in one unit, whose dimension has the `base_unit`. The
    pledge was made on `said_earliest` or later. The figures of a relative target are distances, which are not compared.
    """
    for day in sorted(set(evidence_days)):
        if day < said_earliest:
            yield "evidence_before_statement", day
    if actual is None:
        return
    if measure == "rank" and base_unit != RANK_UNIT:
        yield "rank_in_other_unit", None
    if measure in COMPARED_MEASURES and not is_relative and base_unit not in NOT_COMPARED:
        if is_far(actual, target):
            yield "actual_far_from_target", None
        if previous is not None and is_far(actual, (previous, previous)):
            yield "actual_far_from_previous", None


def is_far(figure: Fraction, others: tuple[Fraction, Fraction], max_ratio: int = MAX_RATIO) -> bool:
    """Return whether a figure is outside 1/30 to 30 times a range. Nothing is far from 0, nor 0 from anything."""
    size = abs(figure)
    low, high = sorted(map(abs, others))
    return bool(size and high) and (size * max_ratio < low or size > high * max_ratio)
