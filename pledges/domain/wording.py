"""A target as a sentence would have it: “至少 385 亿元，2025-12-31 前”; and what counts as having kept it."""

from datetime import date
from decimal import Decimal

from pledges.domain.assessment import TOLERANCE, Target, is_fall
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
# A fall by “at most -3 %” is a fall by at least 3 %.
MIRRORED = {"at_least": "at_most", "at_most": "at_least"}

CONDITIONS = {
    "zh": {"floor": "达到 {}或更多", "cap": "不超过 {}", "range": "在 {}之间", "zero": "为 {}"},
    "en": {"floor": "reaches {} or more", "cap": "is {} or less", "range": "is {}", "zero": "is {}"},
}
CONDITIONS_OF_A_FALL = {
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
    """What is to be reached and by when, in Chinese or (for a language code `en…`) in English."""
    words = _words(language)
    falls = is_fall(value, value_max)
    if falls:
        low, high = (-value, None) if value_max is None else (-value_max, -value)
        bound = MIRRORED.get(bound, bound)
    else:
        low, high = value, value_max
    amount = plain(low) if high is None else f"{plain(low)}–{plain(high)}"

    if measure == "rank":
        target = _rank(amount, unit, bound, words)
    else:
        verb = (DECREASES if falls else MEASURES)[words].get(measure, "")
        # Chinese sets off numbers, not words: 增长约 6.5 %, 增长 20 %.
        gap = " " if words == "en" or not BOUNDS[words][bound] else ""
        target = f"{verb}{gap}{BOUNDS[words][bound]}{amount} {unit}".strip()
    if deadline is None:
        return target
    return f"{target}，{deadline} 前" if words == "zh" else f"{target} by {deadline}"


def criterion_in_words(target: Target, *, label: str, unit: str, deadline: date | None, language: str) -> str:
    """What counts as kept, just as `assess` decides it: “2025-12-31 前，年度投资额达到 385 亿元或更多即为兑现。”"""
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
        tolerance = f"{plain(100 * TOLERANCE)} %"
        note = f"（{said}，容差 {tolerance}）" if words == "zh" else f" ({said}, with a tolerance of {tolerance})"
        condition = condition.rstrip() + note
    if words == "zh":
        return f"{f'{deadline} 前，' if deadline else ''}{label}{condition}即为兑现。"
    return f"Kept if {label} {condition}{f' by {deadline}' if deadline else ''}."


def _words(language: str) -> str:
    return "en" if language.startswith("en") else "zh"


def _condition(target: Target, unit: str, words: str) -> str:
    """What must be true of the metric; a unit in Latin letters is set off from Chinese that follows."""
    gap = " " if words == "zh" and unit.isascii() else ""
    if target.measure == "rank":
        place = plain(target.upper)
        return f"进入前 {place} {unit}{gap}" if words == "zh" else f"is among the top {place}"

    falls = is_fall(target.value, target.value_max)
    limits = {end.wants_less != falls: plain(-end.limit if falls else end.limit) for end in target.ends}
    if len(limits) == 2:
        kind = "range"
    elif True in limits:
        kind = "zero" if target.is_zero else "cap"
    else:
        kind = "floor"
    amount = f"{'–'.join(limits[is_upper] for is_upper in sorted(limits))} {unit}{gap}"
    if falls:
        return CONDITIONS_OF_A_FALL[words][kind].format(DECREASES[words][target.measure], amount)
    return CONDITIONS[words][kind].format(amount)


def _rank(amount: str, unit: str, bound: str, words: str) -> str:
    if words == "zh":
        return f"排名{'前' if bound == 'at_most' else '第'} {amount} {unit}"
    return f"among the top {amount}" if bound == "at_most" else f"rank {amount}"
