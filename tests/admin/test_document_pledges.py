"""The page where the pledges of a document are entered beside its text."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from pledges.admin import page_text_form
from pledges.models import Document, Metric, Pledge, WaitingDraft
from pledges.models.choices import State
from pledges.reading.files import read_file
from tests.factories import Record

from .forms import fields_of

TEXT = "林远表示，今年计划投资400亿元，\n力争建成12所学\n校。到2027年再投资100亿元。"


@pytest.fixture
def editor(editor: Client) -> Client:
    editor.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return editor


@pytest.fixture
def page(record: Record) -> str:
    """Return the URL of the page for the document of a published pledge, which now has a text."""
    document = record.investment.statement.document
    Document.objects.filter(pk=document.pk).update(text=TEXT)
    return f"/admin/pledges/document/{document.pk}/pledges/"


def open_row(client: Client, url: str, **fields: str) -> dict[str, Any]:
    row = fields_of(client.get(url).content.decode())
    return row | {"quote": "投资400亿元", "metric": "年度投资额", "value": "400", "unit": "亿元"} | fields


@pytest.mark.slow
def test_row_is_saved_as_a_draft_and_carried_over_to_the_next(editor: Client, page: str) -> None:
    row = open_row(editor, page, year="2026", deadline="2026年12月31日", strength="planned", district="山阴县")
    proposed = row["ref"]
    response = editor.post(page, row)

    pledge = Pledge.objects.get(ref=proposed)
    assert (pledge.state, pledge.value, pledge.district.name) == (State.DRAFT, 400, "山阴县")
    assert response.headers["Location"] == f"{page}?after={proposed}"
    shown = editor.get(response.headers["Location"])
    text = shown.content.decode()
    assert f"{proposed} was saved as a draft." in text
    assert f'<mark title="{proposed} ">投资400亿元</mark>' in text

    # A quote that a line break divides.
    following = fields_of(text) | {"quote": "力争建成12所学校", "metric": "新建学校数", "value": "12", "unit": "所"}
    carried = ("district", "year", "deadline", "strength", "statement")
    assert {name: following[name] for name in carried} == {
        "district": "山阴县",
        "year": "2026",
        "deadline": "2026-12-31",
        "strength": "planned",
        "statement": str(pledge.statement_id),
    }
    assert following["ref"] != proposed
    editor.post(page, following)
    assert Pledge.objects.get(ref=following["ref"]).statement == pledge.statement


def test_errors_are_beside_their_fields_and_keep_what_was_typed(editor: Client, page: str) -> None:
    typed = {
        "quote": "投资4亿元",
        "metric": "年度投资",
        "value": "4,0",
        "deadline": "12/31",
        "district": "",
        "note": "存疑",
    }
    response = editor.post(page, open_row(editor, page, ref="yl-2025-001", **typed))

    form = response.context["form"]
    assert set(form.errors) == {"ref", "metric", "value", "deadline"}
    assert {name: fields_of(response.content.decode())[name] for name in typed} == typed

    wrong = {"quote": "投资4亿元", "value": "4", "district": "云岭市", "ref": "yl-2025-001"}
    errors = editor.post(page, open_row(editor, page, **wrong)).context["form"].errors
    assert "is not in the text of the page" in errors["quote"][0]

    errors = editor.post(page, open_row(editor, page, district="云岭市", ref="yl-2025-001")).context["form"].errors
    assert errors == {"ref": ["another pledge has this reference", "The next free one is yl-2025-003."]}


def test_reference_that_was_taken_since_is_replaced_by_the_next_free_one(editor: Client, page: str) -> None:
    first = open_row(editor, page, district="云岭市")
    second = open_row(editor, page, district="云岭市", quote="再投资100亿元", value="100")
    assert first["ref"] == second["ref"] == "yl-2025-003"

    editor.post(page, first)
    response = editor.post(page, second)

    assert response.headers["Location"] == f"{page}?after=yl-2025-004"
    assert Pledge.objects.get(ref="yl-2025-004").value == 100


def test_text_is_entered_once_and_another_speaker_with_the_row(editor: Client, page: str) -> None:
    document = Document.objects.get(text=TEXT)
    Document.objects.filter(pk=document.pk).update(text="")
    assert 'name="text"' in editor.get(page).content.decode()
    editor.post(page, {"text": TEXT})
    editor.post(page, {"text": "later"})
    document.refresh_from_db()
    assert document.text == TEXT

    row = open_row(editor, page, statement="", official="苏晴", post="副市长", post_district="云岭市")
    response = editor.post(page, row, follow=True)

    statement = Pledge.objects.get(state=State.DRAFT).statement
    assert (statement.speaker.name, statement.document) == ("苏晴", document)
    assert fields_of(response.content.decode())["statement"] == str(statement.pk)


@pytest.mark.slow
def test_draft_with_new_name_waits_until_a_chief_editor_adds_it(editor: Client, chief: Client, page: str) -> None:
    row = open_row(editor, page, district="云岭市", metric="科技投入", year="2026", value="4,0")
    row["responsible_bodies"] = "财政局、科技局"
    assert editor.post(page, row | {"propose": "1"}).context["form"].missing == {}  # the value is wrong, too
    offered = editor.post(page, row | {"value": "400"})
    assert offered.context["form"].missing == {"metric": "科技投入"}
    assert 'name="propose"' in offered.content.decode()
    assert not WaitingDraft.objects.exists()

    response = editor.post(page, row | {"value": "400", "propose": "1"}, follow=True)
    waiting = WaitingDraft.objects.get()
    assert "The row waits until a chief editor has added the new names." in response.content.decode()
    assert fields_of(response.content.decode())["district"] == "云岭市"

    # The editor corrects the row, which still waits.
    corrected = fields_of(editor.get(f"{page}?waiting={waiting.pk}").content.decode())
    assert {name: corrected[name] for name in ("metric", "quote", "statement")} == {
        name: row[name] for name in ("metric", "quote", "statement")
    }
    assert corrected["responsible_bodies"] == "财政局, 科技局"
    editor.post(page, corrected | {"year": "2027", "propose": "1"})
    waiting = WaitingDraft.objects.get()
    shown = chief.get(f"/admin/pledges/waitingdraft/{waiting.pk}/change/").content.decode()
    assert f'href="{reverse("admin:pledges_metric_add", query={"name": "科技投入"})}"' in shown
    assert waiting.fields["year"] == "2027"

    # The name is another one of a metric of the record.
    metric = Metric.objects.get(slug="annual-investment")
    change = f"/admin/pledges/metric/{metric.pk}/change/"
    fields = fields_of(chief.get(change).content.decode()) | {"aliases": "科技投入"}
    assert chief.post(change, fields).status_code == 302
    pledge = Pledge.objects.get(state=State.DRAFT)
    assert (pledge.metric, pledge.year, pledge.label) == (metric, 2027, "年度投资额")
    assert not WaitingDraft.objects.exists()


def test_text_is_read_from_a_file_or_a_link(editor: Client, page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    document = Document.objects.get(text=TEXT)
    Document.objects.filter(pk=document.pk).update(text="")
    monkeypatch.setattr(page_text_form, "read_uploaded_file", read_file)  # without another process
    monkeypatch.setattr(page_text_form, "read_link", lambda link: read_file(b""))

    def enter(**fields: Any) -> str:
        return editor.post(page, {"text": "", "link": ""} | fields, follow=True).content.decode()

    assert "Paste the text, choose a file, or enter a link." in enter()
    assert "Paste the text, choose a file, or enter a link." in enter(text=TEXT, link="https://example.com/")
    assert "The file is empty." in enter(link="https://example.com/")
    assert "another kind (.png)" in enter(file=ContentFile(b"\x89PNG\r\n\x1a\n" + bytes(20), "page.png"))
    assert "was read as GB18030" in enter(file=ContentFile(TEXT.encode("gb18030"), "page.txt"))
    document.refresh_from_db()
    assert document.text == TEXT


def test_page_is_linked_from_list_and_form_of_documents(editor: Client, page: str) -> None:
    for url in ("/admin/pledges/document/", page.removesuffix("pledges/") + "change/"):
        assert f'href="{page}"' in editor.get(url).content.decode()


def test_probably_wrong_pledge_is_saved_only_once_confirmed(editor: Client, page: str) -> None:
    row = open_row(editor, page, unit="所", district="云岭市")
    response = editor.post(page, row)
    (message,) = response.context["form"].errors["unit"]
    assert message == "The metric is not measured in “所”, but in units such as “元”."
    assert 'name="confirm" value="unit_of_other_dimension|所|元"' in response.content.decode()
    assert not Pledge.objects.filter(ref=row["ref"]).exists()

    assert editor.post(page, row | {"confirm": "unit_of_other_dimension|所|元"}).status_code == 302
    assert Pledge.objects.get(ref=row["ref"]).unit_id == "所"
