"""Find values of a pledge that are possible but improbable. An editor has to confirm them before they are saved."""

import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from pledges.domain.assessment import PERCENTAGE_POINTS
from pledges.domain.follow_up_warnings import NOT_COMPARED, RANK_UNIT, is_far
from pledges.domain.measure_labels import CHINESE, ENGLISH, RATES
from pledges.domain.target_rules import PERCENTAGES

MAX_RATIO = 100
COMPARED_MEASURES = frozenset({"total", "level", "increase"})
# Base units of the shipped dimensions of things that are counted: a metric in 个 is also stated in 家 or 项.
PERSONS = frozenset({"人", "名", "人次"})
COUNTED = (
    PERSONS
    | frozenset("个家户所项种台套条处株间辆次件头只栋场支张座列架艘眼颗起册份部笔班对组羽村")
    | {"大类", "架次", "批次"}
)

FIELDS = {
    "unit_of_other_dimension": "unit",
    "change_as_amount": "measure",
    "rank_as_amount": "measure",
    "rank_in_other_unit": "unit",
    "amount_far_from_earlier": "value",
    "negative_count": "value",
}
"""Each code of a warning, with the field that it is about."""

# Words right before the figure. After 到 and 至 stands a level: 增长到385亿元.
_CHANGE = re.compile(
    r"(?:增长|增速|增幅|涨幅|同比)[^0-9，。；、,;：:至到达为]{0,6}(?P<number>[0-9]+(?:\.[0-9]+)?)"
    r"|\b(?:grow|increas|ris|declin|fall)\w*(?: rate)? (?:by|of)(?: about| around| at least| more than)?"
    r" (?P<number_en>[0-9]+(?:\.[0-9]+)?)",
    re.IGNORECASE,
)
# Words that stand for a change if the figure is a rate.
_CHANGE_OF_RATE = re.compile(
    r"增长|增速|增幅|涨幅|同比|提高|提升|上升|上涨|下降|降低|\b(?:grow|increas|ris|declin|fall)\w*", re.IGNORECASE
)
_NUMERALS = {character: value for value, character in enumerate("〇一二三四五六七八九")} | {"两": 2}
_RANK = re.compile(
    r"[前第]\s*(?P<number>[0-9]+|[一二三四五六七八九十两百]+)\s*(?:位|名|强)|\btop (?P<top>[0-9]+)\b", re.IGNORECASE
)
# Per person and per year or day: 床位 per 千人 are stated in 张, and 万吨/日 of a capacity in 万吨.
_PER_PERSON_OR_TIME = re.compile(r"/(?:人|年|月|天|[·/])+$")


def pledge_warnings(
    *,
    quote: str,
    label: str,
    measure: str,
    figures: tuple[Decimal, Decimal],
    unit_factor: Fraction,
    base_unit: str,
    metric_base_unit: str,
    is_relative: bool,
    can_fall_below_zero: bool,
    earlier: tuple[Fraction, Fraction] | None,
) -> Iterator[tuple[str, str]]:
    """Yield each warning as its code and, if words of the quote or label are the reason, these words.

    `figures` are both ends of the target, in its unit. The unit has the factor `unit_factor` and, like the metric, a
    dimension with a base unit. `earlier` has both ends of the range of earlier figures of the same place and metric, in
    base units.
    """
    if not _unit_fits(measure, base_unit, metric_base_unit):
        yield "unit_of_other_dimension", ""
    if measure in {"total", "level"} and not is_relative:
        if words := _words_of_change(quote, label, measure, figures, base_unit):
            yield "change_as_amount", words
        elif words := _words_of_rank(quote, figures):
            yield "rank_as_amount", words
    if measure == "rank" and base_unit != RANK_UNIT:
        yield "rank_in_other_unit", ""
    if measure == "level" and not is_relative and figures[0] < 0 and not can_fall_below_zero:
        yield "negative_count", ""
    if measure in COMPARED_MEASURES and not is_relative and base_unit not in NOT_COMPARED and earlier:
        low, high = (Fraction(figure) * unit_factor for figure in figures)
        if is_far(low, earlier, MAX_RATIO) and is_far(high, earlier, MAX_RATIO):
            yield "amount_far_from_earlier", ""


def _unit_fits(measure: str, base_unit: str, metric_base_unit: str) -> bool:
    """Return whether a metric can be stated in a unit. Rules of targets cover the units of rates, and of ranks."""
    if measure in PERCENTAGES or measure == "rank" or base_unit == metric_base_unit:
        return True
    if base_unit == PERCENTAGE_POINTS:
        return metric_base_unit in RATES
    first, second = (_PER_PERSON_OR_TIME.sub("", unit) for unit in (base_unit, metric_base_unit))
    if first in COUNTED and second in COUNTED:
        return (first in PERSONS) == (second in PERSONS)
    return first == second


def _words_of_change(quote: str, label: str, measure: str, figures: tuple[Decimal, Decimal], base_unit: str) -> str:
    words = ENGLISH if label.isascii() else CHINESE
    if measure == "total" and (found := words.growth.search(label)):
        return found[0].strip()
    if measure == "total" and base_unit in RATES and (found := _CHANGE_OF_RATE.search(quote)):
        return found[0]
    sizes = {abs(figure) for figure in figures}
    for found in _CHANGE.finditer(quote):
        if Decimal(found["number"] or found["number_en"]) in sizes:
            return found[0]
    return ""


def _words_of_rank(quote: str, figures: tuple[Decimal, Decimal]) -> str:
    for found in _RANK.finditer(quote):
        if _numeral(found["number"] or found["top"]) in figures:
            return found[0]
    return ""


def _numeral(text: str) -> int:
    """Return the value of a number up to 999 in digits or Chinese numerals: 13, 十三, 百, 一百二十."""
    if text.isdecimal():
        return int(text)
    total, digit = 0, 0
    for character in text:
        if power := {"十": 10, "百": 100}.get(character):
            total, digit = total + (digit or 1) * power, 0
        else:
            digit = _NUMERALS[character]
    return total + digit
