"""The admin form of follow-ups: drafting, evidence, submission and permissions."""

import html
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client

from pledges.admin.follow_up import FollowUpAdmin
from pledges.models import Document, Evidence, FollowUp, Pledge, StoredFile
from pledges.models.choices import ReviewState, State, Status
from tests.admin.pages import LIST, add_url, change_url, errors, evidence_row, filled_in, messages
from tests.factories import (
    Record,
    make_document,
    make_follow_up,
    make_metric,
    make_official,
    make_pledge,
    make_post,
    make_statement,
    make_unit,
    make_user,
)
from tests.files import HTML, PDF, SVG

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def english(client: Client) -> Client:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def test_draft_is_saved_with_evidence_and_author(editor: Client, record: Record) -> None:
    data = filled_in(evidence_row(), actual="400.7", summary="统计公报", _save="")

    assert editor.post(add_url(record.investment), data).status_code == 302

    follow_up = FollowUp.objects.get()
    assert (follow_up.pledge, follow_up.author.username, follow_up.state) == (record.investment, "editor", "draft")
    assert (str(follow_up.actual), follow_up.unit_id) == ("400.700000", "亿元")
    assert follow_up.evidence.get().url == "https://news.example/report"


def test_save_and_submit_button_submits(editor: Client, record: Record) -> None:
    page = editor.post(add_url(record.investment), filled_in(evidence_row(), actual="400.7", _submit=""), follow=True)

    assert FollowUp.objects.get().state == ReviewState.SUBMITTED
    assert not page.context["is_editable"]


def test_rejected_submission_saves_nothing_and_keeps_input(editor: Client, record: Record) -> None:
    data = filled_in(actual="300", status="met", as_of="", summary="一句话", _submit="")

    reported = errors(english(editor), add_url(record.investment), data)

    assert set(reported) == {"status", "as_of", "reason"}
    assert reported["reason"] == ["The figures suggest “partly met”. Give a reason for choosing otherwise."]
    assert not FollowUp.objects.exists()
    form = editor.post(add_url(record.investment), data).context["adminform"].form
    assert (form["actual"].value(), form["summary"].value()) == ("300", "一句话")


def test_rejected_submission_stores_no_file(editor: Client, record: Record) -> None:
    data = filled_in(evidence_row(upload=SimpleUploadedFile("a.pdf", PDF)), actual="300", _submit="")

    assert set(errors(editor, add_url(record.investment), data)) == {"reason"}
    assert not StoredFile.objects.exists()


def test_rejected_submission_leaves_draft_unchanged(editor: Client, record: Record) -> None:
    draft = make_follow_up(record.investment, state=ReviewState.DRAFT, evidence=False, summary="原来的")

    reported = errors(editor, change_url(draft), filled_in(summary="新的", _submit="") | {"initial-summary": "原来的"})

    assert set(reported) == {"status"}
    draft.refresh_from_db()
    assert (draft.summary, draft.state) == ("原来的", ReviewState.DRAFT)


def test_returned_follow_up_is_changed_and_resubmitted(editor: Client, record: Record) -> None:
    returned = make_follow_up(record.investment, state=ReviewState.RETURNED, note="请附上统计公报")
    link = returned.evidence.get()
    page = editor.get(change_url(returned)).content.decode()

    data = filled_in(evidence_row(id=link.pk, url=link.url, quote="完成400.7亿元"), initial=1, _submit="")
    assert editor.post(change_url(returned), data).status_code == 302

    assert "请附上统计公报" in page
    returned.refresh_from_db()
    assert (returned.state, returned.evidence.get().quote) == (ReviewState.SUBMITTED, "完成400.7亿元")


def test_removing_figure_clears_unit(editor: Client, record: Record) -> None:
    draft = make_follow_up(record.investment, state=ReviewState.DRAFT, actual=400)
    link = draft.evidence.get()

    data = filled_in(evidence_row(id=link.pk, url=link.url), initial=1, _save="") | {"initial-actual": "400"}
    assert editor.post(change_url(draft), data).status_code == 302

    draft.refresh_from_db()
    assert (draft.actual, draft.unit) == (None, None)


