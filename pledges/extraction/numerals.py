"""Values of numerals: 385, 1,550, 两百三十六, 1万3千, 三点六, 百分之九十, 三分之一, 三成五, 一半."""

import re
from decimal import Decimal

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_GROUPS = {"万": 10**4, "亿": 10**8}
_MIXED = re.compile(r"(\d+(?:\.\d+)?)([千万亿])")
HUNDRED = Decimal(100)


def chinese(text: str) -> Decimal:
    """Return the value of a Chinese numeral, such as 一万三千, 二零二五, 三点六, 百."""
    if "点" in text:
        whole, _point, decimals = text.partition("点")
        return chinese(whole) + Decimal("0." + "".join(str(_DIGITS[digit]) for digit in decimals))
    if not any(character in _UNITS or character in _GROUPS for character in text):
        return Decimal("".join(str(_DIGITS[digit]) for digit in text))
    total = section = digit = 0
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in _UNITS:
            section += (digit or 1) * _UNITS[character]
            digit = 0
        else:
            group = _GROUPS[character]
            section += digit
            total = (total + section or 1) * group if group > total > 0 else total + (section or 1) * group
            section = digit = 0
    return Decimal(total + section + digit)


def arabic(text: str) -> Decimal:
    """Return the value of 385, 1,550, 4.5 or 1万3千."""
    text = text.replace(",", "")
    if text[-1] in _UNITS or "万" in text:
        return sum(
            (Decimal(digits) * (_GROUPS.get(unit) or _UNITS[unit]) for digits, unit in _MIXED.findall(text)), Decimal()
        )
    return Decimal(text)


def value(text: str) -> Decimal:
    return arabic(text) if text[0].isdigit() else chinese(text)


def tenths(text: str) -> Decimal:
    """Return 三成五 as 35, in percent."""
    whole, _cheng, rest = text.partition("成")
    return value(whole) * 10 + (5 if rest == "半" else value(rest) if rest else 0)


def fraction(text: str) -> Decimal:
    """Return 三分之一 as 33.33, in percent."""
    below, _of, above = text.partition("分之")
    return (value(above) * HUNDRED / value(below)).quantize(Decimal("0.01")).normalize()
