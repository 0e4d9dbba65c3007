"""XLSX files are read as spreadsheet programs show them."""

import tracemalloc
from datetime import date, datetime
from typing import Any

import pytest
from django.utils import translation
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.formula import ArrayFormula

from pledges.spreadsheet_import.cells import Cell, Sheet, SheetError
from pledges.spreadsheet_import.sheets import read_sheet
from tests.spreadsheet_import.workbooks import replaced, saved, with_shared_string, workbook


@pytest.fixture(autouse=True)
def in_english() -> Any:
    with translation.override("en"):
        yield


def read(content: bytes) -> tuple[Sheet, dict[int, dict[int, Cell]]]:
    sheet = read_sheet(content)
    return sheet, dict(sheet.rows)


def only_cell(value: Any, number_format: str = "General", **style: Any) -> Cell:
    """Write a value to a cell and read it."""

    def change(sheet: Any) -> None:
        sheet["A1"] = value
        sheet["A1"].number_format = number_format
        for name, each in style.items():
            setattr(sheet["A1"], name, each)

    _sheet, rows = read(workbook(header="", change=change))
    return rows[1][0]


def set_built_in_format(cell: Any, key: int) -> None:
    """Set a built-in number format, also one that openpyxl has no name for."""
    cell._style = StyleArray([0, 0, 0, key, 0, 0, 0, 0, 0])  # noqa: SLF001


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (400, "General", "400"),
        (0.1 + 0.2, "General", "0.3"),
        (1234.5, "#,##0.00", "1234.5"),
        (-1234.5, "#,##0.00_);(#,##0.00)", "-1234.5"),
        (0.2562, "0.00%", "25.62%"),
        (0.2562, "[Red]0%", "25.62%"),
        (25.62, '0.00"%"', "25.62%"),
        (25.62, "0.00\\%", "25.62%"),
        (1 / 3, "0.00%", "33.33%"),
        (2 / 3, "#,##0.00_ ", "0.67"),
        (20000 / 3, '_ ¥* #,##0_ ;_ ¥* -#,##0_ ;_ ¥* "-"??_ ;_ @_ ', "6667"),
        (1 / 3, "General", "0.333333333333333"),
        (1 / 3, "0.00E+00", "0.333333333333333"),
        (12.3456, "0.0", "12.3456"),
        (True, "General", "TRUE"),
        (date(2024, 12, 31), "yyyy-mm-dd", "2024-12-31"),
        (date(2024, 12, 31), 'yyyy"年"m"月"d"日"', "2024-12-31"),
        (date(2024, 12, 31), "[$-804]m/d/yy", "2024-12-31"),
        (date(2024, 12, 31), '[DBNum1][$-804]yyyy"年"m"月"d"日";@', "2024-12-31"),
        (date(2024, 12, 31), "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", "2024-12-31"),
        (385, "0!m", "385"),
        (385, "0\\d", "385"),
        (1.5, "[h]", "1 day, 12:00:00"),
        (datetime.fromisoformat("2024-12-31T08:30"), "yyyy-mm-dd", "2024-12-31"),
        (datetime.fromisoformat("2024-12-31T08:30"), "yyyy-mm-dd hh:mm", "2024-12-31 08:30:00"),
        (date(2024, 12, 1), 'yyyy"年"m"月";@', "2024-12"),
        (date(2024, 12, 1), "mmm-yy", "2024-12"),
        (date(2024, 12, 31), "mmm-yy", "2024-12-31"),
        (date(2024, 12, 1), "yyyy/m/d", "2024-12-01"),
        (45657, "General", "45657"),
        (45657.25, "[h]:mm", "45657 days, 6:00:00"),
        (-1, "yyyy-mm-dd", "1899-12-29"),
        (1e12, "yyyy-mm-dd", "1000000000000"),
    ],
)
def test_number_is_read_as_displayed(value: Any, number_format: str, text: str) -> None:
    assert only_cell(value, number_format).text == text


@pytest.mark.parametrize("number_format", [*range(27, 37), *range(50, 59)])
def test_day_in_built_in_east_asian_format_is_read(number_format: int) -> None:
    def change(sheet: Any) -> None:
        sheet["A1"] = 45657
        set_built_in_format(sheet["A1"], number_format)

    _sheet, rows = read(workbook(header="", change=change))
    assert rows[1][0].text == "2024-12-31"


