"""Values in CSV and XLSX: special characters, formulas, numbers, dates and long texts."""

import json
from datetime import datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from pledges.models import Document, Pledge, Unit
from tests.factories import Record, make_follow_up

from .conftest import Api
from .format_responses import body, lines, results, sheet, table

SPECIAL_TEXT = '算力"引号",逗号\n换行\n\n空行\t制表 <b>&amp; 😀\u3000 _x0041_ end'


@pytest.fixture
def special_text(record: Record) -> str:
    Pledge.objects.filter(pk=record.investment.pk).update(note=SPECIAL_TEXT)
    return SPECIAL_TEXT


def test_special_characters_are_unchanged_in_csv_and_json_lines(api: Api, special_text: str) -> None:
    header, row, *_ = table(api.get("pledges.csv"))
    assert row[header.index("note")] == special_text
    assert json.loads(lines(api.get("pledges.jsonl"))[0])["note"] == special_text


def test_special_characters_are_unchanged_in_xlsx(api: Api, special_text: str) -> None:
    header, row, *_ = sheet(api.get("pledges.xlsx"))
    assert row[header.index("note")] == special_text.replace("_x0041_", "_x005F_x0041_")


def test_csv_lines_end_with_crlf(api: Api, record: Record) -> None:
    assert body(api.get("units.csv")).count(b"\r\n") == 1 + Unit.objects.count()


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "@SUM(A1)", "+1+1", "-1+1", "＝1+1"])
def test_formulas_are_escaped(api: Api, record: Record, text: str) -> None:
    Document.objects.filter(slug="yunling-daily-1").update(title=text)
    header, row, *_ = table(api.get("documents.csv"))
    assert row[header.index("title")] == f"'{text}"
    book = load_workbook(BytesIO(body(api.get("documents.xlsx"))))
    cell = book.active.cell(2, header.index("title") + 1)
    assert (cell.value, cell.data_type) == (text, "s")


def test_xlsx_has_numbers_dates_and_times(api: Api, record: Record) -> None:
    Pledge.objects.filter(pk=record.growth.pk).update(value="-0.5", label="-0.5")
    header, *others = sheet(api.get("pledges.xlsx"))
    rows = {row[0]: dict(zip(header, row, strict=True)) for row in others}
    investment, growth = rows["yl-2025-001"], rows["yl-2025-002"]
    assert (investment["value"], investment["amount"], investment["year"]) == (385, 38_500_000_000, 2025)
    assert (growth["value"], growth["label"]) == (-0.5, "-0.5")
    assert investment["deadline"] == datetime(2025, 12, 31)  # noqa: DTZ001  # cells have no time zone
    assert growth["deadline"] is None
    written = json.loads(lines(api.get("pledges.jsonl"))[0])["created_at"]
    expected = datetime.fromisoformat(written).replace(tzinfo=None, microsecond=0)
    assert abs((investment["created_at"] - expected).total_seconds()) < 1
    assert investment["district.code"] == "990100"
    assert investment["document.date"] == "2025-01"


def test_csv_numbers_are_not_escaped(api: Api, record: Record) -> None:
    Pledge.objects.filter(pk=record.growth.pk).update(value="-0.5")
    header, _, row, _ = table(api.get("pledges.csv"))
    assert row[header.index("value")] == "-0.5"


def test_long_number_is_not_rounded(api: Api, record: Record) -> None:
    Unit.objects.filter(symbol="亿元").update(numerator="12345678901234567", denominator=10)
    factors = [row["factor"] for row in results(api, "units")]
    assert "1234567890123456.7" in factors
    header, *rows = table(api.get("units.csv"))
    assert [row[header.index("factor")] for row in rows] == factors
    _, *cells = sheet(api.get("units.xlsx"))
    assert "1234567890123456.7" in [row[header.index("factor")] for row in cells]


def test_booleans_and_lists_are_written_as_json(api: Api, varied_pledges: Record) -> None:
    make_follow_up(varied_pledges.schools, "met", actual=2, as_of="2026-06-30")
    header, *rows = table(api.get("pledges.csv"))
    assert {row[0]: row[header.index("late")] for row in rows}["yl-2026-001"] == "true"
    _, *cells = sheet(api.get("pledges.xlsx"))
    assert {row[0]: row[header.index("late")] for row in cells}["yl-2026-001"] is True
    header, *rows = table(api.get("districts.csv", kind="prefecture_level_city"))
    assert rows[0][header.index("aliases")] == '["云市"]'


def test_text_longer_than_a_cell_allows_is_truncated(api: Api, record: Record) -> None:
    Pledge.objects.filter(pk=record.investment.pk).update(note="长" * 40_000)
    header, row, *_ = sheet(api.get("pledges.xlsx"))
    assert row[header.index("note")] == "长" * 32_766 + "…"


def test_xlsx_header_row_is_bold_and_frozen(api: Api, record: Record) -> None:
    book = load_workbook(BytesIO(body(api.get("pledges.xlsx"))))
    assert book.sheetnames == ["pledges"]
    assert book.active.freeze_panes == "A2"
    assert book.active["A1"].font.bold


def test_csv_starts_with_a_byte_order_mark_on_request(api: Api, record: Record) -> None:
    plain = body(api.get("districts.csv"))
    assert plain.startswith(b"slug,")
    assert body(api.get("districts.csv", bom="true")) == b"\xef\xbb\xbf" + plain
    assert body(api.get("districts.csv", bom="false")) == plain
    assert api.errors("districts.csv", bom="1")[0]["known"] == ["true", "false"]


@pytest.mark.parametrize("path", ["districts/", "districts.json", "districts.jsonl", "districts.xlsx"])
def test_byte_order_mark_is_rejected_for_other_formats(api: Api, record: Record, path: str) -> None:
    (error,) = api.errors(path, bom="true")
    assert (error["parameter"], error["message"]) == ("bom", "Unknown parameter.")
