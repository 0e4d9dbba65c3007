"""Parsing of decimal numbers."""

from decimal import Decimal

import pytest

from pledges.domain.numbers import parse


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("385", "385"),
        ("-25.62", "-25.62"),
        ("+3", "3"),
        ("３８５．５", "385.5"),
        ("－３", "-3"),
        ("＋3", "3"),
        ("\u22123.5", "-3.5"),  # U+2212, the minus sign of word processors
        (" 385\u3000", "385"),
    ],
)
def test_plain_and_full_width_digits_points_and_signs_are_parsed(written: str, number: str) -> None:
    assert parse(written) == Decimal(number)


@pytest.mark.parametrize(
    "written",
    [
        *("385²", "355①", "40₅", "3⒌5", "⑽", "1½", "385\u2070", "Ⅳ", "㉑", "➊", "5\u20e3"),
        *("٣٨٥", "三百", "3𝟖5", "385·5", "3，5", "3。5", "3٫5", "3\u200b5", "3\u00ad5"),
        *("+-3", "--3", "–3", "—3", "﹣3", "(3)", "3-", "1e3", "1,550", "38,5", "约385", "385%", "0x10", "1_000", ""),
    ],
)
def test_other_characters_are_no_part_of_a_number(written: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        parse(written)