@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        ({"actual": "约400"}, "actual", "Write a number such as 385 or 25.62."),
        ({"as_of": "2199-12-31"}, "as_of", "This day is in the future."),
        ({"status": ""}, "status", "This field is required."),
        ({"status": "unchecked"}, "status", "Select a valid choice. unchecked is not one of the available choices."),
        (
            {"status": "missed", "as_of": "2025-06-30"},
            "as_of",
            "To mark a pledge as missed, “as of” must be its last day or later.",
        ),
        (
            {"actual": "2", "unit": "所"},
            "unit",
            "Select a valid choice. That choice is not one of the available choices.",
        ),
    ],
)
def test_invalid_value_gives_error_at_its_field(
    editor: Client, record: Record, wrong: dict[str, Any], field: str, message: str
) -> None:
    assert errors(english(editor), add_url(record.investment), filled_in(evidence_row(), **wrong)) == {field: [message]}


def test_form_offers_units_of_dimension_and_presets_that_of_pledge(editor: Client, record: Record) -> None:
    make_unit("万元", factor=10_000)

    form = editor.get(add_url(record.investment)).context["adminform"].form

    assert [unit.symbol for unit in form.fields["unit"].queryset] == ["万元", "亿元"]
    assert form["unit"].value() == "亿元"
    assert not form["status"].value()


def test_evidence_accepts_a_file(editor: Client, record: Record) -> None:
    upload = SimpleUploadedFile("C:\\work\\统计公报.pdf", PDF)

    editor.post(add_url(record.investment), filled_in(evidence_row(upload=upload), _save=""))

    evidence = Evidence.objects.get()
    assert evidence.file_name == "统计公报.pdf"
    assert evidence.file is not None
    assert (bytes(evidence.file.content), evidence.file.media_type) == (PDF, "application/pdf")
    assert "统计公报.pdf" in editor.get(change_url(evidence.follow_up)).content.decode()


def test_second_upload_replaces_file(editor: Client, record: Record) -> None:
    editor.post(add_url(record.investment), filled_in(evidence_row(upload=SimpleUploadedFile("a.pdf", PDF)), _save=""))
    evidence = Evidence.objects.get()

    row = evidence_row(id=evidence.pk, upload=SimpleUploadedFile("b.txt", b"2025"))
    assert editor.post(change_url(evidence.follow_up), filled_in(row, initial=1, _save="")).status_code == 302

    evidence.refresh_from_db()
    assert evidence.file_name == "b.txt"
    assert StoredFile.objects.count() == 1


def test_evidence_accepts_a_statement(editor: Client, record: Record) -> None:
    row = evidence_row(statement=record.schools.statement_id)

    editor.post(add_url(record.investment), filled_in(row, _save=""))

    assert Evidence.objects.get().statement == record.schools.statement


@pytest.mark.parametrize(
    "row", [{"title": "统计公报"}, {"url": "https://news.example/", "upload": SimpleUploadedFile("a.pdf", PDF)}]
)
def test_evidence_of_none_or_two_kinds_is_rejected(editor: Client, record: Record, row: dict[str, Any]) -> None:
    reported = errors(english(editor), add_url(record.investment), filled_in(evidence_row(**row)))

    assert reported == {"evidence": ["Give exactly one: a link, a file or a statement."]}


@pytest.mark.parametrize("content", [HTML, SVG])
def test_markup_named_pdf_is_rejected(editor: Client, record: Record, content: bytes) -> None:
    row = evidence_row(upload=SimpleUploadedFile("report.pdf", content, content_type="application/pdf"))

    (reported,) = errors(english(editor), add_url(record.investment), filled_in(row))["evidence"]

    assert reported.startswith("This is HTML or other markup.")


