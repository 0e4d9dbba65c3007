"""A target as a phrase, “至少 385 亿元，不晚于 2025-12-31”, and the criterion by which it is met."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from pledges.domain.assessment import TOLERANCE, Target, is_fall
from pledges.domain.numbers import grouped, plain

BOUNDS = {
    "zh": {"at_least": "至少 ", "at_most": "至多 ", "about": "约 ", "exact": ""},
    "en": {"at_least": "at least ", "at_most": "at most ", "about": "about ", "exact": ""},
}
MEASURES = {
    "zh": {"increase": "增加", "growth": "增长", "share": "占比"},
    "en": {"increase": "an increase of", "growth": "growth of", "share": "a share of"},
}
DECREASES = {
    "zh": {"increase": "减少", "growth": "下降"},
    "en": {"increase": "a decrease of", "growth": "a decline of"},
}
# Growth of at most -3% is a decline of at least 3%.
MIRRORED = {"at_least": "at_most", "at_most": "at_least"}

CONDITIONS = {
    "zh": {"floor": "达到或超过 {}", "cap": "不超过 {}", "range": "在 {}之间", "zero": "为 {}"},
    "en": {"floor": "reaches {} or more", "cap": "is {} or less", "range": "is {}", "zero": "is {}"},
}
CONDITIONS_OF_A_FALL = {
    "zh": {"floor": "{}达到或超过 {}", "cap": "{}不超过 {}", "range": "{}在 {}之间"},
    "en": {"floor": "{} {} or more", "cap": "{} {} or less", "range": "{} {}"},
}
FALLS = {
    "zh": {"increase": "减少量", "growth": "降幅"},
    "en": {"increase": "decreases by", "growth": "falls by"},
}


def target_in_words(
    *,
    value: Decimal,
    value_max: Decimal | None,
    unit: str,
    bound: str,
    measure: str,
    deadline: date | None,
    language: str,
) -> str:
    """What is to be reached and by when, in Chinese or (for a language code `en…`) in English."""
    words = _words(language)
    falls = is_fall(value, value_max)
    if falls:
        low, high = (-value, None) if value_max is None else (-value_max, -value)
        bound = MIRRORED.get(bound, bound)
    else:
        low, high = value, value_max
    numbers = [low] if high is None else [low, high]

    if measure == "rank":
        target = _rank(amount_in_words(numbers, "", words).rstrip(), unit, bound, words)
    else:
        verb = (DECREASES if falls else MEASURES)[words].get(measure, "")
        # Chinese sets off numbers, not words: 增长约 6.5%, 增长 20%.
        gap = " " if words == "en" or not BOUNDS[words][bound] else ""
        target = f"{verb}{gap}{BOUNDS[words][bound]}{amount_in_words(numbers, unit, words)}".strip()
    if deadline is None:
        return target
    return f"{target}，不晚于 {deadline}" if words == "zh" else f"{target} by {deadline}"


def criterion_in_words(target: Target, *, label: str, unit: str, deadline: date | None, language: str) -> str:
    """The criterion as `assess` applies it: “不晚于 2025-12-31，年度投资额达到或超过 385 亿元，即为兑现。”"""
    words = _words(language)
    condition = _condition(target, unit, words)
    if target.is_tolerant:
        said = target_in_words(
            value=target.value,
            value_max=target.value_max,
            unit=unit,
            bound=target.bound,
            measure=target.measure,
            deadline=None,
            language=language,
        )
        tolerance = f"{plain(100 * TOLERANCE)}%"
        if words == "zh":
            note = f"（{said}，容差为目标值的 {tolerance}）"
        else:
            note = f" ({said}, with a tolerance of {tolerance} of the target)"
        condition = condition.rstrip() + note
    if words == "zh":
        return f"{f'不晚于 {deadline}，' if deadline else ''}{label}{condition.rstrip()}，即为兑现。"
    return f"Met if {label} {condition}{f' by {deadline}' if deadline else ''}."


def amount_in_words(numbers: Sequence[Decimal], unit: str, language: str) -> str:
    """A number or a range with its unit: “385 亿元”, “8～10 个”, “3%～5%”; in English “8–10 个”, “3–5%”."""
    *lower, last = map(grouped, numbers)
    dash = "–" if _words(language) == "en" else "%～" if unit == "%" else "～"
    return dash.join([*lower, f"{last}%" if unit == "%" else f"{last} {unit}"])


def _words(language: str) -> str:
    return "en" if language.startswith("en") else "zh"


def _condition(target: Target, unit: str, words: str) -> str:
    """What must be true of the metric; a unit in Latin letters is set off from Chinese that follows."""
    gap = " " if words == "zh" and unit.isascii() else ""
    if target.measure == "rank":
        return (
            f"进入前 {plain(target.upper)} {unit}"
            if words == "zh"
            else f"ranks {_ordinal(int(target.upper))} or better"
        )

    falls = is_fall(target.value, target.value_max)
    limits = {end.wants_less != falls: -end.limit if falls else end.limit for end in target.ends}
    if len(limits) == 2:
        kind = "range"
    elif True in limits:
        kind = "zero" if target.is_zero else "cap"
    else:
        kind = "floor"
    amount = amount_in_words([limits[is_upper] for is_upper in sorted(limits)], unit, words) + gap
    if falls:
        return CONDITIONS_OF_A_FALL[words][kind].format(FALLS[words][target.measure], amount)
    return CONDITIONS[words][kind].format(amount)


def _rank(amount: str, unit: str, bound: str, words: str) -> str:
    if words == "zh":
        return f"排名{'前' if bound == 'at_most' else '第'} {amount} {unit}"
    return f"among the top {amount}" if bound == "at_most" else f"rank {amount}"


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
