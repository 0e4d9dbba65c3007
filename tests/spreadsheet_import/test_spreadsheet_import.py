"""Import of actual values from a spreadsheet: reading, assessment, errors and submission."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import translation
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.formatting.rule import Rule
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat

from pledges.models import Evidence, FollowUp, Pledge
from pledges.models.choices import ReviewState, State
from pledges.spreadsheet_import import pending_uploads, sheets, submission
from pledges.spreadsheet_import.cells import Cell, CellRange, Sheet, SheetError
from pledges.spreadsheet_import.header import ACTUAL_FIGURES, HEADINGS
from pledges.spreadsheet_import.preview import Preview
from pledges.untrusted_files import containers
from tests.factories import Record, make_follow_up, make_pledge, make_unit, make_user, merge_rows
from tests.spreadsheet_import.workbooks import HEADER, LINK, preview, replaced, workbook


@pytest.fixture(autouse=True)
def in_english() -> Any:
    with translation.override("en"):
        yield


def sheet(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *rows]).encode()


def problems(content: bytes) -> list[tuple[int, str, str, str]]:
    return [(row.number, p.column, p.found, p.expected) for row in preview(content).invalid for p in row.problems]


def only_valid_row(found: Preview) -> Any:
    assert [row.problems for row in found.rows] == [[]]
    return found.rows[0]


def test_row_is_assessed_by_its_figure(record: Record) -> None:
    row = only_valid_row(preview(sheet(f"yl-2025-001,400,亿元,2025-12-31,{LINK}")))

    assert (row.pledge, row.actual, row.unit) == (record.investment.pk, 400, "亿元")
    assert (row.as_of, row.status, row.suggested.ratio) == (date(2025, 12, 31), "met", Decimal("1.0389"))


def test_qualifier_of_figure_decides_the_suggestion(record: Record) -> None:
    header = f"{HEADER},限定"
    row = only_valid_row(preview(sheet(f"yl-2025-001,380,亿元,2025-12-31,{LINK},至少", header=header)))
    assert (row.actual_bound, row.status) == ("at_least", "unverifiable")
    submission.submit([row], by=make_user())
    assert FollowUp.objects.get().actual_bound == "at_least"
    ((_number, column, found, expected),) = problems(
        sheet(f"yl-2025-001,380,亿元,2025-12-31,{LINK},大约", header=header)
    )
    assert (column, found) == ("qualifier", "大约")
    assert expected.startswith("at least / at most")


def test_figure_in_another_unit_of_the_dimension_is_converted(record: Record) -> None:
    make_unit("万元", factor=10_000)
    row = only_valid_row(preview(sheet(f"yl-2025-001,3850000,万元,2025-12-31,{LINK}")))
    assert (row.unit, row.suggested.ratio) == ("万元", 1)


def test_merged_unit_means_the_one_that_is_kept(record: Record) -> None:
    merge_rows(make_unit("亿"), record.investment.unit)
    assert only_valid_row(preview(sheet(f"yl-2025-001,400,亿,2025-12-31,{LINK}"))).unit == "亿元"


def test_missing_unit_is_that_of_the_pledge(record: Record) -> None:
    assert only_valid_row(preview(sheet(f"yl-2025-001,400,,2025-12-31,{LINK}"))).unit == "亿元"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_csv_is_read_in_each_encoding_delimiter_and_line_break(
    record: Record, encoding: str, delimiter: str, line_break: str
) -> None:
    rows = ["编号,实际数值,单位,截至,依据链接,摘要", f"yl-2025-001,400,亿元,2025-12-31,{LINK},镕基鎏金"]
    content = line_break.join(rows).replace(",", delimiter).encode(encoding)

    row = only_valid_row(preview(content))

    assert (row.unit, row.cells["summary"]) == ("亿元", "镕基鎏金")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" \n ",
        b"\xff\xff\xff\xff",
        b"ref,actual\x00",
        b"PK\x03\x04 no archive",
        b"\xd0\xcf\x11\xe0\xa1\xb1",
        b'ref,actual,unit,as_of,evidence\n"never closed',
        "ref,actual,unit,as_of,evidence\nyl".encode("utf-16")[:-1],
    ],
)
def test_unreadable_file_is_rejected(record: Record, content: bytes) -> None:
    with pytest.raises(SheetError):
        preview(content)


def test_all_errors_of_the_header_are_reported_together() -> None:
    with pytest.raises(SheetError) as error:
        ACTUAL_FIGURES.fields(["ref", "编号", "actual", "Umit"])

    assert error.value.reasons == (
        "Missing columns: unit, as of, evidence link.",
        "Unknown columns: Umit.",
        "Duplicate columns: reference.",
    )


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_headings_of_the_template_are_recognised(language: str) -> None:
    with translation.override(language):
        header = [str(heading) for heading in HEADINGS.values()]
    assert ACTUAL_FIGURES.fields(header) == list(HEADINGS)


def test_all_errors_are_reported_by_row_and_column(record: Record) -> None:
    assert problems(
        sheet(
            "nobody,400,亿元,2025-12-31,",
            "yl-2025-001,=385+1,亿元,2025-13-01,ftp://news.example",
            "",
            f"yl-2026-001,约2,所,2026-05-31,{LINK}",
            f"yl-2025-001,400,亿元,2025-12-31,{LINK}",
            f"yl-2025-002,400,亿元,2999-12-31,{LINK},more",
        )
    ) == [
        (2, "reference", "nobody", "the reference of a published pledge (there is none with this one)"),
        (3, "actual figure", "=385+1", "a number, not a formula"),
        (3, "as of", "2025-13-01", "a day such as 2025-12-31"),
        (3, "evidence link", "ftp://news.example", "one link that begins with https:// or http://"),
        (3, "reference", "yl-2025-001", "each pledge once (also in row 6)"),
        (5, "actual figure", "约2", "a number such as 385 or 25.62, without unit"),
        (6, "reference", "yl-2025-001", "each pledge once (also in row 3)"),
        (7, "", "more", "nothing (this column has no name in the first row)"),
        (7, "unit", "亿元", "The unit must measure the same thing as the pledge's unit."),
        (7, "as of", "2999-12-31", "This day is in the future."),
    ]


@pytest.mark.parametrize(
    ("row", "column", "expected"),
    [
        ("yl-2025-001,400,光年,2025-12-31,https://a.example", "unit", "a known unit, such as the pledge's: 亿元"),
        ("yl-2025-001,400,亿元,2025-12-31,", "evidence link", "a link: “met” needs evidence"),
        ("yl-2025-001,,亿元,2025-12-31,https://a.example", "actual figure", "a number or a status"),
        ("yl-2025-001,400,亿元,,https://a.example", "as of", "a day such as 2025-12-31"),
        (",400,亿元,2025-12-31,https://a.example", "reference", "the reference of a pledge"),
        ("yl-2025-001,1e3,亿元,2025-12-31,https://a.example", "actual figure", None),
        ("yl-2025-001,38,亿元,31.12.2025,https://a.example", "as of", "a day such as 2025-12-31"),
        ("yl-2025-001,400,亿元,2025-12-31,javascript:alert(1)", "evidence link", None),
    ],
)
def test_error_names_its_column(record: Record, row: str, column: str, expected: str | None) -> None:
    found = problems(sheet(row))
    assert [(problem[0], problem[1]) for problem in found] == [(2, column)]
    assert expected in {None, found[0][3]}


@pytest.mark.parametrize("written", ["missed", "未兑现", "Missed"])
def test_status_other_than_suggested_needs_a_reason(record: Record, written: str) -> None:
    header = f"{HEADER},status,reason"
    row = f"yl-2025-001,400,亿元,2025-12-31,{LINK},{written}"

    assert problems(sheet(f"{row},", header=header)) == [(2, "reason", "", "a reason (suggested status: “met”)")]
    assert only_valid_row(preview(sheet(f"{row},口径不同", header=header))).status == "missed"


def test_status_without_a_figure_is_accepted(record: Record) -> None:
    found = preview(sheet("yl-2025-001,,亿元,2025-12-31,,无法核实", header=f"{HEADER},状态"))
    assert (only_valid_row(found).status, only_valid_row(found).unit) == ("unverifiable", None)


@pytest.mark.parametrize(
    ("written", "status"), [("未启动", "not_started"), ("停滞", "stalled"), ("Not started", "not_started")]
)
def test_status_without_verdict_is_read_in_each_language(record: Record, written: str, status: str) -> None:
    found = preview(sheet(f"yl-2025-001,,,2025-06-30,,{written}", header=f"{HEADER},状态"))
    assert only_valid_row(found).status == status


@pytest.mark.parametrize(("written", "columns"), [("停滞", []), ("未启动", ["reason"])])
def test_stalled_needs_no_reason_where_in_progress_is_suggested(
    record: Record, written: str, columns: list[str]
) -> None:
    found = problems(sheet(f"yl-2025-001,100,,2025-06-30,,{written}", header=f"{HEADER},状态"))
    assert [column for _row, column, _found, _expected in found] == columns


def test_misspelt_status_is_not_replaced_by_the_suggestion(record: Record) -> None:
    found = problems(sheet(f"yl-2025-001,400,亿元,2025-12-31,{LINK},mett", header=f"{HEADER},status"))
    assert [(row, column, written) for row, column, written, _expected in found] == [(2, "status", "mett")]


def test_missed_before_the_last_day_is_rejected(record: Record) -> None:
    row = f"yl-2025-001,1,亿元,2025-06-30,{LINK},missed,落后"
    assert [problem[1] for problem in problems(sheet(row, header=f"{HEADER},status,reason"))] == ["as of"]


def test_template_row_not_filled_in_is_skipped_and_counted(record: Record) -> None:
    header = "ref,district,label,target,actual,unit,as_of,evidence,status,reason"
    found = preview(sheet("yl-2025-001,云岭市,年度投资额,至少385亿元,,亿元,2025-12-31,,,", header=header))
    assert (found.rows, found.not_filled_in) == ([], 1)


def test_follow_up_submitted_before_is_rejected(record: Record) -> None:
    make_follow_up(record.investment, "met", state="submitted", actual=400)
    assert [problem[1] for problem in problems(sheet(f"yl-2025-001,400,亿元,2025-12-31,{LINK}"))] == ["reference"]
    assert only_valid_row(preview(sheet(f"yl-2025-001,401,亿元,2025-12-31,{LINK}")))


def test_workbook_cells_are_read_as_displayed(record: Record) -> None:
    found = preview(
        workbook(
            ["yl-2025-001", 400, "亿元", datetime.fromisoformat("2025-12-31"), LINK],
            ["yl-2025-002", 0.1 + 0.2, "%", date(2025, 12, 31), LINK],
        )
    )
    assert [(row.cells["actual"], row.as_of, row.problems) for row in found.rows] == [
        ("400", date(2025, 12, 31), []),
        ("0.3", date(2025, 12, 31), []),
    ]


@pytest.mark.parametrize("unit", ["%", None])
def test_percentage_is_read_as_displayed(record: Record, unit: str | None) -> None:
    def change(sheet: Any) -> None:
        sheet["B2"].number_format = "0.00%"

    written = only_valid_row(preview(workbook(["yl-2025-002", 0.2562, unit, "2025-12-31", LINK], change=change)))
    as_text = only_valid_row(preview(sheet(f"yl-2025-002,25.62%,{unit or ''},2025-12-31,{LINK}")))

    assert (written.actual, written.unit) == (as_text.actual, as_text.unit) == (Decimal("25.62"), "%")


def test_percentage_in_another_unit_is_rejected(record: Record) -> None:
    row = "yl-2025-001,25.62%"
    assert problems(sheet(f"{row},亿元,2025-12-31,{LINK}")) == [
        (2, "actual figure", "25.62%", "a number such as 385 or 25.62, without unit")
    ]
    assert [problem[1] for problem in problems(sheet(f"{row},,2025-12-31,{LINK}"))] == ["unit"]


def test_formula_without_stored_result_is_rejected(record: Record) -> None:
    # openpyxl writes a formula without its result, which only spreadsheet programs compute.
    header = f"{HEADER},status"
    found = problems(
        workbook(
            ["yl-2025-001", "=380+20", "亿元", "2025-12-31", None, None],
            ["yl-2025-002", "=100+1", "%", "=TODAY()", None, "推进中"],
            header=header,
        )
    )
    expected = "a stored result: open the file in a spreadsheet program, let it calculate, and save it"
    assert found == [
        (2, "actual figure", "=380+20", expected),
        (3, "actual figure", "=100+1", expected),
        (3, "as of", "=TODAY()", expected),
    ]


def test_error_value_is_rejected(record: Record) -> None:
    row = ["yl-2025-001", "#DIV/0!", "亿元", "#N/A", LINK]
    expected = "a value: correct the formula of this cell"
    assert problems(workbook(row)) == [
        (2, "actual figure", "#DIV/0!", expected),
        (2, "as of", "#N/A", expected),
    ]


@pytest.mark.parametrize("field", ["actual", "as_of"])
def test_raised_digit_is_rejected(record: Record, field: str) -> None:
    row: dict[str, Any] = {
        "ref": "yl-2025-001",
        "actual": "400",
        "unit": "亿元",
        "as_of": "2025-12-3",
        "evidence": LINK,
    }
    row[field] = CellRichText(row[field], TextBlock(InlineFont(vertAlign="superscript"), "1"))
    assert [problem[1] for problem in problems(workbook(list(row.values())))] == [HEADINGS[field]]


@pytest.mark.parametrize("written", ["355①", "385²", "40₅", "٣٨٥"])
def test_number_with_other_digits_is_rejected(record: Record, written: str) -> None:
    assert [p[1] for p in problems(sheet(f"yl-2025-001,{written},亿元,2025-12-31,{LINK}"))] == ["actual figure"]


def held(content: bytes) -> list[tuple[str, str, str]]:
    found = preview(content)
    assert not found.invalid
    return [(warning.column, warning.found, warning.reason) for row in found.held for warning in row.warnings]


@pytest.mark.parametrize(
    ("number_format", "reason"),
    [
        ('0!.0,"万"', "the number in the cell, which its number format shows in another way"),
        ('0"万元"', "shown with “万元”, but the unit is 亿元"),
        ('#,##0"亿元"', None),
        ("#,##0.00", None),
    ],
)
def test_figure_that_its_format_shows_in_another_way_is_held(
    record: Record, number_format: str, reason: str | None
) -> None:
    def change(sheet: Any) -> None:
        sheet["B2"].number_format = number_format

    found = held(workbook(["yl-2025-001", 400, "亿元", "2025-12-31", LINK], change=change))
    assert reason in [each[2] for each in found] if reason else not found


@pytest.mark.parametrize(("number_format", "is_held"), [('0\\.0,"万"', True), ("#,##0.00", False)])
def test_figure_that_a_conditional_format_shows_in_another_way_is_held(
    record: Record, number_format: str, is_held: bool
) -> None:
    def change(sheet: Any) -> None:
        style = DifferentialStyle(numFmt=NumberFormat(numFmtId=200, formatCode=number_format))
        sheet.conditional_formatting.add("B2:B9 D2", Rule("cellIs", dxf=style, operator="greaterThan", formula=["100"]))
        sheet.conditional_formatting.add("A1:Z9", Rule("expression", dxf=DifferentialStyle(), formula=["TRUE"]))

    found = held(workbook(["yl-2025-001", 400, "亿元", "2025-12-31", LINK], change=change))
    assert [each[:2] for each in found] == [("actual figure", "400")] * is_held


def test_texts_of_a_misread_file_are_held(record: Record) -> None:
    header = f"{HEADER},publisher,title"
    content = sheet(f"yl-2025-001,400,,2025-12-31,{LINK},Gazette de Montréal,Budget", header=header)
    assert held(content) == []
    assert held(content.decode().encode("cp1252")) == [
        ("publisher", "Gazette de Montr閍l", "read as GB18030, with characters outside GB 2312: 閍")
    ]


def test_text_with_a_lost_character_is_held(record: Record) -> None:
    row = f"yl-2025-001,400,,2025-12-31,{LINK},Gazette de Montr\ufffdal"
    assert [each[0] for each in held(sheet(row, header=f"{HEADER},publisher"))] == ["publisher"]


@pytest.mark.parametrize("text", ["#DIV/0!", "#N/A", "#NAME?", "Err:502", "#######"])
@pytest.mark.parametrize("field", ["actual", "as_of", "summary"])
def test_error_value_in_csv_is_rejected(record: Record, text: str, field: str) -> None:
    row = {"ref": "yl-2025-001", "actual": "400", "unit": "亿元", "as_of": "2025-12-31", "evidence": LINK} | {
        field: text
    }
    assert problems(sheet(",".join(row.values()), header=",".join(row))) == [
        (2, str(HEADINGS[field]), text, "a value: correct the formula of this cell")
    ]


@pytest.mark.parametrize("field", ["title", "publisher", "summary", "reason"])
def test_formula_in_text_is_rejected(record: Record, field: str) -> None:
    content = sheet(f"yl-2025-001,400,亿元,2025-12-31,{LINK},=A1", header=f"{HEADER},{field}")
    assert [(problem[1], problem[3]) for problem in problems(content)] == [(HEADINGS[field], "text, not a formula")]


def test_number_in_a_text_column_that_its_format_shows_in_another_way_is_held(record: Record) -> None:
    def change(sheet: Any) -> None:
        sheet["F2"].number_format = '0"年公报"'

    row = ["yl-2025-001", 400, "亿元", "2025-12-31", LINK, 2025]
    assert [each[:2] for each in held(workbook(row, header=f"{HEADER},title", change=change))] == [("title", "2025")]


@pytest.mark.parametrize("written", ["2025-12-31", "2025/12/31", "2025.12.31", "2025年12月31日"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_day_is_read_in_each_spelling(record: Record, written: str, language: str) -> None:
    with translation.override(language):
        assert only_valid_row(preview(sheet(f"yl-2025-001,400,,{written},{LINK}"))).as_of == date(2025, 12, 31)
        assert preview(sheet(f"yl-2025-001,400,,12/31/2025,{LINK}")).invalid


@pytest.mark.parametrize("escape", ["_x0000_", "_x0007_", "_x007F_"])
def test_control_character_is_rejected(record: Record, escape: str) -> None:
    row = ["yl-2025-001", 400, "亿元", "2025-12-31", LINK, f"甲{escape}乙"]
    assert [problem[1] for problem in problems(workbook(row, header=f"{HEADER},summary"))] == ["summary"]


def test_cell_merged_with_one_above_is_rejected(record: Record) -> None:
    rows: list[list[Any]] = [[f"yl-2025-00{number}", 25, "%", "2025-12-31", LINK] for number in (1, 2)]
    rows += [["yl-2026-001", 2, "所", "2026-05-31", LINK], ["yl-2026-002", None, "所", "2026-05-31", None]]

    def merge(sheet: Any) -> None:
        sheet.merge_cells("C2:C3")
        sheet.merge_cells("B4:B5")

    found = problems(workbook(*rows, change=merge))
    assert (3, "unit", "", "a cell of its own (C2:C3 is merged)") in found
    assert (5, "actual figure", "", "a cell of its own (B4:B5 is merged)") in found


def test_column_without_heading_is_rejected(record: Record) -> None:
    content = sheet(f"yl-2025-001,400,x,亿元,2025-12-31,{LINK}", header="ref,actual,,unit,as_of,evidence")
    assert [(problem[1], problem[2]) for problem in problems(content)] == [("", "x")]


def test_file_beyond_the_limits_is_rejected(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [f"yl-2025-001,400,亿元,2025-12-31,{LINK}"] * 3
    monkeypatch.setattr(sheets, "MAX_ROWS", 2)
    with pytest.raises(SheetError, match="more than 2 rows"):
        preview(sheet(*rows))
    monkeypatch.setattr(containers, "MAX_UNPACKED_BYTES", 10)
    with pytest.raises(SheetError, match="Uncompressed, the file is larger than"):
        preview(workbook(["yl-2025-001", 400]))
    monkeypatch.setattr(sheets, "MAX_BYTES", 10)
    with pytest.raises(SheetError, match="too large: at most 0 MiB"):
        preview(sheet(*rows))


def test_many_rows_of_a_pledge_name_the_first_others(record: Record) -> None:
    found = problems(sheet(*[f"yl-2025-001,400,亿元,2025-12-31,{LINK}"] * 30))
    others = ", ".join(str(number) for number in range(3, 23))
    assert found[0][3] == f"each pledge once (also in row {others} and 9 more)"


def test_long_header_names_the_first_unknown_columns() -> None:
    with pytest.raises(SheetError, match=f"Unknown columns: {'x' * 59}…, c1, .*, c19 and 80 more"):
        ACTUAL_FIGURES.fields(["x" * 100, *(f"c{number}" for number in range(1, 100))])


@pytest.mark.parametrize(
    ("limit", "content"),
    [
        ("MAX_COLUMNS", sheet(header=",".join("abcd"))),
        ("MAX_CELLS", sheet("1,2,3", header="a")),
        ("MAX_BYTES", workbook(["xx"], header="x")),
    ],
)
def test_sheet_beyond_the_limits_is_rejected(monkeypatch: pytest.MonkeyPatch, limit: str, content: bytes) -> None:
    monkeypatch.setattr(sheets, "check_size", lambda size: None)
    monkeypatch.setattr(sheets, limit, 2)
    with pytest.raises(SheetError, match="too large to be read"):
        list(sheets.read_sheet(content).rows)


def test_long_cell_is_rejected() -> None:
    with pytest.raises(SheetError, match="Row 2 has a cell with more than 32767 characters"):
        list(sheets.read_sheet(sheet("x" * 32_768)).rows)


@pytest.mark.parametrize("kind", ["merged", "reformatted"])
def test_overlapping_ranges_beyond_the_limit_are_rejected(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    def change(sheet: Any) -> None:
        style = DifferentialStyle(numFmt=NumberFormat(numFmtId=200, formatCode='0\\.0,"万"'))
        for row in range(1, 9):
            rule = Rule("cellIs", dxf=style, operator="greaterThan", formula=["100"])
            sheet.conditional_formatting.add(f"A1:C{row + 9}", rule)

    rows = [[row, row] for row in range(8)]
    merged = "</sheetData><mergeCells>" + '<mergeCell ref="A1:C9"/>' * 8 + "</mergeCells>"
    content = (
        replaced(workbook(*rows, header="a"), ("</sheetData>", merged))
        if kind == "merged"
        else workbook(*rows, header="a", change=change)
    )
    monkeypatch.setattr(sheets, "MAX_CELLS", 20)
    with pytest.raises(SheetError, match="too large to be read"):
        list(sheets.read_sheet(content).rows)


def test_confirmed_rows_are_submitted_with_their_evidence(record: Record) -> None:
    header = f"{HEADER},摘要,标题,媒体"
    found = preview(sheet(f"yl-2025-001,400,亿元,2025-12-31,{LINK},已完成,公报,云岭日报", header=header))
    author = make_user("editor")

    assert submission.submit(found.valid, by=author) == 1

    follow_up = FollowUp.objects.get()
    assert (follow_up.state, follow_up.author, follow_up.status) == (ReviewState.SUBMITTED, author, "met")
    assert (follow_up.actual, follow_up.unit_id, follow_up.summary) == (400, "亿元", "已完成")
    assert follow_up.submitted_at is not None
    evidence = Evidence.objects.get()
    assert (evidence.follow_up, evidence.url, evidence.title, evidence.publisher) == (
        follow_up,
        LINK,
        "公报",
        "云岭日报",
    )
    assert [event.pgh_label for event in follow_up.events.order_by("pgh_id")] == [  # type: ignore[attr-defined]
        "insert",
        "update",
    ]


def test_row_rejected_by_the_database_rolls_back_all_rows(record: Record) -> None:
    good, bad = preview(sheet(f"yl-2025-001,400,亿元,2025-12-31,{LINK}", f"yl-2025-002,26,%,2025-12-31,{LINK}")).valid
    bad.cells.pop("evidence")  # a preview never returns such a row as valid

    with pytest.raises(IntegrityError, match="follow_up_verdict_has_evidence"):
        submission.submit([good, bad], by=make_user("editor"))

    assert not FollowUp.objects.exists()
    assert not Evidence.objects.exists()


@pytest.mark.slow
def test_many_rows_take_few_queries(record: Record, django_assert_max_num_queries: Any) -> None:
    refs = [f"many-{number}" for number in range(300)]
    for ref in refs:
        make_pledge(ref, statement=record.investment.statement)
    content = sheet(*(f"{ref},400,亿元,2025-12-31,{LINK}" for ref in refs))

    with django_assert_max_num_queries(13):
        submission.submit(preview(content).valid, by=make_user("editor"))

    assert FollowUp.objects.filter(state=ReviewState.SUBMITTED).count() == 300


def test_digest_changes_with_the_suggested_status(record: Record) -> None:
    row = f"yl-2025-001,380,亿元,2025-12-31,{LINK}"
    before = preview(sheet(row)).digest
    assert preview(sheet(row)).digest == before
    record.investment.value = 380
    record.investment.save(update_fields=["value"])
    assert preview(sheet(row)).digest != before


@pytest.mark.parametrize("other", ["381,亿元,2025-12-31", "380,亿元,2026-01-02"])
def test_digest_changes_with_figure_and_day(record: Record, other: str) -> None:
    seen = sheet(f"yl-2025-001,380,亿元,2025-12-31,{LINK}")
    assert preview(sheet(f"yl-2025-001,{other},{LINK}")).digest != preview(seen).digest


def test_digest_changes_with_the_unit_of_the_pledge(record: Record) -> None:
    content = sheet(f"yl-2025-001,380,,2025-12-31,{LINK}")
    before = preview(content)
    Pledge.objects.filter(pk=record.investment.pk).update(unit=make_unit("百万元", factor=1_000_000))
    after = preview(content)
    assert (before.rows[0].unit, after.rows[0].unit) == ("亿元", "百万元")
    assert after.digest != before.digest


@pytest.mark.parametrize("state", [State.DRAFT, State.RETRACTED])
def test_unpublished_pledge_is_rejected(record: Record, state: State) -> None:
    make_pledge("yl-2025-009", state=state)
    assert problems(sheet(f"yl-2025-009,400,亿元,2025-12-31,{LINK}")) == [
        (2, "reference", "yl-2025-009", "the reference of a published pledge (there is none with this one)")
    ]


def test_pending_upload_is_found_by_its_editor_only_and_deleted_once(record: Record) -> None:
    editor = make_user("editor")
    upload = Sheet(
        [(1, {0: Cell("ref")}), (3, {2: Cell("4", warning="w", affix="万")})],
        hidden_rows=[3],
        merged=[CellRange("A1:A2", range(1, 3), range(1))],
    )
    key = pending_uploads.store(upload, kind="actuals", by=editor)

    assert pending_uploads.find(key, kind="actuals", by=editor) == upload
    assert pending_uploads.find(key, kind="actuals", by=make_user("other")) is None
    assert pending_uploads.find("nonsense", kind="actuals", by=editor) is None
    assert [pending_uploads.delete(key), pending_uploads.delete(key)] == [True, False]
    assert pending_uploads.find(key, kind="actuals", by=editor) is None


def test_texts_of_cells_are_cleaned(record: Record) -> None:
    header = f"{HEADER},summary,title,publisher"
    cells = f'yl-2025-001\u200b,400,亿\u2060元,2025-12-31,{LINK}\ufeff,"一\r\n⼆ ","甲\n乙",云岭\u00a0•\u00a0日报'
    row = only_valid_row(preview(sheet(cells, header=header)))

    assert row.cells | {"summary": "一\n二", "title": "甲乙", "publisher": "云岭·日报", "evidence": LINK} == row.cells
    assert (row.pledge, row.unit) == (record.investment.pk, "亿元")


def test_control_character_in_a_cell_is_named(record: Record) -> None:
    content = sheet(f"yl-2025-001,400,亿元,2025-12-31,{LINK},甲\x07", header=f"{HEADER},summary")
    assert problems(content) == [
        (2, "summary", "甲", "text without characters that can't be displayed, such as U+0007")
    ]
