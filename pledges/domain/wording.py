"""Targets and their success criteria as text, in Chinese and English: “至少 385 亿元，不晚于 2025-12-31”.

Each text names the measure, the period and, for a change, the year or the figure that it starts from. Tests read the
texts back and compare them with the range that `pledges.domain.assessment` accepts.
"""

from dataclasses import dataclass
from datetime import date

from pledges.domain.amounts import UnitNames, amount_in_words, number_or_range
from pledges.domain.assessment import CHANGES, STRICT_BOUNDS, TOLERANCE, Target, is_decrease
from pledges.domain.comparison_wording import (
    Reference,
    distance_as_stated,
    distance_condition,
    measured_quantity,
)
from pledges.domain.measure_labels import without_measure
from pledges.domain.numbers import plain

BOUNDS = {
    "zh": {"at_least": "至少 ", "at_most": "至多 ", "about": "约 ", "exact": ""},
    "en": {"at_least": "at least ", "at_most": "at most ", "about": "about ", "exact": ""},
}
MEASURES = {
    "zh": {"increase": "增加", "growth": "增长", "average_growth": "年均增长", "share": "占比"},
    "en": {
        "increase": "an increase of",
        "growth": "growth of",
        "average_growth": "average annual growth of",
        "share": "a share of",
    },
}
DECREASES = {
    "zh": {"increase": "减少", "growth": "下降", "average_growth": "年均下降"},
    "en": {
        "increase": "a decrease of",
        "growth": "a decline of",
        "average_growth": "an average annual decline of",
    },
}
# More or less than zero growth.
SIGNS = {
    ("zh", "more_than"): {"growth": "正增长", "average_growth": "年均正增长"},
    ("zh", "less_than"): {"growth": "负增长", "average_growth": "年均负增长"},
    ("en", "more_than"): {"growth": "positive growth", "average_growth": "positive average annual growth"},
    ("en", "less_than"): {"growth": "negative growth", "average_growth": "negative average annual growth"},
}
SIGN_CONDITION = {"zh": "实现{}", "en": "shows {}"}
BEYOND = {
    "zh": {"more_than": "高于 {}", "less_than": "低于 {}"},
    "en": {"more_than": "is above {}", "less_than": "is below {}"},
}
# Measures whose figure for several years is that of all years together.
ADD_UP = frozenset({"total", "increase", "growth"})
# "At most -3%" is a decrease of at least 3%.
MIRRORED = {"at_least": "at_most", "at_most": "at_least"}

CONDITIONS = {
    "zh": {"floor": "达到或超过 {}", "cap": "不超过 {}", "range": "在 {}之间", "point": "为 {}", "zero": "为 {}"},
    "en": {"floor": "reaches {} or more", "cap": "is {} or less", "range": "is {}", "point": "is {}", "zero": "is {}"},
}
CHANGE_CONDITIONS = {
    "zh": {"floor": "{} {}或更多", "cap": "{}不超过 {}", "range": "{} {}", "point": "{} {}"},
    "en": {
        "floor": "shows {} {} or more",
        "cap": "shows {} {} or less",
        "range": "shows {} {}",
        "point": "shows {} {}",
    },
}


@dataclass(frozen=True)
class Terms:
    """What the texts about a target need besides its figures."""

    unit: UnitNames
    year: int  # the plan year
    deadline: date | None
    period: str = ""  # the first and the last year of a target that covers several: “2021/2025”
    baseline_year: int | None = None  # the year from which a change is counted
    compared_with: Reference | None = None  # of a relative target

    @property
    def names_plan_year(self) -> bool:
        """Whether the texts name the plan year, because neither the deadline nor a period does."""
        return not self.period and (self.deadline is None or self.deadline.year != self.year)


