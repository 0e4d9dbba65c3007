"""Numbers, years and days in the forms of the admin have the same spellings in both languages."""

from datetime import date
from typing import Any

import pytest
from django.forms import BaseForm
from django.test import Client
from django.urls import reverse

from pledges.models import Document, Evidence, Pledge
from tests.factories import Record

from .pages import add_url, evidence_row, filled_in
from .test_other_forms import NO_STATEMENTS
from .test_pledge_form import ADD
from .test_pledge_form import filled_in as pledge_filled_in

SPELLINGS = ["2026-04-03", "2026/4/3", "2026.4.3", "2026年4月3日", "２０２６年４月３日"]
NOT_DAYS = ["04/03/2026", "4.3.2026", "2026-04-3①", "2026年4月3²日", "April 3, 2026", "2026-02-30"]
LANGUAGES = ["zh-hans", "en"]

pytestmark = pytest.mark.usefixtures("unrendered_pages")


def form_of(client: Client, url: str, data: dict[str, Any]) -> BaseForm:
    """Post a form that is rejected, and return it."""
    response: Any = client.post(url, data)
    assert response.status_code == 200, "the form was saved"
    form: BaseForm = response.context_data["adminform"].form
    return form


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("written", SPELLINGS)
def test_deadline_is_read_in_each_spelling(admin_client: Client, record: Record, language: str, written: str) -> None:
    admin_client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    assert admin_client.post(ADD, pledge_filled_in(record, deadline=written, year=2026)).status_code == 302
    pledge = Pledge.objects.get(ref="yl-2025-003")
    assert pledge.deadline == date(2026, 4, 3)
    page: Any = admin_client.get(reverse("admin:pledges_pledge_change", args=[pledge.pk]))
    assert 'value="2026-04-03"' in str(page.context_data["adminform"].form["deadline"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("written", NOT_DAYS)
def test_other_spelling_of_deadline_is_rejected(
    admin_client: Client, record: Record, language: str, written: str
) -> None:
    admin_client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    form = form_of(admin_client, ADD, pledge_filled_in(record, deadline=written, year=2026))
    assert list(form.errors) == ["deadline"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("written", SPELLINGS)
def test_days_of_follow_up_and_evidence_are_read_in_each_spelling(
    editor: Client, record: Record, language: str, written: str
) -> None:
    editor.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    row = evidence_row(url="https://news.example/report", published_on=written)
    response: Any = editor.post(add_url(record.investment), filled_in(row, actual="400", as_of=written))
    assert response.status_code == 302, response.context_data["adminform"].form.errors
    evidence = Evidence.objects.select_related("follow_up").get()
    assert (evidence.published_on, evidence.follow_up.as_of) == (date(2026, 4, 3), date(2026, 4, 3))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("written", SPELLINGS)
def test_day_of_document_is_stored_in_edtf(admin_client: Client, db: None, language: str, written: str) -> None:
    admin_client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    data = {"slug": "page", "date": written, **NO_STATEMENTS}
    assert admin_client.post(reverse("admin:pledges_document_add"), data).status_code == 302
    assert Document.objects.get(slug="page").date == "2026-04-03"


@pytest.mark.parametrize("written", ["04/03/2026", "2026-04-3①", "2026-4", "202⁶"])
def test_other_spelling_of_document_date_is_rejected(admin_client: Client, db: None, written: str) -> None:
    data = {"slug": "page", "date": written, **NO_STATEMENTS}
    assert list(form_of(admin_client, reverse("admin:pledges_document_add"), data).errors) == ["date"]


@pytest.mark.parametrize("written", ["385²", "355①", "40₅", "٣٨٥"])
def test_raised_or_foreign_digit_is_rejected(admin_client: Client, record: Record, written: str) -> None:
    data = pledge_filled_in(record, value=written, baseline=written, year=written)
    assert set(form_of(admin_client, ADD, data).errors) == {"value", "baseline", "year"}


@pytest.mark.parametrize("written", ["2_025", "+2025", "2025.0", "202⁵"])
def test_year_other_than_four_digits_is_rejected(admin_client: Client, record: Record, written: str) -> None:
    assert list(form_of(admin_client, ADD, pledge_filled_in(record, year=written)).errors) == ["year"]


def test_minus_sign_of_word_processors_is_a_minus(admin_client: Client, record: Record) -> None:
    data = pledge_filled_in(record, value="\u22123", measure="increase", year="２０２５")
    assert admin_client.post(ADD, data).status_code == 302
    pledge = Pledge.objects.get(ref="yl-2025-003")
    assert (pledge.value, pledge.year) == (-3, 2025)


@pytest.mark.parametrize("language", LANGUAGES)
def test_filter_by_deadline_reads_no_day_that_begins_with_the_month(
    admin_client: Client, record: Record, language: str
) -> None:
    admin_client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    url = reverse("admin:pledges_pledge_changelist")

    def count(written: str) -> int:
        response: Any = admin_client.get(url, {"deadline_from": written})
        found: int = response.context_data["cl"].result_count
        return found

    assert count("2026/1/1") == count("2026年1月1日") == Pledge.objects.filter(deadline__gte="2026-01-01").count()
    assert count("01/01/2026") == Pledge.objects.count()
