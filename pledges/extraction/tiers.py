"""Which candidates are `optional`: close to a slogan, or a capacity in a project's name."""

import re

from pledges.extraction.candidate import Candidate
from pledges.extraction.numbers import Number

_VAGUE = re.compile("加快(?!推进.{0,12}建成)|基本消除|基本清零|进军|主抓手|紧盯|争创|迈进")
_CAPACITY = frozenset(
    [
        "万吨",
        "吨",
        "GW",
        "MW",
        "GWh",
        "万千瓦",
        "千瓦",
        "吉瓦时",
        "吉瓦",
        "兆瓦",
        "万立方米",
        "亿立方米",
        "万标箱",
        "万千伏安",
        "万辆",
        "万台",
        "万套",
    ]
)
_PROJECT = re.compile("[^，。；、]{0,20}(?:项目|工程|生产线|基地|电站|装置)")
_IN_PARENTHESES = re.compile("（[^）]{0,20}$")


def tier_of(text: str, clause: int, number: Number, end: int, candidate: Candidate) -> str:
    """Return `core` or `optional`."""
    before, after = text[clause : number.start], text[number.end : end]
    if number.magnitude_class and not candidate.deadline:
        return "optional"
    if number.kind == "rank" and not candidate.deadline:
        return "optional"
    if number.kind == "zero" and (
        "基本" in before[-6:] or "动态" in before[-4:] or text[number.start : number.start + 2] in {"零的", "基本"}
    ):
        return "optional"
    if number.unit in _CAPACITY and _PROJECT.match(after):
        return "optional"
    if _VAGUE.search(before) or _IN_PARENTHESES.search(before):
        return "optional"
    return "core"