def target_in_words(target: Target, terms: Terms, language: str) -> str:
    """Return the target with its period, in English for a language code `en…`, otherwise in Chinese."""
    language = _supported_language(language)
    stated, baseline = _stated(target, terms, language), _baseline(target, terms, language)
    if language == "en":
        return f"{stated}{baseline}{_english_period(target, terms)}"
    plan = f"（{terms.year} 年度计划）" if terms.names_plan_year else ""
    if terms.period:
        plan = f"（{_chinese_years(target, terms)}）"
    last_day = f"，不晚于 {terms.deadline}" if terms.deadline else ""
    return f"{baseline}{stated}{plan}{last_day}"


def criterion_in_words(target: Target, terms: Terms, *, label: str, language: str) -> str:
    """Return the criterion that `assess()` applies: “不晚于 2025-12-31，年度投资额达到或超过 385 亿元，即为兑现。”

    `label` says what is measured, in the language of the text.
    """
    language = _supported_language(language)
    if terms.compared_with:
        label = measured_quantity(label, target, language)
        condition = distance_condition(target, terms.unit, terms.compared_with.in_(target, language), language)
    else:
        label, is_named = without_measure(label, target)
        condition = _condition(target, terms.unit, language, is_named_by_label=is_named)
    write = _english_criterion if language == "en" else _chinese_criterion
    return write(target, terms, label, condition)


def _supported_language(language: str) -> str:
    return "en" if language.startswith("en") else "zh"


def _english_criterion(target: Target, terms: Terms, label: str, condition: str) -> str:
    baseline = _baseline(target, terms, "en")
    note = ""
    if target.is_tolerant:
        stated = _stated(target, terms, "en")
        note = f" ({stated}, with a tolerance of {_tolerance(target, terms.unit, 'en')})"
    return f"Met if “{label}” {condition}{baseline}{note}{_english_period(target, terms)}."


def _chinese_criterion(target: Target, terms: Terms, label: str, condition: str) -> str:
    note = ""
    if target.is_tolerant:
        stated = _stated(target, terms, "zh")
        note = f"（{stated}，容差为{_tolerance(target, terms.unit, 'zh')}）"
    clauses = [
        f"按 {terms.year} 年度计划" if terms.names_plan_year else _chinese_years(target, terms),
        f"不晚于 {terms.deadline}" if terms.deadline else "",
        _baseline(target, terms, "zh"),
        f"{label}{condition.rstrip()}{note}",
        "即为兑现。",
    ]
    return "，".join(filter(None, clauses))


def _chinese_years(target: Target, terms: Terms) -> str:
    """Return the words for a period of several years; an empty string without one."""
    years = terms.period.replace("/", "—")
    return years and f"{years} 年{'累计' if target.measure in ADD_UP else ''}"


def _english_period(target: Target, terms: Terms) -> str:
    last_day = f" by {terms.deadline}" if terms.deadline else ""
    if terms.period:
        return f"{last_day} ({terms.period.replace('/', '–')}{' in total' if target.measure in ADD_UP else ''})"
    return last_day + (f" (plan for {terms.year})" if terms.names_plan_year else "")


def _is_decrease(target: Target) -> bool:
    return target.measure in CHANGES and is_decrease(target.value, target.value_max)


def _verb(measure: str, language: str, *, decreases: bool) -> str:
    """Return the words for the measure, such as “an increase of”; an empty string if they are not needed."""
    return (DECREASES if decreases else MEASURES)[language].get(measure, "")


def _baseline(target: Target, terms: Terms, language: str) -> str:
    """Return the words for the year, and the figure of an increase, from which a change is counted.

    They are an empty string for other targets, and if neither is stated.
    """
    year, unit = terms.baseline_year, terms.unit
    if target.measure == "increase" and target.baseline is not None:
        amount = amount_in_words([target.baseline], unit, language)
        if language == "en":
            return f" from {amount}{f' in {year}' if year else ''}"
        return f"在 {f'{year} 年 ' if year else ''}{amount}{_gap_after(unit)}的基础上"
    if target.measure not in CHANGES or year is None:
        return ""
    return f" compared with {year}" if language == "en" else f"较 {year} 年"


