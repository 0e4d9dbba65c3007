"""Symbols of units: which are the same apart from typography, and what a symbol means whose parts are known.

Compound symbols are a unit per one or several others: 亿元/年, 张/百人, 元/人·月. Parts may have magnitudes: 百万吨.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import prod

from pledges.domain.amounts import CHINESE_MAGNITUDES, UnitNames, english_unit

MAX_SYMBOL_LENGTH = 20
MAX_NAME_LENGTH = 50
MAX_FACTOR = 10**18
_MAGNITUDE = re.compile("([1-9][0-9]{0,8})?([十百千万亿]*)")
# 千 at the end belongs to the name of a unit: 万千瓦.
_WORDS = re.compile("[十百千]?(?:万亿|万|亿)?千?")


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit: how many base units it is, of which dimension."""

    symbol: str
    name_en: str
    factor: Fraction
    dimension: str
    base_unit: str


def fold_symbol(symbol: str) -> str:
    """Return what all ways to write a symbol have in common: ％ and %, KW and kW, ㎡, m² and m2."""
    return unicodedata.normalize("NFKC", symbol).replace(" ", "").lower()


def derive(symbol: str, find: Callable[[str], KnownUnit | None]) -> KnownUnit | None:
    """Return the unit with this symbol, or None if a part is unknown. Its dimension follows from those of the parts.

    `find` returns the unit with exactly a symbol, or with one that differs in typography.
    """
    above, *below = unicodedata.normalize("NFKC", symbol).replace(" ", "").split("/")
    names = [name for part in below for name in re.split("[·*×]", re.sub(r"^\((.*)\)$", r"\1", part))]
    numerator = None if above[:1].isdecimal() else _with_magnitude(above, find)
    denominators = [_with_magnitude(name, find) for name in names]
    if numerator is None or None in denominators or len(symbol) > MAX_SYMBOL_LENGTH:
        return None
    others = [unit for unit in denominators if unit]
    factor = numerator.factor / prod((unit.factor for unit in others), start=Fraction(1))
    if not (factor < MAX_FACTOR and factor.denominator < 10**30):
        return None
    if not others:
        return KnownUnit(symbol, numerator.name_en, factor, numerator.dimension, numerator.base_unit)
    if "/" in numerator.base_unit or any("/" in unit.base_unit for unit in others):
        return None
    dimension = f"{numerator.dimension}-per-{'-'.join(unit.dimension for unit in others)}"
    base_unit = f"{numerator.base_unit}/{'·'.join(unit.base_unit for unit in others)}"
    english = [numerator.name_en, " and ".join(unit.name_en for unit in others)]
    name_en = " per ".join(english) if all(unit.name_en for unit in (numerator, *others)) else ""
    name_en = name_en if len(name_en) <= MAX_NAME_LENGTH else ""
    return KnownUnit(symbol, name_en, factor, dimension, base_unit)


def _with_magnitude(symbol: str, find: Callable[[str], KnownUnit | None]) -> KnownUnit | None:
    """Return a part of a symbol: a known unit, or one with a magnitude before it. The shortest magnitude is taken.

    In 百万千瓦, 百 is before 万千瓦; 千 belongs to the name of a unit.
    """
    for magnitude, name in _splits(symbol):
        if unit := find(name):
            factor = unit.factor * magnitude
            return KnownUnit(symbol, _english(unit, magnitude), factor, unit.dimension, unit.base_unit)
    return None


def _splits(symbol: str) -> Iterator[tuple[int, str]]:
    match = _MAGNITUDE.match(symbol)
    digits, words = match.groups() if match else ("", "")
    if not _WORDS.fullmatch(words):
        return
    for length in range(len(words) + 1):
        magnitude = int(digits or 1) * prod(CHINESE_MAGNITUDES[word] for word in words[:length])
        if name := symbol[len(digits or "") + length :]:
            yield magnitude, name


def _english(unit: KnownUnit, magnitude: int) -> str:
    if magnitude == 1:
        return unit.name_en
    english = english_unit(UnitNames(unit.symbol, unit.name_en))
    return f"{magnitude * english.magnitude:,} {english.plural}" if english and english.plural else ""
