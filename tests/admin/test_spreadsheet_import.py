"""Import of actual values in the admin: upload, preview and confirmation."""

import json
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import translation
from openpyxl import Workbook, load_workbook

from pledges.admin.mixins.spreadsheet_import import row_ranges
from pledges.models import FollowUp
from pledges.models.choices import ReviewState
from pledges.spreadsheet_import.cells import Sheet
from pledges.spreadsheet_import.sheets import read_sheet
from tests.factories import Record, make_follow_up, make_pledges, make_user

from .forms import fields_of

IMPORT = "/admin/pledges/followup/import/"
HEADING = "编号,实际数值,单位,截至,依据链接"
GOOD = "yl-2025-001,400,亿元,2025-12-31,https://news.example/report"
BAD = "yl-2025-002,约26,%,2025-12-31,https://news.example/report"


@pytest.fixture(autouse=True)
def reading_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read files without a process for each, which tests/hostile has."""

    def read(content: bytes) -> Sheet:
        return Sheet.from_json(json.loads(json.dumps(read_sheet(content).as_json())))

    monkeypatch.setattr("pledges.admin.mixins.spreadsheet_import.read_uploaded_sheet", read)


def upload(client: Client, *rows: str, encoding: str = "utf-8") -> Any:
    content = "\n".join([HEADING, *rows]).encode(encoding)
    return client.post(IMPORT, {"file": SimpleUploadedFile("实际.csv", content)})


def upload_file(client: Client, content: bytes, name: str = "实际.xlsx") -> Any:
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, content)})


def confirm(client: Client, page: Any, **more: Any) -> Any:
    form = fields_of(page.content.decode())
    return client.post(IMPORT, {name: form[name] for name in ("upload", "digest")} | more, follow=True)


def test_list_of_follow_ups_links_to_import(editor: Client, record: Record) -> None:
    assert reverse("admin:pledges_followup_import_actuals") == IMPORT
    assert f'href="{IMPORT}"' in editor.get("/admin/pledges/followup/").content.decode()
    assert editor.get(IMPORT).status_code == 200


def test_preview_shows_result_and_writes_nothing(editor: Client, record: Record) -> None:
    page = upload(editor, GOOD, encoding="gb18030").content.decode()

    for words in ("至少 385 亿元", "400 亿元", "已兑现", "103.8%", "1 行正确", "https://news.example/report"):
        assert words in page
    assert not FollowUp.objects.exists()


def test_confirmation_creates_submitted_follow_ups_of_user(editor: Client, record: Record) -> None:
    response = confirm(editor, upload(editor, GOOD))

    assert "已提交 1 条核查记录。" in response.content.decode()
    follow_up = FollowUp.objects.get()
    assert (follow_up.state, follow_up.author.username) == (ReviewState.SUBMITTED, "editor")
    event = follow_up.events.first()  # type: ignore[attr-defined]
    assert (event.pgh_context["channel"], event.pgh_context["user"]) == ("admin", follow_up.author_id)


def test_file_with_invalid_row_is_imported_only_without_that_row(editor: Client, record: Record) -> None:
    page = upload(editor, GOOD, BAD)
    assert "现为：约26；应为：385 或 25.62 这样的数字，不带单位" in page.content.decode()

    assert "1 行有错误" in confirm(editor, page).content.decode()
    assert not FollowUp.objects.exists()

    confirm(editor, page, skip_invalid="on")
    assert [follow_up.pledge for follow_up in FollowUp.objects.all()] == [record.investment]


def test_file_without_valid_row_cannot_be_confirmed(editor: Client, record: Record) -> None:
    page = upload(editor, BAD)
    assert 'name="upload"' not in page.content.decode()


def test_second_confirmation_imports_nothing(editor: Client, record: Record) -> None:
    page = upload(editor, GOOD)
    confirm(editor, page)

    assert "已导入过" in confirm(editor, page).content.decode()
    assert FollowUp.objects.count() == 1


def test_upload_of_other_user_is_not_confirmed(editor: Client, admin_client: Client, record: Record) -> None:
    page = upload(editor, GOOD)
    assert "已导入过" in confirm(admin_client, page).content.decode()
    assert not FollowUp.objects.exists()


def test_result_changed_after_preview_is_shown_again(editor: Client, record: Record) -> None:
    page = upload(editor, GOOD)
    record.investment.value = 500
    record.investment.save(update_fields=["value"])

    second_page = confirm(editor, page)

    assert "数据已有变化" in second_page.content.decode()
    assert not FollowUp.objects.exists()
    confirm(editor, second_page)
    assert FollowUp.objects.get().status == "partly_met"


def test_row_invalid_after_preview_is_not_written(editor: Client, record: Record) -> None:
    page = upload(editor, GOOD)
    make_follow_up(record.investment, "met", state="submitted", actual=400, author=make_user("other"))

    assert "已提交或已核准" in confirm(editor, page).content.decode()
    assert FollowUp.objects.count() == 1


def test_violation_found_by_database_gives_message(
    editor: Client, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pledges.spreadsheet_import.submission.Evidence.objects.bulk_create", list)

    page = confirm(editor, upload(editor, GOOD)).content.decode()

    assert "未导入任何内容：" in page
    assert not FollowUp.objects.exists()


def test_deadlock_gives_message_and_keeps_upload(
    editor: Client, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deadlock(*_args: Any, **_kwargs: Any) -> None:
        raise OperationalError("deadlock detected")

    editor.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    page = upload(editor, GOOD)
    with monkeypatch.context() as during_deadlock:
        during_deadlock.setattr("pledges.spreadsheet_import.submission.submit", deadlock)
        second_page = confirm(editor, page)

    assert "Nothing was imported: Somebody else is changing the same rows. Try again." in second_page.content.decode()
    confirm(editor, second_page)
    assert FollowUp.objects.count() == 1


@pytest.mark.parametrize("name", ["upload", "digest"])
def test_invalid_confirmation_imports_nothing(editor: Client, record: Record, name: str) -> None:
    response = confirm(editor, upload(editor, GOOD), **{name: "\x00"})

    assert "已导入过" in response.content.decode()
    assert not FollowUp.objects.exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "提交的是空文件"),
        (b"\xff\xff\xff", "文件既不是 XLSX"),
        (b"%PDF-1.7", "这是其他类型的文件（.pdf）"),
        ("编号,实际数值,没有这一列".encode(), "无法识别的列：没有这一列。"),
        ("编号,实际数值".encode(), "首行缺少以下列：单位、截至、依据链接。"),
    ],
)
def test_unreadable_file_gives_message(editor: Client, record: Record, content: bytes, message: str) -> None:
    page = editor.post(IMPORT, {"file": SimpleUploadedFile("实际.csv", content)})
    assert message in page.content.decode()


def test_too_large_file_is_rejected(editor: Client, record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pledges.spreadsheet_import.sheets.MAX_BYTES", 10)
    assert "文件太大" in upload(editor, GOOD).content.decode()


@pytest.mark.slow
def test_preview_of_long_file_shows_errors_first(editor: Client, record: Record) -> None:
    refs = [f"many-{number}" for number in range(250)]
    make_pledges(refs)
    rows = [f"{ref},400,亿元,2025-12-31,https://a.example" for ref in refs]

    page = upload(editor, *rows, BAD).content.decode()

    assert "250 行正确" in page
    assert page.index("约26") < page.index("many-0")
    assert "many-249" not in page
    assert "只显示前 200 行" in page


def test_preview_shows_all_texts_that_become_public(editor: Client, record: Record) -> None:
    link = f"https://news.example/{'path/' * 30}"
    heading = f"{HEADING},状态,理由,摘要,标题,报纸"
    row = f'yl-2025-001,400,亿元,2025-12-31,{link},partly_met,口径不同,"已开工。\n已完工。",统计公报,云岭日报'
    content = f"{heading}\n{row}"

    page = upload_file(editor, content.encode(), "实际.csv").content.decode()

    for text in ("以 UTF-8 读取", f">{link}<", "口径不同", "已开工。<br>已完工。", "统计公报", "云岭日报"):
        assert text in page


def test_texts_of_misread_file_are_held_until_confirmed(editor: Client, record: Record) -> None:
    content = f"{HEADING},publisher\nyl-2025-001,400,,2025-12-31,https://news.example/1,Gazette de Montréal"
    content = content.replace(HEADING, "reference,actual figure,unit,as of,evidence link")
    page = upload_file(editor, content.encode("cp1252"), "figures.csv")
    text = page.content.decode()
    assert "以 GB18030 读取" in text
    assert "1 行待确认" in text
    assert text.count("Gazette de Montr閍l") == 2
    assert "GB 2312 以外的字符：閍" in text

    assert "请核对待确认的行" in confirm(editor, page).content.decode()
    assert not FollowUp.objects.exists()

    confirm(editor, page, accept_held="on")
    assert FollowUp.objects.get().evidence.get().publisher == "Gazette de Montr閍l"


def test_held_rows_are_not_confirmed_by_skipping_errors(editor: Client, record: Record) -> None:
    row = "yl-2025-001,400,亿元,2025-12-31,https://news.example/1,镕基"
    page = upload_file(editor, f"{HEADING},摘要\n{row}\n{BAD},".encode("gb18030"), "实际.csv")

    confirm(editor, page, skip_invalid="on")
    confirm(editor, page, accept_held="on")
    assert not FollowUp.objects.exists()

    confirm(editor, page, skip_invalid="on", accept_held="on")
    assert FollowUp.objects.get().summary == "镕基"


def test_more_held_rows_than_shown_cannot_be_confirmed(
    editor: Client, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pledges.admin.mixins.spreadsheet_import.MAX_HELD_ROWS", 1)
    rows = [f"{pledge.ref},20,,2025-12-31,https://a.example,镕" for pledge in (record.investment, record.growth)]
    page = upload_file(editor, "\n".join([f"{HEADING},摘要", *rows]).encode("gb18030"), "实际.csv").content.decode()
    assert "待确认的行超过 1 行" in page
    assert 'name="accept_held"' not in page


@pytest.mark.slow
def test_preview_of_long_file_is_downloaded_with_all_rows(editor: Client, record: Record) -> None:
    refs = [f"many-{number}" for number in range(201)]
    make_pledges(refs)
    rows = [f"{ref},400,亿元,2025-12-31,https://a.example/{ref},第 {ref} 项" for ref in refs]
    page = upload_file(editor, "\n".join([f"{HEADING},摘要", *rows, f"{BAD},"]).encode(), "实际.csv")

    form = fields_of(page.content.decode())
    response = editor.post(IMPORT, {"upload": form["upload"], "digest": form["digest"], "download": ""})

    table = list(load_workbook(BytesIO(response.content)).active.iter_rows(values_only=True))
    assert len(table) == 203
    assert table[201][:6] == (
        202,
        "many-200",
        400,
        "亿元",
        datetime.fromisoformat("2025-12-31"),
        "https://a.example/many-200",
    )
    assert "第 many-200 项" in table[201]
    assert table[202][2] == "约26"
    assert "385 或 25.62 这样的数字" in str(table[202][-1])
    assert not FollowUp.objects.exists()
    assert confirm(editor, page, skip_invalid="on").status_code == 200
    assert FollowUp.objects.count() == 201


def test_preview_names_sheet_and_what_is_hidden(editor: Client, record: Record) -> None:
    book = Workbook()
    book.active.title, book.active.sheet_state = "底稿", "hidden"
    sheet = book.create_sheet("定稿")
    sheet.append(HEADING.split(","))
    for number, ref in enumerate(["yl-2025-001", "yl-2025-002", "yl-2026-001"], start=2):
        sheet.append([ref, 1, None, "2025-12-31", "https://news.example/1"])
        sheet.row_dimensions[number].hidden = number > 2
    sheet.column_dimensions["E"].hidden = True
    book.active = 1
    content = BytesIO()
    book.save(content)

    page = upload_file(editor, content.getvalue()).content.decode()

    for text in (
        "工作表“定稿”",
        "只读取第一个可见的工作表，未读取：底稿",
        "隐藏的行也会读取：3–4",
        "隐藏的列也会读取：E",
    ):
        assert text in page


def test_row_ranges() -> None:
    with translation.override("en"):
        assert row_ranges([2, 4, 5, 6, 9]) == "2, 4–6, 9"


def test_cell_is_escaped_in_preview(editor: Client, record: Record) -> None:
    page = upload(editor, "<script>alert(1)</script>,400,亿元,2025-12-31,").content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page


def test_empty_template_has_expected_header_row(editor: Client, record: Record) -> None:
    content = editor.get("/admin/pledges/followup/import/template/").content
    heading = next(load_workbook(BytesIO(content)).active.iter_rows(values_only=True))
    assert heading[:5] == ("编号", "实际数值", "单位", "截至", "依据链接")


def test_template_of_queue_is_filled_in_and_imported(editor: Client, record: Record) -> None:
    url = "/admin/pledges/pledgetocheck/export/?q=yl-2025-001"
    file = load_workbook(BytesIO(editor.post(url, {"format": "0", "resource": "0"}).content))
    heading, row = (list(cells) for cells in file.active.iter_rows(values_only=True))
    file.active.cell(2, heading.index("actual") + 1, 400)
    file.active.cell(2, heading.index("evidence") + 1, "https://news.example/report")
    filled_in = BytesIO()
    file.save(filled_in)

    page = editor.post(IMPORT, {"file": SimpleUploadedFile("sheet.xlsx", filled_in.getvalue())})
    confirm(editor, page)

    assert row[heading.index("ref")] == "yl-2025-001"
    assert FollowUp.objects.get().actual == 400


def test_import_needs_permission_to_write_follow_ups(record: Record) -> None:
    reader = Client()
    reader.force_login(make_user("reader", role="reader"))

    assert reader.get(IMPORT).status_code == 403
    assert upload(reader, GOOD).status_code == 403
    assert reader.get("/admin/pledges/followup/import/template/").status_code == 403
    assert IMPORT not in reader.get("/admin/pledges/followup/").content.decode()


def test_preview_names_the_corrected_follow_up(editor: Client, record: Record) -> None:
    wrong = make_follow_up(record.investment, "partly_met", actual=300)
    content = f"{HEADING},更正\n{GOOD},{wrong.pk}".encode()
    page = upload_file(editor, content, "实际.csv").content.decode()
    assert "更正：部分兑现 · 300 亿元 · 2025-12-31" in page