def _stated(target: Target, terms: Terms, language: str) -> str:
    """Return the target as stated, without tolerance: “约 385 亿元”, “a decline of 3–5%”."""
    unit = terms.unit
    if terms.compared_with:
        return distance_as_stated(target, unit, terms.compared_with.in_(target, language), language)
    bound = target.bound
    numbers = [target.value] if target.value_max is None else [target.value, target.value_max]
    decreases = _is_decrease(target)
    if decreases:
        numbers = [-number for number in reversed(numbers)]
        bound = MIRRORED.get(bound, bound)
    if target.measure == "rank":
        return _rank(number_or_range(numbers, language), unit, bound, language)
    if bound in STRICT_BOUNDS:
        return SIGNS[language, bound][target.measure]
    verb = _verb(target.measure, language, decreases=decreases)
    # Chinese has a space before a number, but not before 约: 增长约 6.5%, 增长 20%.
    gap = " " if language == "en" or not BOUNDS[language][bound] else ""
    return f"{verb}{gap}{BOUNDS[language][bound]}{amount_in_words(numbers, unit, language)}".strip()


def _tolerance(target: Target, unit: UnitNames, language: str) -> str:
    tolerance = target.slack_of_rates if target.tolerance is None else target.tolerance
    if tolerance is None:
        share = f"{plain(100 * TOLERANCE)}%"
        return f"{share} of the target" if language == "en" else f"目标值的 {share}"
    if unit.symbol == "%":
        points = "percentage points" if language == "en" else "个百分点"
        return f"{'' if language == 'en' else ' '}{plain(tolerance)} {points}"
    amount = amount_in_words([tolerance], unit, language)
    return amount if language == "en" else f" {amount}{_gap_after(unit)}".rstrip()


def _rank(numbers: str, unit: UnitNames, bound: str, language: str) -> str:
    if language == "zh":
        about = "约" if bound == "about" else ""
        return f"排名{about}{'前' if bound == 'at_most' else '第'} {numbers} {unit.symbol}"
    if bound == "at_most":
        return f"among the top {numbers}"
    return f"about rank {numbers}" if bound == "about" else f"rank {numbers}"


def _condition(target: Target, unit: UnitNames, language: str, *, is_named_by_label: bool = False) -> str:
    """Return the condition on what the label names. It also names the measure, unless the label does."""
    if target.measure == "rank":
        last = int(target.upper)
        return f"进入前 {last} {unit.symbol}" if language == "zh" else f"ranks {_ordinal(last)} or better"

    if target.bound in STRICT_BOUNDS:
        if is_named_by_label:
            return BEYOND[language][target.bound].format(amount_in_words([target.value], unit, language))
        return SIGN_CONDITION[language].format(SIGNS[language, target.bound][target.measure])

    # With its tolerance, a decrease of about 0.2% accepts growth of 0.1%, which is no “decline of -0.1%”.
    decreases = _is_decrease(target) and all(end.limit <= 0 for end in target.ends)
    limits = {end.lower_is_better != decreases: -end.limit if decreases else end.limit for end in target.ends}
    if len(limits) == 2:
        kind = "range" if limits[True] != limits[False] else "point"
        limits = limits if kind == "range" else {True: limits[True]}
    elif True in limits:
        kind = "zero" if target.is_zero and limits[True] == 0 else "cap"
    else:
        kind = "floor"
    amount = amount_in_words([limits[is_upper] for is_upper in sorted(limits)], unit, language)
    if language == "zh":
        amount += _gap_after(unit)
    verb = "" if is_named_by_label else _verb(target.measure, language, decreases=decreases)
    if target.measure in CHANGES and verb:
        return CHANGE_CONDITIONS[language][kind].format(verb, amount)
    if language == "zh":
        return verb + CONDITIONS["zh"][kind].format(amount)
    return CONDITIONS["en"][kind].format(f"{verb} {amount}".lstrip())


def _gap_after(unit: UnitNames) -> str:
    """Return the space between a unit in Latin letters and Chinese text."""
    return " " if unit.symbol.isascii() else ""


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
