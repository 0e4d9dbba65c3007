"""Quotes are found in the text of a page with their own numbers, not with parts of others."""

import pytest

from pledges.domain.quotes import PageText


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("投资3\n85亿元", "投资385亿元"),
        ("投资3 \n 85亿元", "投资385亿元"),
        ("投资 385\u3000亿元", "投资385亿元"),
        ("第12\n5亿元", "第12 5亿元"),
        ("投资1 200亿元", "投资1 200亿元"),
        ("投资385亿元、投资85亿元", "85亿元"),
        ("到2025\n5亿元", "5亿元"),
        ("增长3.5%，其中5%", "5%"),
        ("完成1,200万元，200万元", "200万元"),
        ("完成1,20个", "20个"),
        ("增长5.", "增长5"),
        ("阿依努尔・\n买买提", "阿依努尔·买买提"),
    ],
)
def test_quote_is_found(text: str, quote: str) -> None:
    assert PageText(text).find(quote)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("12 5亿元", "125亿元"),
        ("12\u30005亿元", "125亿元"),
        ("12\t5\n亿元", "125亿元"),
        ("投资125亿元", "投资12 5亿元"),
        ("投资385亿元", "85亿元"),
        ("投资385亿元", "投资38"),
        ("增长3.5%", "5%"),
        ("增长3．5%", "5%"),
        ("增长3.5%", "增长3"),
        ("完成1,200万元", "200万元"),
        ("完成1,200万元", "完成1"),
    ],
)
def test_quote_with_part_of_a_number_is_not_found(text: str, quote: str) -> None:
    assert PageText(text).has_only_in_other_numbers(quote)


@pytest.mark.parametrize("quote", ["", " \n", "投资386亿元"])
def test_missing_quote_is_not_found(quote: str) -> None:
    page = PageText("投资385亿元")
    assert page.find(quote) is None
    assert not page.has_only_in_other_numbers("投资386亿元")


def test_found_quote_has_its_place() -> None:
    page = PageText("今年投资3\n85亿元，")
    assert page.find("投资 385 亿元") == (2, 10)
