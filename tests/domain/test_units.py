"""Symbols of units that are written in different ways, or made of known parts."""

from fractions import Fraction

import pytest

from pledges.domain.units import KnownUnit, derive, fold_symbol

KNOWN = {
    fold_symbol(symbol): KnownUnit(symbol, name_en, Fraction(factor), dimension, base_unit)
    for symbol, name_en, factor, dimension, base_unit in [
        ("元", "yuan", "1", "money", "元"),
        ("万元", "10,000 yuan", "10000", "money", "元"),
        ("人", "person", "1", "count-people", "人"),
        ("张", "bed", "1", "count-beds", "张"),
        ("月", "month", "1/12", "years", "年"),
        ("公里", "kilometre", "1000", "length", "米"),
        ("平方公里", "square kilometre", "1000000", "area", "平方米"),
        ("万千瓦", "10,000 kilowatts", "10000", "power", "千瓦"),
        ("kW", "kilowatt", "1", "power", "千瓦"),
        ("台（套）", "machine (or set)", "1", "count-machines", "台"),
        ("个", "item", "1", "count-items", "个"),
        ("元/人", "yuan per person", "1", "money-per-count-people", "元/人"),
    ]
}


def find(symbol: str) -> KnownUnit | None:
    return KNOWN.get(fold_symbol(symbol))


@pytest.mark.parametrize(
    "variants", [("%", "％"), ("kW", "KW", "ｋＷ", "㎾"), ("m2", "m²", "㎡"), ("台（套）", "台(套)", "台 (套)")]
)
def test_variants_of_a_symbol_fold_to_one(variants: tuple[str, ...]) -> None:
    assert len(set(map(fold_symbol, variants))) == 1


@pytest.mark.parametrize(
    ("symbol", "factor", "dimension", "base_unit", "name_en"),
    [
        ("张/百人", "1/100", "count-beds-per-count-people", "张/人", "bed per 100 persons"),
        ("张／10万人", "1/100000", "count-beds-per-count-people", "张/人", "bed per 100,000 persons"),
        ("元/人·月", "12", "money-per-count-people-years", "元/人·年", "yuan per person and month"),
        ("元/人/月", "12", "money-per-count-people-years", "元/人·年", "yuan per person and month"),
        ("元/(人·月)", "12", "money-per-count-people-years", "元/人·年", "yuan per person and month"),
        ("公里/百平方公里", "1/100000", "length-per-area", "米/平方米", "kilometre per 100 square kilometres"),
        ("元/台(套)", "1", "money-per-count-machines", "元/台", "yuan per machine (or set)"),
        ("百万千瓦", "1000000", "power", "千瓦", "1,000,000 kilowatts"),
        ("万KW", "10000", "power", "千瓦", "10,000 kilowatts"),
        ("亿个", "100000000", "count-items", "个", ""),
    ],
)
def test_symbol_of_known_parts_is_derived(
    symbol: str, factor: str, dimension: str, base_unit: str, name_en: str
) -> None:
    assert derive(symbol, find) == KnownUnit(symbol, name_en, Fraction(factor), dimension, base_unit)


@pytest.mark.parametrize(
    "symbol", ["", "亿", "/", "元/", "/人", "元/蒲式耳", "蒲式耳/元", "1个", "万万元", "元人", "元//人", "元/元/人" * 4]
)
def test_symbol_with_an_unknown_part_is_not_derived(symbol: str) -> None:
    assert derive(symbol, find) is None
