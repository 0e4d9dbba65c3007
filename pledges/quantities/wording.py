"""A target as a sentence would have it: “至少 385 亿元，2025-12-31 前”."""

from datetime import date
from decimal import Decimal

from .decimals import plain

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
    words = "en" if language.startswith("en") else "zh"
    falls = value < 0 and (value_max is None or value_max <= 0)
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


def _rank(amount: str, unit: str, bound: str, words: str) -> str:
    if words == "zh":
        return f"排名{'前' if bound == 'at_most' else '第'} {amount} {unit}"
    return f"among the top {amount}" if bound == "at_most" else f"rank {amount}"
