"""Amounts with their units as text: “385 亿元”, “8～10 个”; in English “38.5 billion yuan”, “8–10 schools”."""

import re
from collections.abc import Sequence
from decimal import Decimal, localcontext
from functools import lru_cache
from math import prod
from typing import NamedTuple

from pledges.domain.assessment import MAX_DIGITS
from pledges.domain.numbers import grouped

CHINESE_MAGNITUDES = {"十": 10, "百": 10**2, "千": 10**3, "万": 10**4, "亿": 10**8}
# 千 alone belongs to the name of a unit: 千瓦 is one word, a kilowatt.
CHINESE_MAGNITUDE = re.compile("[十百千万亿]*[万亿]")
ENGLISH_MAGNITUDES = {
    "ten": 10,
    "hundred": 10**2,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
}
ENGLISH_MAGNITUDE = re.compile(rf"(?:([\d,]*\d)\s+)?((?:(?:{'|'.join(ENGLISH_MAGNITUDES)})\s+)*)(?=\D)", re.ASCII)
WRITTEN_WITH_WORDS = [(name, Decimal(ENGLISH_MAGNITUDES[name])) for name in ("trillion", "billion", "million")]

# Nouns that are left out: 个 has no counterpart in English (“an increase of 200”, not “of 200 items”), and 户 counts
# firms as well as households.
WITHOUT_NOUN = frozenset({"item", "items", "household", "households"})
SAME_IN_PLURAL = frozenset({"head", "hertz", "jin", "li", "mu", "won", "yen", "yuan"})
# What follows the word that takes the plural: “microgram per cubic metre”, “times (multiple)”.
QUALIFIER = re.compile(r"\s(?:per|of|in)\s.*|\s*\(.*")


class UnitNames(NamedTuple):
    """A unit as written in the sources, with its English name (empty if there is none)."""

    symbol: str
    name_en: str = ""


class EnglishUnit(NamedTuple):
    """“10,000 square metres” as magnitude and noun. The noun is empty if it is left out."""

    magnitude: int
    singular: str
    plural: str


def amount_in_words(numbers: Sequence[Decimal], unit: UnitNames, language: str) -> str:
    """Format a number or a range with its unit, in English for a language code `en…`, otherwise in Chinese.

    The English text has the English name of the unit, and large amounts have an English magnitude. If the unit has no
    English name, its symbol is used.
    """
    if unit.symbol == "%":
        return percentage(numbers, language)
    english = english_unit(unit) if language.startswith("en") else None
    if english is None:
        return f"{number_or_range(numbers, language)} {unit.symbol}"
    noun = english.singular if list(numbers) == [1] and english.magnitude == 1 else english.plural
    magnitude = ""
    if english.magnitude > 1:
        magnitude, numbers = _with_english_magnitude(numbers, english.magnitude)
    return " ".join(filter(None, [number_or_range(numbers, language), magnitude, noun]))


def number_or_range(numbers: Sequence[Decimal], language: str) -> str:
    return _dash(numbers, language).join(map(grouped, numbers))


def percentage(numbers: Sequence[Decimal], language: str) -> str:
    """Format percentages: “3%～5%”; in English “3–5%”, but “-3% to 5%”."""
    dash = _dash(numbers, language)
    return (dash if dash == "–" else f"%{dash}").join(map(grouped, numbers)) + "%"


def _dash(numbers: Sequence[Decimal], language: str) -> str:
    if not language.startswith("en"):
        return "～"
    return " to " if numbers[0] < 0 else "–"  # “-3–5” is hard to read


def _with_english_magnitude(numbers: Sequence[Decimal], magnitude: int) -> tuple[str, list[Decimal]]:
    """Return the English magnitude of numbers of a unit such as 亿元, and how many of it they are."""
    with localcontext(prec=MAX_DIGITS):
        numbers = [number * magnitude for number in numbers]
        largest = max(map(abs, numbers))
        name, size = next(((name, size) for name, size in WRITTEN_WITH_WORDS if largest >= size), ("", Decimal(1)))
        return name, [number / size for number in numbers]


@lru_cache(maxsize=1000)
def english_unit(unit: UnitNames) -> EnglishUnit | None:
    """Return the unit in English, or None without an English name that has the same magnitude as the symbol.

    The unit 亿元 can't be written as “yuan”, nor 百万吨 as “megatonne”, whose magnitude can't be recognised.
    """
    match = ENGLISH_MAGNITUDE.match(unit.name_en)
    noun = unit.name_en[match.end() :].strip() if match else ""
    if match is None or not noun:
        return None
    number, words = match.groups()
    magnitude = int((number or "1").replace(",", "")) * prod(ENGLISH_MAGNITUDES[word] for word in words.split())
    symbol = CHINESE_MAGNITUDE.match(unit.symbol)
    if symbol and prod(CHINESE_MAGNITUDES[character] for character in symbol.group()) != magnitude:
        return None
    if noun in WITHOUT_NOUN:
        return EnglishUnit(magnitude, "", "")
    qualifier = QUALIFIER.search(noun)
    word, rest = (noun[: qualifier.start()], qualifier.group()) if qualifier else (noun, "")
    rest = "" if "(" in rest else rest
    return EnglishUnit(magnitude, word + rest, _plural(word) + rest)


def _plural(noun: str) -> str:
    last = noun.split()[-1]
    if last in SAME_IN_PLURAL or last.isupper() or not last.isascii() or re.search("[^s]s$", last):
        return noun
    if re.search("[^aeiou]y$", last):
        return f"{noun[:-1]}ies"
    return noun + ("es" if re.search("(?:s|x|z|ch|sh)$", last) else "s")
