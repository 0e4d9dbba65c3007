import csv
import re
from io import BytesIO, StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from pledges.exports.cells import MAX_TEXT_LENGTH, escape_formula, fits_exactly, shortened
from pledges.exports.csv_rows import csv_chunks
from pledges.exports.xlsx import xlsx_chunks

# The expression that docs/api.md gives for restoring the text.
SIGN = r"[\s'\ufeff\u200b-\u200f\u2060]*[=+\-@＝＋－＠]"
ESCAPING_APOSTROPHE = re.compile(rf"(\A|(?<=[;\t\r\n]))'(?={SIGN})|\A'(?='*[\t\r\n])")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "=1+1",
            "+A1",
            "-A1",
            "@SUM(A1)",
            "\tx",
            "\rx",
            "＝1",
            "＋1",
            "－A1",
            "＠x",
            "-5%",
            "--5",
            "+-5",
            "- 5",
            "-5e3",
        ),
        *(
            " =1",
            "\ufeff=1",
            "\u3000=1",
            "\xa0@x",
            "\u200b=1",
            " \ufeff +A1",
            "'=1",
            "' =1",
            " '=1",
            "\x0b=1",
            "\x1f=1",
        ),
    ],
)
def test_formula_is_escaped(text: str) -> None:
    assert escape_formula(text) == f"'{text}"


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("云岭;=1", "云岭;'=1"),
        ("云岭; =1;+2", "云岭;' =1;'+2"),
        ("云岭\t=1", "云岭\t'=1"),
        ("完成\n=1\r\n-2", "完成\n'=1\r'\n'-2"),
        ("\t=1", "'\t'=1"),
        ("\n=1", "'\n'=1"),
        ("=1;=2", "'=1;'=2"),
        ("5;-3", "5;'-3"),
        ("a;'=1", "a;''=1"),
        ("a;＝1", "a;'＝1"),
    ],
)
def test_formula_after_a_separator_is_escaped(text: str, escaped: str) -> None:
    assert escape_formula(text) == escaped


@pytest.mark.parametrize(
    "text",
    [
        "",
        "385",
        "-0.5",
        "+5",
        "-12345678901234567890.123456",
        "2025-01",
        "云岭",
        "'十四五'",
        "云岭;x",
        "a=1",
        "a@b",
        " x",
        "1,-5",
    ],
)
def test_text_without_formula_is_unchanged(text: str) -> None:
    assert escape_formula(text) == text


@given(st.text("'=+-@\t\r\n＝1.x; \ufeff"))
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


@pytest.mark.parametrize("text", ["\tx", " =1", "\rx", "\nx"])
def test_white_space_before_formula_is_escaped_in_csv_and_text_in_xlsx(text: str) -> None:
    assert "".join(csv_chunks(["a"], [[text]], escape_formulas=True)).partition("\r\n")[2].strip('"\r\n') == f"'{text}"
    cell = xlsx_cell(text)
    assert (cell.value, cell.data_type) == (text, "s")


def test_xlsx_omits_only_characters_xml_cannot_hold() -> None:
    assert xlsx_cell("标题\x00\x07\x0b\x1f\ufffe\uffff\t\r\n\x7f\u2028\u2029_x0041_").value == (
        "标题\t\r\n\x7f\u2028\u2029_x005F_x0041_"
    )


def test_csv_keeps_characters_that_end_lines() -> None:
    text = "a\r\nb\rc\nd\u2028e\u2029\x07"
    written = "".join(csv_chunks(["a"], [[text]], escape_formulas=False))
    assert list(csv.reader(StringIO(written, newline=""))) == [["a"], [text]]


def xlsx_cell(text: str) -> Any:
    content = b"".join(xlsx_chunks("Sheet", ["a"], [[text]]))
    return load_workbook(BytesIO(content)).active["A2"]