def test_upload_that_is_too_large_is_rejected_with_message(editor: Client, record: Record) -> None:
    row = evidence_row(upload=SimpleUploadedFile("report.pdf", PDF + bytes(20 * 1024 * 1024 + 512 * 1024)))

    (reported,) = errors(english(editor), add_url(record.investment), filled_in(row))["evidence"]

    assert reported.replace("\xa0", " ") == "The file has 20.5 MB; the limit is 20.0 MB."


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://news.example/", "https://a.example;https://b.example"])
def test_text_other_than_one_web_link_is_rejected_once(editor: Client, record: Record, url: str) -> None:
    found = errors(english(editor), add_url(record.investment), filled_in(evidence_row(url=url)))
    assert found == {
        "evidence": ["Enter one link that begins with https:// or http://, without user name and password."]
    }


def test_add_page_without_pledge_offers_choice(editor: Client, record: Record) -> None:
    for page_url in (f"{LIST}add/", f"{LIST}add/?pledge=0", f"{LIST}add/?pledge=x"):
        page = editor.get(page_url)
        assert (page.status_code, "pledge" in page.context["form"].fields) == (200, True)


@pytest.mark.parametrize("kind", [State.DRAFT, State.RETRACTED])
def test_unpublished_pledge_gets_no_follow_up(editor: Client, record: Record, kind: State) -> None:
    hidden = make_pledge("yl-2025-009", state=kind)

    page = english(editor).get(add_url(hidden))
    editor.post(add_url(hidden), filled_in(evidence_row()))

    assert "Only a published pledge is followed up" in html.unescape(page.content.decode())
    assert not FollowUp.objects.exists()


def test_form_shows_quote_target_and_related_pledges(editor: Client, record: Record) -> None:
    pledge = record.investment
    Document.objects.filter(pk=pledge.statement.document_id).update(text="全年<b>年度计划\n投资385亿元</b>。")
    earlier = make_pledge(
        "yl-2024-001", district=record.city, metric=pledge.metric, value=350, year=2024, deadline="2025-06-30"
    )
    Pledge.objects.filter(pk=pledge.pk).update(supersedes=[earlier.ref])
    make_follow_up(earlier, Status.PARTLY_MET, actual=300)
    make_follow_up(pledge, Status.IN_PROGRESS, actual=180, as_of="2025-06-30")

    page = editor.get(add_url(pledge)).content.decode()

    for words in (
        "…全年&lt;b&gt;<mark>年度计划投资385亿元</mark>&lt;/b&gt;。…",
        "张三丰",
        "至少 385 亿元，不晚于 2025-12-31",
        "达到或超过 385 亿元，即为兑现",
        "已逾期",
        "yl-2024-001",
        "部分兑现（300 亿元）",
        "180 亿元",
    ):
        assert words in page


def test_statements_mentioning_metric_are_offered_as_evidence(editor: Client, record: Record) -> None:
    def says(text: str, name: str, **fields: Any) -> int:
        document = make_document(name, title=name, text=text)
        return make_statement(document=document, official=make_official(name), **fields).pk

    at_city = make_post("统计局局长", district=record.city)
    about_it = says("去年年度投\n资额完成400.7亿元", "report", post=at_city)
    says("去年建成两所学校", "other", post=at_city)
    says("年度投资额完成1亿元", "elsewhere", post=make_post("县长", district=record.county))

    mentions = editor.get(add_url(record.investment)).context["pledge_context"].mentions

    assert [mention.statement.pk for mention in mentions] == [about_it]
    assert mentions[0].quote_context.quote == "年度投资额"


def test_pledge_without_same_metric_in_other_years_shows_none(editor: Client, record: Record) -> None:
    make_pledge("yl-2024-001", district=record.city, metric=make_metric("other", name="别的"), year=2024, deadline=None)
    make_pledge("yl-2025-003", district=record.city, metric=record.investment.metric)

    assert not editor.get(add_url(record.investment)).context["pledge_context"].other_years


