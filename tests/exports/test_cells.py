import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledges.exports.cells import MAX_TEXT_LENGTH, escape_formula, fits_exactly, shortened

# The expression that docs/api.md gives for restoring the text.
ESCAPING_APOSTROPHE = re.compile(r"^'(?='*[=+\-@\t\r\n＝＋－＠])")


@pytest.mark.parametrize("text", ["=1+1", "+A1", "-A1", "@SUM(A1)", "\tx", "\rx", "\n=1", "＝1", "＋1", "－A1", "＠x"])
def test_formula_is_escaped(text: str) -> None:
    assert escape_formula(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["", "385", "-0.5", "+5", "-12345678901234567890.123456", "2025-01", "云岭", "'十四五'"]
)
def test_text_without_formula_is_unchanged(text: str) -> None:
    assert escape_formula(text) == text


@given(st.text("'=+-@\t\r\n＝1.x"))
def test_escaped_text_can_be_restored(text: str) -> None:
    assert ESCAPING_APOSTROPHE.sub("", escape_formula(text)) == text


@pytest.mark.parametrize(
    ("number", "fits"),
    [
        ("0", True),
        ("-0.5", True),
        ("123456789012345", True),
        ("1234567890123456", False),
        ("123456789012345000000", True),
        ("0.000001", True),
        ("-1234567890.123456", False),
        ("10000000000000000000000000000000000.001", False),
    ],
)
def test_number_of_up_to_fifteen_digits_fits_cell(number: str, fits: bool) -> None:
    assert fits_exactly(number) is fits


def test_long_text_is_cut_between_characters() -> None:
    assert shortened("x" * MAX_TEXT_LENGTH) == "x" * MAX_TEXT_LENGTH
    assert shortened("x" * (MAX_TEXT_LENGTH + 1)) == "x" * (MAX_TEXT_LENGTH - 1) + "…"
    assert shortened("x" + "😀" * MAX_TEXT_LENGTH) == "x" + "😀" * (MAX_TEXT_LENGTH // 2 - 1) + "…"
