"""Which way a figure may be missed: `at_least`, `at_most`, `about`, `more_than`, `less_than`, `exact`."""

import re
from collections.abc import Sequence
from itertools import pairwise

from pledges.extraction.candidate import Candidate
from pledges.extraction.numbers import Number

_AFTER = re.compile(
    r"(?P<at_least>及?以上|大关|之上|有余|及其以上)|(?P<at_most>以内|以下|之内|及以下|内(?=[，。；、)）]|$))|(?P<about>左右|上下|大约|前后)"
)
_BEFORE = re.compile(
    "(?P<at_least>不低于|不少于|不小于|不得低于|不得少于|大于等于|至少|最少|超过|突破|跨越|跨上|迈上|达到或超过|力争超|高于|多于|大于|跃上|冲破|超|过|逾|≥|>|站上)"
    "|(?P<at_most>不超过|不高于|不多于|不大于|不得超过|低于|少于|小于|至多|最多|限|≤|<|不突破)"
    "|(?P<about>约|大约|近|接近|将近)"
)
_LISTED = re.compile("[^，。；]*[、和及][^，。；]*")
_LOW = re.compile("(?:控制|压减|压降|压缩|控制在|降)[^，。；]{0,12}$")
_GLUE = re.compile(
    r"(?<!不)(?:到|了|至|(?<![少低高多大小])于|达到|达|在|将|分别|年|总数|人民币|有|建成|建|有一|培育|新增)*$"
)
_TRANSPARENT = re.compile(r"[、和及与]")


def bound_of(text: str, clause: int, number: Number, end: int) -> str:
    """Return the bound that the words around a figure give it."""
    if number.kind == "rank":
        return "at_most"
    after = _AFTER.match(text, number.end, end)
    if after:
        return str(after.lastgroup)
    if number.is_more:
        return "at_least"
    before = text[max(clause, number.start - 8) : number.start]
    before = _GLUE.sub("", before)
    for match in reversed(list(_BEFORE.finditer(before))):
        if match.end() == len(before):
            return str(match.lastgroup)
    return "exact"


def reversed_bound(bound: str) -> str:
    """Return the bound of a figure whose sign was changed: 下降3%以上 is at most -3."""
    return {"at_least": "at_most", "at_most": "at_least"}.get(bound, bound)


def share_bounds(text: str, results: Sequence[tuple[Candidate, Number]]) -> None:
    """Let 以上 at the end of a list, and 超过 at its start, cover the figures that 、 or 和 join."""
    covering = False
    for (one, first), (other, second) in reversed(list(pairwise(results))):
        between = text[first.end : second.start]
        is_listed = len(between) <= 24 and _LISTED.fullmatch(between) is not None and first.unit == second.unit
        covering = covering or text.startswith(("以上", "以内", "以下", "左右"), second.end)
        covering = covering and is_listed and one.bound == "exact" and other.bound in {"at_least", "at_most", "about"}
        if covering:
            one.bound = other.bound
    for (one, first), (other, second) in pairwise(results):
        is_joined = text[first.end : second.start] in {"、", "和", "及"}
        if is_joined and other.bound == "exact" and one.bound in {"at_least", "at_most"}:
            other.bound = one.bound
