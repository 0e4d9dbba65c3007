"""Cleaning of names, lines and texts."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledges.domain.text import clean_line, clean_link, clean_name, clean_text, damaged_character, for_comparison

PIECES = st.lists(
    st.sampled_from(
        ["a", "中", "か", "\u3099", "é", "e\u0301", "-", "·", "•", *" \n\r\u3000\u00ad\u200b\ufe00\u2028⼀"]
    )
)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("\uf9e1建明", "李建明"),
        ("⾼建⻘", "高建青"),
        ("Lu\u0308 Wei", "Lü Wei"),
        ("Ada\u200b Example\ufeff", "Ada Example"),
        ("Ada\u00a0Example", "Ada Example"),
        ("张\u3000伟", "张 伟"),
        (" 张伟\t", "张伟"),
        ("葛\U000e0100城", "葛城"),
        ("市长\n、局长", "市长、局长"),
        *((f"阿依努尔{dot}买买提", "阿依努尔·买买提") for dot in "·•・‧⋅∙･"),
        ("阿依努尔 · 买买提", "阿依努尔·买买提"),
        ("千瓦•时", "千瓦·时"),
    ],
)
def test_name_has_one_spelling(typed: str, name: str) -> None:
    assert clean_name(typed) == name


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("we shall plant 500\ntrees", "we shall plant 500 trees"),
        ("we shall plant 500 \r\n  trees", "we shall plant 500 trees"),
        ("全年完成投资\n385亿元", "全年完成投资385亿元"),
        ("增长5%\n以上", "增长5%以上"),
        ("年度计划投资38\n5亿元", "年度计划投资385亿元"),
        ("建成“一区”\r\n“两园”5个", "建成“一区”“两园”5个"),
        ("增长5%\n——6%", "增长5%——6%"),
        ("385\n5", "3855"),
        ("385 km of roads in 2025\n“500 trees”", "385 km of roads in 2025 “500 trees”"),
        ("，\n其中", "，其中"),
        ("a low-\ncarbon city", "a low-carbon city"),
        ("eco\u00ad\nnomic", "economic"),
        ("one\u2028two\x0bthree\x85four", "one two three four"),
        ("一是甲。\u3000\u3000二是乙。", "一是甲。 二是乙。"),
        ("甲•乙", "甲•乙"),  # quotes keep their dots
        ("葛\U000e0100城", "葛\U000e0100城"),
    ],
)
def test_line_breaks_are_joined_as_the_language_does(typed: str, line: str) -> None:
    assert clean_line(typed) == line


def test_text_keeps_lines_and_spaces() -> None:
    assert clean_text("\u3000甲\u3000乙\r\n\r\n丙\r丁\u200b  ") == "甲\u3000乙\n\n丙\n丁"


def test_link_keeps_decomposed_letters() -> None:
    assert clean_link(" https://a.example/u\u0308\u200b") == "https://a.example/u\u0308"


@pytest.mark.parametrize("clean", [clean_name, clean_line, clean_text])
@given(PIECES)
def test_cleaning_again_changes_nothing(clean, pieces: list[str]) -> None:  # type: ignore[no-untyped-def]
    text = clean("".join(pieces))

    assert clean(text) == text
    assert unicodedata.is_normalized("NFC", text)


@pytest.mark.parametrize(
    ("text", "character"),
    [
        ("a\x07", "U+0007"),
        ("\ud800", "U+D800"),
        ("\U0001ffff", "U+1FFFF"),
        ("a\t\r\n\x0b\x0c\x85\u200b", ""),
        ("\x00", "U+0000"),
    ],
)
def test_damaged_character_is_named(text: str, character: str) -> None:
    assert damaged_character(text) == character


def test_comparison_ignores_line_breaks_and_kinds_of_dots() -> None:
    assert for_comparison("阿依努尔・\n买买提 同志") == for_comparison("阿依努尔·买买提同志")
