"""Targets and their success criteria as text, in Chinese and English: “至少 385 亿元，2025-12-31 前”."""

from datetime import date
from decimal import Decimal

from pledges.domain.assessment import TOLERANCE, Target, is_decrease
from pledges.domain.numbers import plain

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
# "At most -3 %" is a decrease of at least 3 %.
MIRRORED = {"at_least": "at_most", "at_most": "at_least"}

CONDITIONS = {
    "zh": {"floor": "达到 {}或更多", "cap": "不超过 {}", "range": "在 {}之间", "zero": "为 {}"},
    "en": {"floor": "reaches {} or more", "cap": "is {} or less", "range": "is {}", "zero": "is {}"},
}
DECREASE_CONDITIONS = {
    "zh": {"floor": "{} {}或更多", "cap": "{}不超过 {}", "range": "{}在 {}之间"},
    "en": {"floor": "shows {} {} or more", "cap": "shows {} {} or less", "range": "shows {} {}"},
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
    """The target with its deadline, in English for a language code `en…`, otherwise in Chinese."""
    language = _supported_language(language)
    decreases = is_decrease(value, value_max)
    if decreases:
        low, high = (-value, None) if value_max is None else (-value_max, -value)
        bound = MIRRORED.get(bound, bound)
    else:
        low, high = value, value_max
    amount = plain(low) if high is None else f"{plain(low)}–{plain(high)}"

    if measure == "rank":
        target = _rank(amount, unit, bound, language)
    else:
        verb = (DECREASES if decreases else MEASURES)[language].get(measure, "")
        # Chinese has a space before a number, but not before 约: 增长约 6.5 %, 增长 20 %.
        gap = " " if language == "en" or not BOUNDS[language][bound] else ""
        target = f"{verb}{gap}{BOUNDS[language][bound]}{amount} {unit}".strip()
    if deadline is None:
        return target
    return f"{target}，{deadline} 前" if language == "zh" else f"{target} by {deadline}"


def criterion_in_words(target: Target, *, label: str, unit: str, deadline: date | None, language: str) -> str:
    """The criterion that `assess()` applies: “2025-12-31 前，年度投资额达到 385 亿元或更多即为兑现。”"""
    language = _supported_language(language)
    condition = _condition(target, unit, language)
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
        tolerance = f"{plain(100 * TOLERANCE)} %"
        note = f"（{said}，容差 {tolerance}）" if language == "zh" else f" ({said}, with a tolerance of {tolerance})"
        condition = condition.rstrip() + note
    if language == "zh":
        return f"{f'{deadline} 前，' if deadline else ''}{label}{condition}即为兑现。"
    return f"Kept if {label} {condition}{f' by {deadline}' if deadline else ''}."


def _supported_language(language: str) -> str:
    return "en" if language.startswith("en") else "zh"


def _condition(target: Target, unit: str, language: str) -> str:
    """The condition for the metric. Chinese text is separated by a space from a unit in Latin letters before it."""
    gap = " " if language == "zh" and unit.isascii() else ""
    if target.measure == "rank":
        place = plain(target.upper)
        return f"进入前 {place} {unit}{gap}" if language == "zh" else f"is among the top {place}"

    decreases = is_decrease(target.value, target.value_max)
    limits = {end.wants_less != decreases: plain(-end.limit if decreases else end.limit) for end in target.ends}
    if len(limits) == 2:
        kind = "range"
    elif True in limits:
        kind = "zero" if target.is_zero else "cap"
    else:
        kind = "floor"
    amount = f"{'–'.join(limits[is_upper] for is_upper in sorted(limits))} {unit}{gap}"
    if decreases:
        return DECREASE_CONDITIONS[language][kind].format(DECREASES[language][target.measure], amount)
    return CONDITIONS[language][kind].format(amount)


def _rank(amount: str, unit: str, bound: str, language: str) -> str:
    if language == "zh":
        return f"排名{'前' if bound == 'at_most' else '第'} {amount} {unit}"
    return f"among the top {amount}" if bound == "at_most" else f"rank {amount}"
