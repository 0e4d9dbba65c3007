"""CSV files: encodings, characters that show a wrong encoding, and the numbers of rows."""

from typing import Any

import pytest
from django.utils import translation

from pledges.spreadsheet_import.cells import Cell, SheetError
from pledges.spreadsheet_import.sheets import read_sheet


@pytest.fixture(autouse=True)
def in_english() -> Any:
    with translation.override("en"):
        yield


def cells(text: str, encoding: str = "utf-8") -> list[Cell]:
    """Read the cells of the only row."""
    ((_number, row),) = read_sheet(text.encode(encoding)).rows
    return list(row.values())


@pytest.mark.parametrize(
    ("codec", "encoding"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("gb18030", "GB18030"), ("gb2312", "GB18030")],
)
def test_encoding_of_the_file_is_named(codec: str, encoding: str) -> None:
    sheet = read_sheet("编号".encode(codec))
    assert (sheet.encoding, list(sheet.rows)) == (encoding, [(1, {0: Cell("编号")})])


@pytest.mark.parametrize("codec", ["gb18030", "utf-16"])
@pytest.mark.parametrize(("text", "outside"), [("镕基鎏金镕", "镕"), ("Montréal 市", ""), ("5 €", "€"), ("億元", "億")])
def test_characters_outside_gb2312_are_held_unless_the_file_is_in_utf8(codec: str, text: str, outside: str) -> None:
    (cell,) = cells(text, codec)
    assert cell.text == text
    assert cell.warning.endswith(f"with characters outside GB 2312: {outside}") if outside else not cell.warning
    assert cells(text) == [Cell(text)]


@pytest.mark.parametrize("text", ["古丽娜·艾合买提—“引号”，《书名》……ａｂｃ１２３①㈠α京 abc\t1"])
def test_characters_of_gb2312_are_not_held(text: str) -> None:
    assert [cell.warning for cell in cells(f"'{text}'".replace("\t", " "), "gb18030")] == [""]


@pytest.mark.parametrize(
    ("codec", "text"),
    [("cp1252", "Gazette de Montréal"), ("cp1252", "Zürcher Zeitung"), ("big5", "臺灣日報")],
)
def test_text_in_another_encoding_is_held(codec: str, text: str) -> None:
    assert any(cell.warning for cell in cells(text, codec))


def test_text_that_is_invalid_in_all_encodings_is_rejected() -> None:
    with pytest.raises(SheetError, match="neither XLSX nor text"):
        cells("Café,1", "cp1252")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ('a,b\n1,"甲\n乙\n丙"\n2,x', [1, 2, 3]),
        ('a,b\r\n1,"甲\r\n\r\n乙"\r\n\r\n2,x', [1, 2, 4]),
        ("\n\na\n1", [3, 4]),
        ("a\r1\r2", [1, 2, 3]),
        ("a,b\n,\n1,2", [1, 3]),
    ],
)
def test_rows_are_numbered_as_spreadsheets_number_them(text: str, numbers: list[int]) -> None:
    assert [number for number, _row in read_sheet(text.encode()).rows] == numbers


def test_unreadable_row_is_named_as_spreadsheets_number_it() -> None:
    with pytest.raises(SheetError, match="Row 3 can't be read as CSV"):
        list(read_sheet('a\n"甲\n乙"\n"丙'.encode()).rows)