@pytest.mark.parametrize("state", [ReviewState.SUBMITTED, ReviewState.APPROVED])
def test_submitted_or_approved_follow_up_is_read_only(editor: Client, record: Record, state: str) -> None:
    follow_up = make_follow_up(record.investment, state=state, author=make_user("somebody"), reviewer=make_user("else"))
    page = editor.get(change_url(follow_up))

    assert editor.post(change_url(follow_up), filled_in(status="missed")).status_code == 403
    assert editor.post(f"{LIST}{follow_up.pk}/delete/", {"post": "yes"}).status_code == 403
    assert not page.context["adminform"].form.fields
    assert "https://news.example/report" in page.content.decode()


def test_approved_follow_up_links_to_correction(editor: Client, record: Record) -> None:
    approved = make_follow_up(record.investment, author=make_user("somebody"))

    assert add_url(record.investment) in editor.get(change_url(approved)).content.decode()


@pytest.mark.parametrize("state", [ReviewState.DRAFT, ReviewState.RETURNED])
def test_draft_or_returned_follow_up_is_deleted_with_evidence(editor: Client, record: Record, state: str) -> None:
    follow_up = make_follow_up(record.investment, state=state, author=make_user("somebody"))

    assert editor.post(f"{LIST}{follow_up.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Evidence.objects.exists()


def test_deletion_of_draft_submitted_meanwhile_is_rejected_with_message(
    editor: Client, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow_up = make_follow_up(record.investment, state=ReviewState.SUBMITTED, author=make_user("somebody"))
    monkeypatch.setattr(
        FollowUpAdmin, "has_delete_permission", lambda *_: True
    )  # as if the permission had been checked before the submission
    selected = {"action": "delete_selected", "_selected_action": [follow_up.pk], "post": "yes"}

    one = messages(english(editor), f"{LIST}{follow_up.pk}/delete/", {"post": "yes"})
    several = messages(editor, LIST, selected)

    assert one == several == "Evidence of a submitted or approved follow-up can't be changed."
    assert FollowUp.objects.get() == follow_up
    assert not LogEntry.objects.exists()


def test_deadlock_in_action_gives_message(editor: Client, record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    def deadlock(*_args: Any, **_kwargs: Any) -> None:
        raise OperationalError("deadlock detected")

    draft = make_follow_up(record.investment, state=ReviewState.DRAFT)
    monkeypatch.setattr("pledges.admin.mixins.review.review.submit", deadlock)

    reported = messages(english(editor), LIST, {"action": "submit", "_selected_action": [draft.pk]})

    assert reported == "Somebody else is changing the same rows. Try again."


def test_user_with_add_permission_only_saves_drafts_but_cannot_submit(record: Record) -> None:
    user = make_user("trainee")
    names = ["add_followup", "view_followup", "add_evidence"]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client = Client()
    client.force_login(user)

    page = client.get(add_url(record.investment)).content.decode()
    response = client.post(add_url(record.investment), filled_in(evidence_row(), _submit=""))

    assert ('name="_save"' in page, 'name="_submit"' in page) == (True, False)
    assert response.status_code == 403
    assert not FollowUp.objects.exists()
    assert client.post(add_url(record.investment), filled_in(evidence_row(), _save="")).status_code == 302
    assert FollowUp.objects.get().state == ReviewState.DRAFT


def test_reader_gets_read_only_form(record: Record) -> None:
    draft = make_follow_up(record.investment, state=ReviewState.DRAFT)
    client = Client()
    client.force_login(make_user("reader", role="reader"))

    assert client.get(change_url(draft)).status_code == client.get(LIST).status_code == 200
    assert client.get(add_url(record.investment)).status_code == 403
    assert client.post(change_url(draft), filled_in()).status_code == 403


def test_form_is_in_language_of_user(admin_user: User, record: Record) -> None:
    client = Client()
    client.force_login(admin_user)

    assert "实际数值" in client.get(add_url(record.investment)).content.decode()
    page = english(client).get(add_url(record.investment)).content.decode()
    assert "Actual figure" in page
    assert "Save and submit" in page
