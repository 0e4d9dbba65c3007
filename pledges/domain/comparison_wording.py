"""Targets relative to another figure as text: “高于全国的地区生产总值增长率”, “not below the growth of GDP”."""

from dataclasses import dataclass

from pledges.domain.amounts import UnitNames, amount_in_words
from pledges.domain.assessment import Target
from pledges.domain.measure_labels import without_measure

# What is compared, of the metric: “地区生产总值增长率”. Totals and levels are called by the metric alone.
CHINESE_NOUNS = {"growth": "增长率", "average_growth": "年均增长率", "increase": "增量", "share": "占比"}
ENGLISH_NOUNS = {
    "growth": "the growth of",
    "average_growth": "the average annual growth of",
    "increase": "the increase of",
    "share": "the share of",
}
WITHOUT_DISTANCE = {
    "zh": {
        "more_than": "高于{}",
        "less_than": "低于{}",
        "at_least": "不低于{}",
        "at_most": "不高于{}",
        "about": "与{}相当",
        "exact": "与{}持平",
    },
    "en": {
        "more_than": "above {}",
        "less_than": "below {}",
        "at_least": "not below {}",
        "at_most": "not above {}",
        "about": "about equal to {}",
        "exact": "equal to {}",
    },
}
BOUNDS = {
    "zh": {"at_least": "至少 ", "at_most": "至多 ", "about": "约 ", "exact": " "},
    "en": {"at_least": "at least ", "at_most": "at most ", "about": "about ", "exact": ""},
}
MIRRORED = {"at_least": "at_most", "at_most": "at_least"}
COUNTRY = "全国"


@dataclass(frozen=True)
class Names:
    """The names of a metric or place. The English one can be empty."""

    name: str
    name_en: str = ""

    def in_(self, language: str) -> str:
        return (language == "en" and self.name_en) or self.name


@dataclass(frozen=True)
class Reference:
    """The figure with which a target is compared: that of a metric, in another place unless it is None."""

    metric: Names
    place: Names | None = None

    def in_(self, target: Target, language: str) -> str:
        """Return the name of the figure in the target's measure: “全国的地区生产总值增长率”."""
        figure = measured_quantity(self.metric.in_(language), target, language)
        if self.place is None:
            return figure
        place = self.place.in_(language)
        return f"{figure} in {place}" if language == "en" else f"{place}的{figure}"


def measured_quantity(label: str, target: Target, language: str) -> str:
    """Return what is compared: “居民收入增长率”, “the growth of income”. The measure is named once."""
    name, is_named = without_measure(label, target)
    if is_named:
        return name
    if language == "en":
        noun = ENGLISH_NOUNS.get(target.measure)
        return f"{noun} {_within_sentence(name)}" if noun else name
    return f"{name}{CHINESE_NOUNS.get(target.measure, '')}"


def _within_sentence(name: str) -> str:
    """Return a name that begins with a small letter, unless it begins with an abbreviation such as GDP."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def distance_as_stated(target: Target, unit: UnitNames, other: str, language: str) -> str:
    """Return the target as stated, without tolerance: “高于…”, “比…高至少 1 个百分点”."""
    if target.value == 0 == target.upper:
        return WITHOUT_DISTANCE[language][target.bound].format(other)
    numbers = [target.value] if target.value_max is None else [target.value, target.value_max]
    if min(numbers) < 0 < max(numbers):
        return _difference(BOUNDS[language][target.bound], amount_in_words(numbers, unit, language), other, language)
    bound = target.bound
    is_below = min(numbers) < 0
    if is_below:
        numbers, bound = [-number for number in reversed(numbers)], MIRRORED.get(bound, bound)
    amount = amount_in_words(numbers, unit, language)
    if language == "en":
        return f"{BOUNDS['en'][bound]}{amount} {'below' if is_below else 'above'} {other}"
    return f"比{other}{'低' if is_below else '高'}{BOUNDS['zh'][bound]}{amount}"


def distance_condition(target: Target, unit: UnitNames, other: str, language: str) -> str:
    """Return the condition that `assess()` applies, with tolerance: “is at most 0.3 percentage points below …”."""
    verb = "is " if language == "en" else ""
    ends = target.ends
    if len(ends) == 2:
        limits = [end.limit for end in ends]
        amount = amount_in_words(limits if limits[0] != limits[1] else limits[:1], unit, language)
        return _difference(" " if language == "zh" else "", amount, other, language)
    (end,) = ends
    if end.limit == 0:
        strict = "less_than" if end.lower_is_better else "more_than"
        bound = strict if end.is_strict else "at_most" if end.lower_is_better else "at_least"
        return verb + WITHOUT_DISTANCE[language][bound].format(other)
    is_below = end.limit < 0
    is_at_most = is_below != end.lower_is_better  # the limit is on the worse side: “at most 0.3 below” it
    amount = amount_in_words([abs(end.limit)], unit, language)
    if language == "en":
        size = f"at most {amount}" if is_at_most else f"{amount} or more"
        return f"is {size} {'below' if is_below else 'above'} {other}"
    side = "低" if is_below else "高"
    return f"比{other}最多{side} {amount}" if is_at_most else f"比{other}{side} {amount}或更多"


def _difference(bound: str, amount: str, other: str, language: str) -> str:
    return f"differs by {bound}{amount} from {other}" if language == "en" else f"与{other}相差{bound}{amount}"
