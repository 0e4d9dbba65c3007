"""Labels that name the measure of a target themselves: “GDP增速” is a growth, “新增就业人数” an increase.

A criterion names the measure once: “GDP增速增长 6%” would be the growth of a growth rate, “新增就业人数增加 500 人” a
difference between two years.
"""

import re
from dataclasses import replace
from typing import NamedTuple

from pledges.domain.assessment import CHANGES, Target

RATES = frozenset({"%", "‰", "个百分点"})


class MeasureWords(NamedTuple):
    """Patterns of the words for measures in the labels of a language.

    `yearly` says that a growth is an average. `new` is what was added, such as jobs, unless a `rate` of it is meant:
    “新增产能利用率” is no increase.
    """

    growth: re.Pattern[str]
    yearly: re.Pattern[str]
    increase: re.Pattern[str]
    decline: re.Pattern[str]
    new: re.Pattern[str]
    share: re.Pattern[str]
    rate: re.Pattern[str]


CHINESE = MeasureWords(
    growth=re.compile("(?<!年均)(?:增速|增幅|涨幅|(?:增长|上涨|上升)(?:率|速度|幅度))$"),
    yearly=re.compile(r"年均(?:增长|下降)?$|年均(?=[增涨上下降减跌]\w{1,3}$)"),
    increase=re.compile("(?:增量|增加[额量数]|增长[额量])$"),
    decline=re.compile("^(?:减少|压减|削减)|(?:降幅|减幅|跌幅|(?:下降|降低|减少|削减)(?:率|幅度|[额量数]))$"),
    new=re.compile("新增|净增|再引进|(?:上升|提升|前移)位数$"),
    share=re.compile("(?:占比|比重|比例|份额)$"),
    rate=re.compile("(?:率|比|比重|比例|份额|系数|指数|强度|密度|水平|均价)$"),
)
ENGLISH = MeasureWords(
    growth=re.compile("^growth(?: rate)? (?:of|in) (?:the )?| growth(?: rate)?$", re.IGNORECASE),
    yearly=re.compile("^average (?:annual|yearly) ", re.IGNORECASE),
    increase=re.compile("^(?:net )?increase (?:of|in) (?:the )?| increase$", re.IGNORECASE),
    decline=re.compile(
        "^(?:decline|decrease|reduction|cut|fall) (?:of|in) (?:the )?| (?:decline|decrease|reduction)(?: rate)?$",
        re.IGNORECASE,
    ),
    new=re.compile("^(?:newly|additional|net (?:new|additional)) ", re.IGNORECASE),  # not “new energy”
    share=re.compile("^(?:share|proportion|percentage) of| (?:share|proportion|percentage)$", re.IGNORECASE),
    rate=re.compile(r"\b(?:rate|ratio|share|proportion|percentage|index|intensity|density|level)s?\b", re.IGNORECASE),
)


def without_measure(label: str, target: Target) -> tuple[str, bool]:
    """Return the label without a word for the measure, and whether it still names the measure, as “新增就业人数” does.

    A label in Latin letters is taken for English.
    """
    words = ENGLISH if label.isascii() else CHINESE
    if target.measure == "average_growth":
        rest, is_named = without_measure(_without(words.yearly, label), replace(target, measure="growth"))
        return (label, True) if is_named else (rest, False)
    if target.measure == "share":
        return label, words.share.search(label) is not None
    if target.measure not in CHANGES:
        return label, False
    if words.decline.search(label):
        # “能耗降幅” of 3% is no growth of the consumption, though the target is positive.
        return (label, True) if target.value >= 0 else (_without(words.decline, label), False)
    if target.measure == "growth":
        return _without(words.growth, label), False
    is_new = words.new.search(label) is not None and not words.rate.search(label) and target.unit not in RATES
    if is_new and target.value >= 0 and target.baseline is None:
        return label, True
    return _without(words.increase, label), False


def _without(words: re.Pattern[str], label: str) -> str:
    """Return the label without the words; as it is if nothing else is left."""
    rest = words.sub("", label).strip()
    return rest[:1].upper() + rest[1:] if rest else label
