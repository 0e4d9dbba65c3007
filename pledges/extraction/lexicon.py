"""The reference data that the reader needs, as plain data."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

# Counters that are no units of the record, or that it derives.
_COUNTERS = (
    "盏 根 辆次 课时 学时 例 宗 单 篇 站 段 孔 井 卷 款 杆 只次 团 桩 门 节 幅 集 首 "
    "部次 户次 家次 课 人份 公里/小时 微克／立方米 卡 吉瓦时 兆瓦时 吉瓦 兆瓦 乡 镇 街 名次 "
    "台次 场次 班次 艘次 床位 公顷 立方 平方 毫克/升 小区 园区 社区 院 店 天次 处次 箱 桶 "
    "棚 池 亩次 万吨公里 新台币 港元 欧元 亿港元 亿欧元 倍"
)
_PUNCTUATION = {
    ",": "，", ";": "；", ":": "：", "(": "（", ")": "）", "?": "？", "!": "！", "％": "%", "﹪": "%", "～": "~", "〜": "~",
    "－": "-", "○": "〇", "–": "—", "―": "—", "「": "“", "」": "”", "『": "‘", "』": "’",
}  # fmt: skip
_KEPT = "，。、；：！？（）“”‘’《》【】—…ⅠⅡⅢⅣⅤⅥ①②③④⑤⑥⑦⑧⑨⑩²³"
_MAGNITUDE = "(?:[十百千]?万亿|[十百千]?亿|[十百千]?万|[百千])"


@dataclass(frozen=True, slots=True)
class Metric:
    """A canonical metric of the record."""

    slug: str
    name: str
    aliases: tuple[str, ...] = ()
    dimension: str = ""


@dataclass(frozen=True)
class Lexicon:
    """Symbols of units with their dimensions, metrics, other names of places, and forms of traditional characters."""

    units: Mapping[str, str]
    metrics: tuple[Metric, ...] = ()
    simplified: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def unit_pattern(self) -> re.Pattern[str]:
        """Match a unit, with its magnitude, behind a numeral."""
        symbols = {_without_magnitude(symbol) for symbol in self.units} | set(_COUNTERS.split())
        symbols.discard("")
        units = _alternatives(symbols)
        return re.compile(f"(?P<scale>{_MAGNITUDE})??(?P<unit>{units})|(?P<only>{_MAGNITUDE})|")

    @cached_property
    def metric_names(self) -> dict[str, list[Metric]]:
        names: dict[str, list[Metric]] = {}
        for metric in self.metrics:
            for name in (metric.name, *metric.aliases):
                names.setdefault(name, []).append(metric)
        return names

    @cached_property
    def metric_entries(self) -> list[tuple[str, int, list[Metric]]]:
        """Each name of a metric, with the number of its bigrams and the metrics of this name."""
        return [(name, len(bigrams(name)), metrics) for name, metrics in self.metric_names.items()]

    @cached_property
    def metric_index(self) -> dict[str, list[int]]:
        """The entries that have a bigram, by bigram."""
        found: dict[str, list[int]] = {}
        for index, (name, _size, _metrics) in enumerate(self.metric_entries):
            for pair in bigrams(name):
                found.setdefault(pair, []).append(index)
        return found

    @cached_property
    def folds(self) -> "Folds":
        return Folds(self.simplified)


class Folds(dict[int, str]):
    """A table for `str.translate` that leaves the length of a text: full-width forms, punctuation, characters."""

    def __init__(self, simplified: Mapping[str, str]) -> None:
        super().__init__({ord(old): new for old, new in simplified.items() if len(old) == len(new) == 1})
        self.update(str.maketrans(_PUNCTUATION))
        plain = (*range(128), *range(0x4E00, 0xA000), *map(ord, _KEPT))
        kept = "".join(re.escape(chr(code)) for code in plain if code not in self)
        self._runs = re.compile(f"[^{kept}]+")

    def fold(self, text: str) -> str:
        """Return a text with the characters of the table replaced. Those of plain text are only scanned."""
        return self._runs.sub(lambda match: match[0].translate(self), text)

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = character
        if code > 127 and not "\u4e00" <= character <= "\u9fff" and character not in _KEPT:
            normal = unicodedata.normalize("NFKC", character)
            folded = normal if len(normal) == 1 else character
        self[code] = folded
        return folded


def bigrams(text: str) -> set[str]:
    return {text[start : start + 2] for start in range(len(text) - 1)}


def _without_magnitude(symbol: str) -> str:
    return re.sub("^[十百千]?(?:万亿|亿|万)(?=.)", "", symbol)


def _alternatives(symbols: Iterable[str]) -> str:
    """Return a pattern of symbols, the longest first, grouped by the first character: few are tried at a place."""
    rests: dict[str, list[str]] = {}
    for symbol in sorted(symbols, key=lambda symbol: (-len(symbol), symbol)):
        rests.setdefault(symbol[0], []).append(re.escape(symbol[1:]))
    return "|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in rests.items())
