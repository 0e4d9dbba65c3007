"""Targets relative to another figure: 与经济增长同步, 高于全国平均水平, 快于地区生产总值增速, 高于全市1个百分点."""

import re
from collections.abc import Iterator
from decimal import Decimal

from pledges.extraction.numbers import Number

_RELATIVE = re.compile(
    r"(?:与|和|同)(?P<with>[^，。；、与和]{2,16}?)(?:增长|增速)?(?:基本|保持|大体|总体)*(?P<about>同步|相当|持平)"
    r"|(?P<beyond>高于|快于|跑赢|好于|低于|不低于|不高于)(?P<than>(?:全[国省区市县]|经济|地区|GDP|城镇|农村|居民|财政|国家|生产总值|省|上年)[^，。；、0-9]{0,16})(?=[，。；、”）]|$)"
)
_HINT = re.compile("同步|相当|持平|高于|快于|跑赢|好于|低于")
_OF_THE_PAST = re.compile("上年同期|目标$")
_RATE = re.compile("增|收入|GDP|值|幅|速|率|投资|消费")
_SEVERAL = re.compile("主要(?:经济)?指标|综合|各项")
_ECONOMY = re.compile("增|经济|GDP|收入")


def find_relatives(text: str, start: int, end: int) -> Iterator[tuple[Number, str, str]]:
    """Yield relative targets as figures, each with its bound and what it is compared with."""
    if not _HINT.search(text, start, end):
        return
    for match in _RELATIVE.finditer(text, start, end):
        clause = max(text.rfind(mark, start, match.start()) for mark in "，。；：") + 1
        subject = text[max(clause, start) : match.start()]
        if _SEVERAL.search(subject) or not _RATE.search(text[max(start, clause - 24) : match.end()]):
            continue
        if match["about"]:
            if not _ECONOMY.search(match["with"]) or "收入" not in subject + match["with"]:
                continue
            begin, bound, other = match.start("about"), "about", match["with"]
        else:
            begin, other = match.start("beyond"), match["than"]
            if _OF_THE_PAST.search(other):
                continue
            word = match["beyond"]
            bound = {"低于": "less_than", "不低于": "at_least", "不高于": "at_most"}.get(word, "more_than")
        yield Number(begin, match.end(), Decimal(0), "个百分点", "relative"), bound, other
