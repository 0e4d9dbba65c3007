"""Import of pledges from a spreadsheet in the admin: upload, preview and confirmation."""

from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from pledges.importer.pledge_entry import FIELDS, IGNORED
from pledges.models import Pledge
from pledges.models.choices import State
from pledges.spreadsheet_import import pending_uploads
from pledges.spreadsheet_import.pledge_rows import HEADINGS
from pledges.spreadsheet_import.sheets import read_sheet
from tests.factories import Record, make_user

from .forms import fields_of

IMPORT = "/admin/pledges/pledge/import/"
COLUMNS = {
    "document ID": "yl-2026",
    "document date": "2026-01-20",
    "official": "林远",
    "title of the post": "市长",
    "district": "云岭市",
    "quote": "年度计划投资400亿元",
    "metric": "年度投资额",
    "measure": "total of the period",
    "qualifier": "as stated",
    "value": "400",
    "unit": "亿元",
    "year": "2026",
    "strength": "planned",
    "tier": "core",
}


@pytest.fixture(autouse=True)
def reading_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pledges.admin.mixins.pledge_import.read_uploaded_sheet", read_sheet_at_once)


def read_sheet_at_once(content: bytes) -> Any:
    sheet = read_sheet(content)
    sheet.rows = list(sheet.rows)
    return sheet


def upload(client: Client, *rows: dict[str, str]) -> Any:
    lines = [",".join(COLUMNS), *(",".join((COLUMNS | row).values()) for row in rows)]
    return client.post(IMPORT, {"file": SimpleUploadedFile("pledges.csv", "\n".join(lines).encode())})


def confirm(client: Client, page: Any, **more: Any) -> Any:
    return client.post(IMPORT, {"upload": fields_of(page.content.decode())["upload"]} | more, follow=True)


@pytest.fixture
def editor(editor: Client) -> Client:
    editor.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return editor


def test_rows_are_previewed_and_added_as_drafts(editor: Client, record: Record) -> None:
    assert f'href="{IMPORT}"' in editor.get("/admin/pledges/pledge/").content.decode()

    preview = upload(editor, {}, {"quote": "投资410亿元", "value": "410"})
    assert "2 rows are correct" in preview.content.decode()
    assert "yl-2026-003" in preview.content.decode()
    assert not Pledge.objects.filter(state=State.DRAFT).exists()

    confirm(editor, preview)
    drafts = Pledge.objects.filter(state=State.DRAFT).order_by("ref")
    assert [(each.ref, each.value, each.statement.speaker.name) for each in drafts] == [
        ("yl-2026-002", 400, "林远"),
        ("yl-2026-003", 410, "林远"),
    ]
    assert "has expired" in confirm(editor, preview).content.decode()


def test_upload_that_is_confirmed_in_two_windows_is_imported_once(
    editor: Client, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview = upload(editor, {})
    sheet = pending_uploads.find(
        fields_of(preview.content.decode())["upload"],
        kind="pledges",
        by=User.objects.get(pk=editor.session["_auth_user_id"]),
    )
    confirm(editor, preview)

    # The other request has found the upload before it was deleted.
    monkeypatch.setattr(pending_uploads, "find", lambda *_args, **_options: sheet)
    assert "has expired" in confirm(editor, preview).content.decode()
    assert Pledge.objects.filter(state=State.DRAFT).count() == 1


def test_errors_are_shown_by_row_and_column(editor: Client, record: Record) -> None:
    preview = upload(editor, {}, {"metric": "年度投资", "value": "=1+1"}, {"strength": "surely", "value": "4%"})
    page = preview.content.decode()

    assert "1 row is correct" in page
    assert "2 rows have errors" in page
    problems = {(row.number, problem.column) for row in preview.context["rows"] for problem in row.problems}
    assert problems == {(3, "metric"), (3, "value"), (4, "strength"), (4, "value")}

    assert not Pledge.objects.filter(state=State.DRAFT).exists()
    confirm(editor, preview)
    assert not Pledge.objects.filter(state=State.DRAFT).exists()
    confirm(editor, preview, skip_invalid="on")
    assert Pledge.objects.filter(state=State.DRAFT).count() == 1


def test_messages_are_in_the_language_of_the_editor(editor: Client, record: Record) -> None:
    editor.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh-hans"
    preview = upload(editor, {"metric": "年度投资", "strength": "surely", "deadline": ""})

    messages = [problem.expected for row in preview.context["rows"] for problem in row.problems]
    assert messages
    assert not [message for message in messages if "found " in message or "expected a" in message]


def test_template_has_names_of_the_record_and_can_be_imported(editor: Client, record: Record) -> None:
    book = load_workbook(BytesIO(editor.get(f"{IMPORT}template/").content))
    sheet, names = book.worksheets

    assert [cell.value for cell in sheet[1]] == [str(heading) for heading in HEADINGS.values()]
    assert "年度投资额" in {cell.value for row in names.iter_rows() for cell in row}
    assert len(sheet.data_validations.dataValidation) == 8
    sheet.append([COLUMNS.get(str(heading)) for heading in HEADINGS.values()])
    content = BytesIO()
    book.save(content)
    preview = editor.post(IMPORT, {"file": SimpleUploadedFile("pledges.xlsx", content.getvalue())})
    assert "1 row is correct" in preview.content.decode()


def test_every_field_of_an_entry_has_a_column() -> None:
    identified_by_name = {"official_slug", "organisation_slug", "post_district_slug", "district_slug"}
    identified_by_name |= {"body_slug", "body_district"}  # the column `body` also takes a slug
    assert set(HEADINGS) == set(FIELDS) - IGNORED - identified_by_name


def test_reader_can_not_import(client: Client, record: Record) -> None:
    client.force_login(make_user("reader", role="reader"))
    assert client.get(IMPORT).status_code == 403
    assert client.get(f"{IMPORT}template/").status_code == 403


def test_probably_wrong_row_is_imported_only_once_confirmed(editor: Client, record: Record) -> None:
    preview = upload(editor, {}, {"quote": "投资5所", "value": "5", "unit": "所"})
    page = preview.content.decode()
    assert "1 row is held until confirmed" in page
    assert "to be confirmed: The metric is not measured in “所”, but in units such as “元”." in page

    shown = fields_of(page)["warnings"]
    for unconfirmed in ({}, {"accept_held": "on"}, {"warnings": shown}):
        assert "Check the held rows and confirm them." in confirm(editor, preview, **unconfirmed).content.decode()
    assert not Pledge.objects.filter(state=State.DRAFT).exists()
    confirm(editor, preview, accept_held="on", warnings=shown)
    assert Pledge.objects.filter(state=State.DRAFT).count() == 2