@pytest.mark.parametrize(("number_format", "text"), [(57, "2024-12"), (58, "2024-12-01"), (31, "2024-12-01")])
def test_month_in_built_in_chinese_format_has_no_day(number_format: int, text: str) -> None:
    def change(sheet: Any) -> None:
        sheet["A1"] = 45627
        set_built_in_format(sheet["A1"], number_format)

    _sheet, rows = read(workbook(header="", change=change))
    assert rows[1][0].text == text


def test_days_of_1904_workbook_are_read_by_its_epoch() -> None:
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append([date(2024, 12, 31)])
    book.active.append([44195])
    set_built_in_format(book.active["A2"], 31)

    content = saved(book)

    assert {row[0].text for row in read(content)[1].values()} == {"2024-12-31"}


@pytest.mark.parametrize(
    "number_format",
    [
        *('0!.0,"万"', '0\\.0,"万"', "0,", "#,##0,", "0.0,,", '[>=10000]0!.0,"万";0', "0%%", '0"0"', "0!.00"),
        *('"已完成"', ";;;", '0.0,"千"', '"1"0', "10", "-0", "[Red]-0", '"-"0', "\\-0", "−0", "-General", "0-", "*-0"),
        *("(0)", "(#,##0)", "（0）", '"("0")"', "0-00", '0"-"00', "0-0000;-0", "(000) 000", "[>0]-0;0", "△0", '0"/"00'),
        *("0000-00-00", "[<0]0;[>1000000]0"),
    ],
)
def test_number_format_that_shows_another_number_is_found(number_format: str) -> None:
    cell = only_cell(123456, number_format)
    assert cell.is_rescaled
    assert cell.text.rstrip("%") in {"123456", "12345600"}


@pytest.mark.parametrize(
    ("number", "number_format"),
    [
        *((123456, each) for each in ("General", "0", "0.00", "#,##0", "#,##0.00_);[Red](#,##0.00)", "0.00E+00", "@")),
        *((123456, each) for each in ('#,##0"亿元"', '_ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ;_ ¥* "-"??_ ;_ @_ ', "# ?/?")),
        *(
            (-5, each)
            for each in ("0", "0;-0", "0;[Red]-0", "0;(0)", "0;（0）", '0;"△"0', "[<0]-0;0", "[>9]0!.0;0", "¥0;-¥0")
        ),
        *((0, each) for each in ("0", '0;-0;"-"', '_ ¥* "-"??_ ', '[=0]"-";0', "General")),
        *(
            (5, each)
            for each in (
                '[=0]"-";0',
                '0"(亿元)"',
                '"(预计)"0',
                "+0",
                '0" 个"',
                "# ?/?",
                "0;-0;-",
                '[>=10000]0!.0,"万";0',
            )
        ),
        (0.5, "0%"),
    ],
)
def test_number_format_that_shows_the_number_is_not_rescaled(number: float, number_format: str) -> None:
    assert not only_cell(number, number_format).is_rescaled


@pytest.mark.parametrize(
    "number_format", ["-0", "(0)", "0;-(0)", "0;--0", "0;-0-", "[<0]0;0", "[<9]-0-;0", '0;"亏"0', "0;"]
)
def test_number_format_with_another_sign_is_found(number_format: str) -> None:
    assert only_cell(-5, number_format).is_rescaled


@pytest.mark.parametrize("number_format", ["#", "#,###", "0;-0;", '0;-0;#"亿元"'])
def test_number_format_that_hides_zero_is_found(number_format: str) -> None:
    assert only_cell(0, number_format).is_rescaled


@pytest.mark.parametrize(
    "number_format",
    [
        *("0000-00-00", "0-00-00", "####-##-##", "[Red]0000\\-00\\-00", '0000"/"00"/"00', "0000!.00!.00"),
        *("0000年00月00日", '0000"年"00"月"00"日"'),
    ],
)
def test_number_that_is_shown_as_a_day_is_read_as_that_day(number_format: str) -> None:
    cell = only_cell(20241231, number_format)
    assert (cell.text, cell.is_rescaled, cell.affix) == ("2024-12-31", False, "")
    assert only_cell(20241331, number_format).text == "20241331"


