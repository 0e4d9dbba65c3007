"""Targets and their success criteria as text, in Chinese and English: “至少 385 亿元，不晚于 2025-12-31”."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from pledges.domain.assessment import TOLERANCE, Target, is_decrease
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
# "At most -3%" is a decrease of at least 3%.
MIRRORED = {"at_least": "at_most", "at_most": "at_least"}

CONDITIONS = {
    "zh": {"floor": "达到或超过 {}", "cap": "不超过 {}", "range": "在 {}之间", "zero": "为 {}"},
    "en": {"floor": "reaches {} or more", "cap": "is {} or less", "range": "is {}", "zero": "is {}"},
}
DECREASE_CONDITIONS = {
    "zh": {"floor": "{}达到或超过 {}", "cap": "{}不超过 {}", "range": "{}在 {}之间"},
    "en": {"floor": "{} {} or more", "cap": "{} {} or less", "range": "{} {}"},
}
DECREASE_SUBJECTS = {
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
    """Return the target with its deadline, in English for a language code `en…`, otherwise in Chinese."""
    language = _supported_language(language)
    decreases = is_decrease(value, value_max)
    if decreases:
        low, high = (-value, None) if value_max is None else (-value_max, -value)
        bound = MIRRORED.get(bound, bound)
    else:
        low, high = value, value_max
    numbers = [low] if high is None else [low, high]

    if measure == "rank":
        target = _rank(amount_in_words(numbers, "", language).rstrip(), unit, bound, language)
    else:
        verb = (DECREASES if decreases else MEASURES)[language].get(measure, "")
        # Chinese has a space before a number, but not before 约: 增长约 6.5%, 增长 20%.
        gap = " " if language == "en" or not BOUNDS[language][bound] else ""
        target = f"{verb}{gap}{BOUNDS[language][bound]}{amount_in_words(numbers, unit, language)}".strip()
    if deadline is None:
        return target
    return f"{target}，不晚于 {deadline}" if language == "zh" else f"{target} by {deadline}"


def criterion_in_words(target: Target, *, label: str, unit: str, deadline: date | None, language: str) -> str:
    """Return the criterion that `assess()` applies: “不晚于 2025-12-31，年度投资额达到或超过 385 亿元，即为兑现。”"""
    language = _supported_language(language)
    condition = _condition(target, unit, language)
    if target.is_tolerant:
        stated = target_in_words(
            value=target.value,
            value_max=target.value_max,
            unit=unit,
            bound=target.bound,
            measure=target.measure,
            deadline=None,
            language=language,
        )
        tolerance = f"{plain(100 * TOLERANCE)}%"
        if language == "zh":
            note = f"（{stated}，容差为目标值的 {tolerance}）"
        else:
            note = f" ({stated}, with a tolerance of {tolerance} of the target)"
        condition = condition.rstrip() + note
    if language == "zh":
        return f"{f'不晚于 {deadline}，' if deadline else ''}{label}{condition.rstrip()}，即为兑现。"
    return f"Met if {label} {condition}{f' by {deadline}' if deadline else ''}."


def amount_in_words(numbers: Sequence[Decimal], unit: str, language: str) -> str:
    """Format a number or a range with its unit: “385 亿元”, “8～10 个”, “3%～5%”; in English “8–10 个”, “3–5%”."""
    *lower, last = map(grouped, numbers)
    dash = "–" if _supported_language(language) == "en" else "%～" if unit == "%" else "～"
    return dash.join([*lower, f"{last}%" if unit == "%" else f"{last} {unit}"])


def _supported_language(language: str) -> str:
    return "en" if language.startswith("en") else "zh"


def _condition(target: Target, unit: str, language: str) -> str:
    """Return the condition on the metric, as text. In Chinese, a unit in Latin letters is followed by a space."""
    gap = " " if language == "zh" and unit.isascii() else ""
    if target.measure == "rank":
        if language == "zh":
            return f"进入前 {plain(target.upper)} {unit}"
        return f"ranks {_ordinal(int(target.upper))} or better"

    decreases = is_decrease(target.value, target.value_max)
    limits = {end.lower_is_better != decreases: -end.limit if decreases else end.limit for end in target.ends}
    if len(limits) == 2:
        kind = "range"
    elif True in limits:
        kind = "zero" if target.is_zero else "cap"
    else:
        kind = "floor"
    amount = amount_in_words([limits[is_upper] for is_upper in sorted(limits)], unit, language) + gap
    if decreases:
        return DECREASE_CONDITIONS[language][kind].format(DECREASE_SUBJECTS[language][target.measure], amount)
    return CONDITIONS[language][kind].format(amount)


def _rank(amount: str, unit: str, bound: str, language: str) -> str:
    if language == "zh":
        return f"排名{'前' if bound == 'at_most' else '第'} {amount} {unit}"
    return f"among the top {amount}" if bound == "at_most" else f"rank {amount}"


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
