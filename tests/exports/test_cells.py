import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledges.exports.cells import MAX_TEXT_LENGTH, escape_formula, fits_exactly, shortened

# As docs/api.md tells it to those who want the text back.
BEHIND_AN_APOSTROPHE = re.compile(r"^'(?='*[=+\-@\t\r\n＝＋－＠])")


@pytest.mark.parametrize("text", ["=1+1", "+A1", "-A1", "@SUM(A1)", "\tx", "\rx", "\n=1", "＝1", "＋1", "－A1", "＠x"])
def test_a_formula_is_escape_formula(text: str) -> None:
    assert escape_formula(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["", "385", "-0.5", "+5", "-12345678901234567890.123456", "2025-01", "云岭", "'十四五'"]
)
def test_what_is_no_formula_stays(text: str) -> None:
    assert escape_formula(text) == text


@given(st.text("'=+-@\t\r\n＝1.x"))
def test_the_text_can_be_had_back(text: str) -> None:
    assert BEHIND_AN_APOSTROPHE.sub("", escape_formula(text)) == text


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
def test_a_cell_keeps_fifteen_digits(number: str, fits: bool) -> None:
    assert fits_exactly(number) is fits


def test_a_text_too_long_for_a_cell_is_cut_between_characters() -> None:
    assert shortened("x" * MAX_TEXT_LENGTH) == "x" * MAX_TEXT_LENGTH
    assert shortened("x" * (MAX_TEXT_LENGTH + 1)) == "x" * (MAX_TEXT_LENGTH - 1) + "…"
    assert shortened("x" + "😀" * MAX_TEXT_LENGTH) == "x" + "😀" * (MAX_TEXT_LENGTH // 2 - 1) + "…"