@pytest.mark.parametrize("number_format", ["0;0", "0_);[Red]0"])
def test_number_format_that_hides_the_sign_is_found(number_format: str) -> None:
    assert only_cell(-5, number_format).is_rescaled
    assert not only_cell(5, number_format).is_rescaled


@pytest.mark.parametrize(
    ("number_format", "affix"),
    [
        ('#,##0"亿元"', "亿元"),
        ("0!万", "万"),
        ('General" 万元"', "万元"),
        ("0亿", "亿"),
        ("[$¥-804]#,##0.00", ""),
        ('"¥"#,##0;[Red]"¥"-#,##0', ""),
        ("0.00", ""),
        ("0‰", "‰"),
    ],
)
def test_text_of_the_number_format_is_read(number_format: str, affix: str) -> None:
    assert only_cell(385, number_format).affix == affix


@pytest.mark.parametrize(
    ("alignment", "text", "shown"),
    [
        ("superscript", "2", "810²"),
        ("superscript", "[1]", "810[¹]"),
        ("superscript", ".5", "810˙⁵"),
        ("subscript", "2", "810₂"),
        ("baseline", "2", "8102"),
    ],
)
@pytest.mark.parametrize("is_shared", [False, True])
def test_raised_or_lowered_run_is_no_digit(alignment: str, text: str, shown: str, is_shared: bool) -> None:
    if is_shared:
        xml = f'<r><t>810</t></r><r><rPr><vertAlign val="{alignment}" /></rPr><t>{text}</t></r>'
        content = with_shared_string(workbook(header="x"), "x", xml)
    else:
        run = TextBlock(InlineFont(vertAlign=alignment), text)
        content = workbook([CellRichText("810", run)], header="")
    assert read(content)[1].popitem()[1][0].text == shown


def test_phonetic_guide_is_no_part_of_the_text() -> None:
    xml = '<t>重庆</t><rPh sb="0" eb="2"><t>chóngqìng</t></rPh>'
    assert read(with_shared_string(workbook(header="x"), "x", xml))[1][1][0].text == "重庆"


def test_raised_cell_is_no_number() -> None:
    assert only_cell(12, font=Font(vertAlign="superscript")).text == "¹²"
    assert only_cell("12", font=Font(vertAlign="subscript")).text == "₁₂"


def test_text_with_a_struck_part_is_rejected_and_a_struck_cell_is_held() -> None:
    part = only_cell(CellRichText(TextBlock(InlineFont(strike=True), "385"), "400"))
    assert (part.text, part.problem) == ("385400", "text without a part that is struck through")
    assert only_cell(385, font=Font(strike=True)).warning == "struck through"
    assert only_cell(CellRichText(TextBlock(InlineFont(b=True), "385"), " 亿")).problem == ""


@pytest.mark.parametrize("formula", ["=1500+60", ArrayFormula("A1", "=SUM(B1:B2)")])
def test_formula_without_stored_result_is_rejected(formula: Any) -> None:
    cell = only_cell(formula)
    assert cell.text.startswith("=")
    assert "open the file in a spreadsheet program" in cell.problem


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("<v></v>", "<v>1560</v>", "1560"),
        ('<c r="A1"><f>1500+60</f><v></v>', '<c r="A1" t="str"><f>A2</f><v>甲_x000D_乙</v>', "甲\n乙"),
    ],
)
def test_stored_result_of_formula_is_read(old: str, new: str, text: str) -> None:
    content = replaced(workbook(header="=1500+60"), ("<v />", "<v></v>"), (old, new))
    assert read(content)[1][1][0] == Cell(text)


def test_formula_with_empty_text_as_result_is_an_empty_cell() -> None:
    content = replaced(workbook(header="=A2,x"), ('<c r="A1"><f>', '<c r="A1" t="str"><f>'))
    assert set(read(content)[1][1]) == {1}


