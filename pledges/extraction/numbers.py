"""Find the figures of a text with their units: 385亿元, 1800余亩, 两百亿级, 4.5%—5%, 三分之一, 两位数, 前13位, 清零."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from pledges.extraction import numerals
from pledges.extraction.lexicon import Lexicon

_ARABIC = r"\d+(?:\.\d+)?万\d+千|\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_HAN_DIGIT = "一二两三四五六七八九"
_HAN = rf"[零〇{_HAN_DIGIT}十百千万亿]+(?:点[零〇{_HAN_DIGIT}]+)?"
_ANY = f"{_ARABIC}|{_HAN}"
_DASH = r"(?:—{1,2}|~|-|至|到)"
_FIGURE = re.compile(
    rf"""
    (?:
    (?P<percent>(?P<of>百分之|千分之|万分之)(?P<percent_value>{_ANY})(?:{_DASH}(?:百分之)?(?P<percent_max>{_ANY}))?)
  | (?P<fraction>[二两三四五六七八九十]+分之[{_HAN_DIGIT}十]+)
  | (?P<rank>(?:(?<=前)(?P<top>{_ANY})(?P<top_unit>位|名|列|强)?|(?P<strong>{_ANY})强)
        (?![化大劲势县市弱盛度制调烈力壮个项家年月天]))
  | (?P<tenths>[{_HAN_DIGIT}]成(?:[{_HAN_DIGIT}半])?(?![员果为立效功本熟长套交型就品都份片像分绩规了]))
  | (?P<half>一半|过半|半数|对折)
  | (?P<doubling>翻(?P<fan>[{_HAN_DIGIT}])?番|(?:(?<=[高加长升])|(?<=[高加长升][约近超]))(?P<times>{_ANY}|数)倍)
  | (?P<two_digits>[两双]位数)
  | (?P<zero>清零(?!全覆盖|行动|”)|归零|零发生|零新增|零的突破|全部消除|基本消除|全面消除|彻底消除)
  | (?P<arabic>(?:(?<![\d.A-Za-z])-)?(?:{_ARABIC}))
  | (?P<han>{_HAN})
    )
    """,
    re.VERBOSE,
)
_FIRST = re.compile(f"[-0-9百千万亿零〇{_HAN_DIGIT}十过半对翻双数清归全基彻]")
_RATIO = re.compile(r"[：:∶](\d+(?:\.\d+)?)")
_MAX = re.compile(rf"\s?{_DASH}(?P<max>{_ANY})")
_MORE = re.compile("[余多来几]")
_GRADE = re.compile("级|元级")
_MAGNITUDES = "十百千万亿"
_IDIOM = re.compile(
    "千方|百计|万无|千家|万户|百姓|百花|千万(?=别|不要)|[一二三四五六七八九十两]+(?:期(?!间)|次(?![，。；、）])|位一体|部门|年级|产业|等奖|把手|批次|是|要|心|致|体|同|直|样|定|些|旦|流|方|手|条龙|带|揽|并|贯|如|律|切|向|生|支持|致)"
)
_TRAILING = re.compile("万亿$|亿$|万$")
# A Chinese digit before one of these is a count; 个, 项 and the like stand in names of lists as well.
_COUNTED = frozenset("所座条户家台套张辆亩人名处栋间口眼部艘架株头只场吨米公平千万村位倍类批元件次天日年月")
_POSTPOSITIVE = re.compile("以上|以内|以下|左右|[，。；、）？！]|$|工程|项目|具|产值|年产|加工|县|镇|村|乡|街|社区")
_SINGLE = re.compile("(?:至少|每[^，。；]{1,12}|不少于)(?:[有建成创办达到新]{0,4})$")


class Number(NamedTuple):
    """A figure. `start` is where its numeral begins, `end` where its unit ends, both in the folded text."""

    start: int
    end: int
    value: Decimal
    unit: str
    kind: str = "plain"
    value_max: Decimal | None = None
    is_more: bool = False  # 余, 多
    is_chinese: bool = False
    magnitude_class: bool = False  # 千亿级


def find_numbers(text: str, start: int, end: int, lexicon: Lexicon) -> Iterator[Number]:
    """Yield the figures of `text[start:end]` in order."""
    position = start
    while first := _FIRST.search(text, position, end):
        match = _FIGURE.match(text, first.start(), end)
        if match is None:
            position = first.end()
            continue
        number = _number(text, match, end, lexicon)
        if number is None:
            position = max(match.end(), match.start() + 1)
            continue
        yield number
        position = max(number.end, match.end())


def _number(text: str, match: re.Match[str], end: int, lexicon: Lexicon) -> Number | None:
    if match.lastgroup in {"arabic", "han"}:
        return _plain(text, match, end, lexicon)
    kind = next(name for name in _SPECIAL if match[name])
    return _SPECIAL[kind](text, match, lexicon)


def _percent(text: str, match: re.Match[str], _lexicon: Lexicon) -> Number:
    unit = {"百分之": "%", "千分之": "‰"}.get(match["of"], "‱")
    top = match["percent_max"]
    return Number(
        match.start(), match.end(), numerals.value(match["percent_value"]), unit,
        value_max=numerals.value(top) if top else None, is_chinese=True,
    )  # fmt: skip


def _fraction(text: str, match: re.Match[str], _lexicon: Lexicon) -> Number:
    return Number(match.start(), match.end(), numerals.fraction(match[0]), "%", "fraction", is_chinese=True)


def _rank(text: str, match: re.Match[str], lexicon: Lexicon) -> Number | None:
    written = match["top"] or match["strong"]
    if match["top"] and not match["top_unit"] and lexicon.unit_pattern.match(text, match.end())["unit"]:  # type: ignore[index]
        return None
    if match["top"] and text[match.end() : match.end() + 1] in "年月日三个天":
        return None
    return Number(match.start(), match.end(), numerals.value(written), "位", "rank")


def _tenths(text: str, match: re.Match[str], _lexicon: Lexicon) -> Number:
    return Number(match.start(), match.end(), numerals.tenths(match[0]), "%", "fraction", is_chinese=True)


def _half(text: str, match: re.Match[str], _lexicon: Lexicon) -> Number:
    return Number(
        match.start(), match.end(), Decimal(50), "%", "fraction", is_more=match[0] in {"过半", "半数"}, is_chinese=True
    )


def _doubling(text: str, match: re.Match[str], _lexicon: Lexicon) -> Number | None:
    if match["times"]:
        if match["times"] == "数":
            return None
        return Number(match.start(), match.end(), numerals.value(match["times"]) * 100, "%", "growth")
    times = numerals.value(match["fan"]) if match["fan"] else Decimal(1)
    return Number(match.start(), match.end(), (2**times - 1) * 100, "%", "growth")


def _two_digits(text: str, match: re.Match[str], _lexicon: Lexicon) -> Number:
    return Number(match.start(), match.end(), Decimal(10), "%", "growth", is_more=True)


def _zero(text: str, match: re.Match[str], _lexicon: Lexicon) -> Number:
    if match[0] == "零的突破":
        return Number(match.start(), match.end(), Decimal(1), "个", "zero", is_more=True)
    return Number(match.start(), match.end(), Decimal(0), "个", "zero")


_SPECIAL = {
    "percent": _percent,
    "fraction": _fraction,
    "rank": _rank,
    "tenths": _tenths,
    "half": _half,
    "doubling": _doubling,
    "two_digits": _two_digits,
    "zero": _zero,
}


def _plain(text: str, match: re.Match[str], end: int, lexicon: Lexicon) -> Number | None:
    """Return a numeral with what follows it: 余, a magnitude, the upper end of a range, the unit."""
    start, position = match.start(), match.end()
    written = match[0]
    is_chinese = not (written[0].isdigit() or written[0] == "-")
    if is_chinese and _is_word(text, match):
        return None
    if ratio := _RATIO.match(text, position, end):
        if is_chinese:
            return None
        return _ratio(text, start, written, ratio)
    low, magnitude = _split(written) if is_chinese else (_value(written), "")
    is_more = bool(more := _MORE.match(text, position, end))
    position = more.end() if more else position
    unit_match = lexicon.unit_pattern.match(text, position)
    top = None
    if not more and (upper := _upper(text, position, unit_match, end, lexicon)):
        top, top_magnitude, position, unit_match = upper
        if is_chinese and top_magnitude:
            magnitude = magnitude or top_magnitude
    if unit_match is None:
        return None
    if unit_match["unit"] == "个" and text.startswith("亿", unit_match.end()):  # 十五个亿
        unit_match = lexicon.unit_pattern.match(text, unit_match.end())
        if unit_match is None:
            return None
    unit = unit_match["unit"] or ""
    magnitude += unit_match["scale"] or unit_match["only"] or ""
    position = unit_match.end()
    if not unit and (more := _MORE.match(text, position, end)) and magnitude:
        is_more = True
        again = lexicon.unit_pattern.match(text, more.end())
        if again and again["unit"]:
            unit, position = again["unit"], again.end()
    level = _GRADE.match(text, position, end)
    if level and (magnitude or unit or low in {100, 1000, 10000}):
        position = level.end()
        if level[0] == "元级":
            unit = "元"
        if not unit:
            unit = "元"
    if is_chinese and not magnitude and not _is_count(text, written, unit, position):
        return None
    if (
        is_chinese
        and not level
        and low == 1
        and written in {"万", "亿"}
        and text[start - 1 : start] not in {"过", "破", "超"}
    ):
        return None
    return Number(
        start, position, low, magnitude + unit, value_max=top, is_more=is_more, is_chinese=is_chinese,
        magnitude_class=bool(level),
    )  # fmt: skip


def _value(written: str) -> Decimal:
    return -numerals.arabic(written[1:]) if written[0] == "-" else numerals.arabic(written)


def _split(written: str) -> tuple[Decimal, str]:
    """Return 十一万 as 11 and 万, but 一万三千 as 13000: a magnitude at the end belongs to the unit."""
    trailing = _TRAILING.search(written)
    if not trailing:
        return numerals.chinese(written), ""
    rest = written[: trailing.start()]
    if "亿" in rest:  # 四亿两千万
        return numerals.chinese(written) / 10**8, "亿"
    return (numerals.chinese(rest) if rest else Decimal(1)), trailing[0]


def _ratio(text: str, start: int, written: str, ratio: re.Match[str]) -> Number | None:
    if _RATIO.match(text, ratio.end()):  # 14.5：39.1：46.4
        return None
    one, other = Decimal(written), Decimal(ratio[1])
    if other == 1:
        return Number(start, ratio.end(), one, ":1", "ratio")
    if one + other in {10, 100}:
        return Number(start, ratio.end(), one * 100 / (one + other), "%", "ratio")
    return None


def _upper(
    text: str, position: int, unit_match: re.Match[str] | None, end: int, lexicon: Lexicon
) -> tuple[Decimal, str, int, re.Match[str] | None] | None:
    """Return the upper end of a range, before or behind the first unit: 2到3个, 4.5%—5%."""
    starts = [position]
    if unit_match and unit_match.end() > position:
        starts.append(unit_match.end())
    for start in starts:
        upper = _MAX.match(text, start, end)
        if not upper:
            continue
        following = lexicon.unit_pattern.match(text, upper.end())
        written = upper["max"]
        if written[0].isdigit():
            value, magnitude = numerals.arabic(written), ""
        elif len(written) == 1 and written not in _HAN_DIGIT + "十":
            continue
        else:
            value, magnitude = _split(written)
        if following and following["unit"] and following["unit"] not in {"年", "月", "日", "天"}:
            return value, magnitude, upper.end(), following
    return None


def _is_word(text: str, match: re.Match[str]) -> bool:
    """Return whether Chinese digits are part of a word: 统一, 一体, 十四五, 千方百计, 三农."""
    written, before = match[0], text[match.start() - 1 : match.start()]
    if written == "一" and not _SINGLE.search(text[max(0, match.start() - 20) : match.start()]):
        return True
    if _IDIOM.match(text, match.start()):
        return True
    if before in {"第", "统", "唯", "“", "之", "专", "初", "其", "周", "星"} and len(written) < 3 and before != "“":
        return True
    if written[0] in "万亿" and len(written) == 1:
        return not (before in {"过", "破", "超"} or text[match.end() : match.end() + 1] in {"级", "元"})
    return False


def _is_count(text: str, written: str, unit: str, position: int) -> bool:
    """Return whether a small Chinese numeral counts things: 两所, 三户企业, but not 六个工程 and 五大任务."""
    if not unit:
        return False
    large = (
        any(character in "百千万亿" for character in written)
        or "点" in written
        or (len(written) > 1 and "十" in written)
    )
    if large:
        return True
    if unit[0] in _COUNTED:
        return True
    return bool(_POSTPOSITIVE.match(text, position))