@pytest.mark.parametrize("error", ["#DIV/0!", "#REF!", "#N/A", "#VALUE!"])
def test_error_value_is_rejected(error: str) -> None:
    assert only_cell(error) == Cell(error, problem="a value: correct the formula of this cell")


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("已开工。_x000D_\n已完工。", "已开工。\n已完工。"),
        ("甲_x000D_乙", "甲\n乙"),
        ("甲_x000d_乙", "甲\n乙"),
        ("甲_x0009_乙", "甲\t乙"),
        ("_x005F_x000D_", "_x000D_"),
        ("_xD83D__xDE00_", "😀"),
        ("_xD83D_", "\ufffd"),
        ("_x00e9_", "é"),
        ("a_x1_b", "a_x1_b"),
    ],
)
def test_escapes_of_texts_are_replaced(written: str, text: str) -> None:
    assert only_cell(written).text == text
    content = with_shared_string(workbook(header="x"), "x", f"<t>{written}</t>")
    assert read(content)[1][1][0].text == text


def test_first_visible_sheet_is_read_and_named() -> None:
    book = Workbook()
    book.active.title = "底稿"
    book.active.append(["hidden"])
    book.active.sheet_state = "hidden"
    for name, state in (("更早", "veryHidden"), ("定稿", "visible"), ("说明", "visible")):
        sheet = book.create_sheet(name)
        sheet.append([name])
        sheet.sheet_state = state
    book.active = 2

    sheet, rows = read(saved(book))

    assert (sheet.name, sheet.other_names) == ("定稿", ["底稿", "更早", "说明"])
    assert rows == {1: {0: Cell("定稿")}}


def test_workbook_without_visible_sheet_is_rejected() -> None:
    content = replaced(workbook(["x"]), ('state="visible"', 'state="hidden"'), part="xl/workbook.xml")
    with pytest.raises(SheetError, match="no visible sheet"):
        read_sheet(content)


def test_hidden_rows_and_columns_with_content_are_listed() -> None:
    def change(sheet: Any) -> None:
        sheet.row_dimensions[2].hidden = True
        sheet.row_dimensions[9].hidden = True
        sheet.column_dimensions["B"].hidden = True
        sheet.column_dimensions.group("D", "XFD", hidden=True)

    content = workbook(*([number] * 5 for number in range(4)), change=change)
    sheet, _rows = read(replaced(content, ('<row r="4">', '<row r="4" ht="0">')))

    assert (sheet.hidden_rows, sheet.hidden_columns) == ([2, 4], ["B", "D", "E"])


def test_rows_have_the_numbers_of_the_spreadsheet() -> None:
    def change(sheet: Any) -> None:
        sheet["A7"] = "x"
        sheet["A9"] = "甲\n乙"
        sheet["A10"] = "y"

    assert list(read(workbook(header="h", change=change))[1]) == [1, 7, 9, 10]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<row r="2">', '<row r="1000000000000000">'),
        ('<row r="2">', '<row r="1">'),
        ('<row r="2">', '<row r="-2">'),
        ('r="A2"', 'r="ZZZ2"'),
    ],
)
def test_row_or_column_outside_the_sheet_is_rejected(old: str, new: str) -> None:
    content = replaced(workbook(["x"]), (old, new))
    with pytest.raises(SheetError, match="can't be read"):
        read(content)


def test_cells_merged_across_rows_are_listed() -> None:
    def change(sheet: Any) -> None:
        sheet.merge_cells("C2:C4")
        sheet.merge_cells("A2:B2")

    sheet, _rows = read(workbook(["a", 1, "亿元"], ["b", 2], ["c", 3], change=change))

    assert [(each.name, each.rows, each.columns) for each in sheet.merged] == [("C2:C4", range(2, 5), range(2, 3))]


@pytest.mark.slow
def test_large_sheet_is_read_in_constant_memory() -> None:
    content = workbook(*([f"r-{number}", number, "亿元", "2025-12-31", ""] for number in range(500)))
    larger = workbook(*([f"r-{number % 500}", number % 500, "亿元", "2025-12-31", ""] for number in range(2500)))

    def peak(file: bytes) -> int:
        tracemalloc.start()
        for _row in read_sheet(file).rows:
            pass
        _size, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(content)  # imports the reader
    assert peak(larger) < peak(content) + 256 * 1024
