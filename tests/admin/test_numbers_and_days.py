"""Numbers, years and days in the forms of the admin have the same spellings in both languages.

All spellings are tested on the fields of the forms, and one of them in a request to each page.
"""

from datetime import date
from typing import Any

import pytest
from django.contrib.admin.sites import site
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.forms import Field
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from pledges.models import Document, Evidence, FollowUp, Pledge
from tests.factories import Record

from .pages import add_url, evidence_row, filled_in
from .test_other_forms import NO_STATEMENTS
from .test_pledge_form import ADD
from .test_pledge_form import filled_in as pledge_filled_in

SPELLINGS = ["2026-04-03", "2026/4/3", "2026.4.3", "2026年4月3日", "２０２６年４月３日"]
NOT_DAYS = ["04/03/2026", "4.3.2026", "2026-04-3①", "2026年4月3²日", "April 3, 2026", "2026-02-30"]
LANGUAGES = ["zh-hans", "en"]
DAYS = [(Pledge, "deadline"), (FollowUp, "as_of"), (Evidence, "published_on")]

pytestmark = pytest.mark.usefixtures("unrendered_pages")


def request_of_superuser() -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = User(is_staff=True, is_superuser=True)
    return request


def field_of(model: Any, name: str) -> Field:
    """Return a field of the admin's form for a new row."""
    request = request_of_superuser()
    if model is Evidence:
        (inline,) = site.get_model_admin(FollowUp).get_inline_instances(request)
        form = inline.get_formset(request).form
    else:
        form = site.get_model_admin(model).get_form(request)
    field: Field = form.base_fields[name]
    return field


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("model", "name"), DAYS)
def test_day_is_read_in_each_spelling(db: None, language: str, model: Any, name: str) -> None:
    with translation.override(language):
        field = field_of(model, name)
        assert {field.clean(written) for written in SPELLINGS} == {date(2026, 4, 3)}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("model", "name"), DAYS)
def test_other_spelling_of_day_is_rejected(db: None, language: str, model: Any, name: str) -> None:
    with translation.override(language):
        field = field_of(model, name)
        for written in NOT_DAYS:
            with pytest.raises(ValidationError):
                field.clean(written)


@pytest.mark.parametrize("language", LANGUAGES)
def test_day_of_document_is_read_in_each_spelling(db: None, language: str) -> None:
    with translation.override(language):
        field = field_of(Document, "date")
        assert {field.clean(written) for written in SPELLINGS} == {"2026-04-03"}


@pytest.mark.parametrize("written", ["385²", "355①", "40₅", "٣٨٥"])
@pytest.mark.parametrize("name", ["value", "baseline", "year"])
def test_raised_or_foreign_digit_is_rejected(db: None, name: str, written: str) -> None:
    with pytest.raises(ValidationError):
        field_of(Pledge, name).clean(written)


@pytest.mark.parametrize("written", ["2_025", "+2025", "2025.0", "202⁵"])
def test_year_other_than_four_digits_is_rejected(db: None, written: str) -> None:
    with pytest.raises(ValidationError):
        field_of(Pledge, "year").clean(written)


@pytest.mark.parametrize("language", LANGUAGES)
def test_deadline_of_saved_pledge_is_shown_in_iso_format(admin_client: Client, record: Record, language: str) -> None:
    admin_client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    data = pledge_filled_in(record, deadline="2026年4月3日", year=2026)
    assert admin_client.post(ADD, data).status_code == 302
    pledge = Pledge.objects.get(ref="yl-2025-003")
    assert pledge.deadline == date(2026, 4, 3)
    page: Any = admin_client.get(reverse("admin:pledges_pledge_change", args=[pledge.pk]))
    assert 'value="2026-04-03"' in str(page.context_data["adminform"].form["deadline"])


def test_misspelt_day_and_numbers_of_pledge_are_reported(admin_client: Client, record: Record) -> None:
    admin_client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    data = pledge_filled_in(record, deadline="04/03/2026", value="385²", baseline="355①", year="202⁵")
    response: Any = admin_client.post(ADD, data)
    assert response.status_code == 200, "the form was saved"
    assert set(response.context_data["adminform"].form.errors) == {"deadline", "value", "baseline", "year"}


def test_days_of_follow_up_and_evidence_are_saved(editor: Client, record: Record) -> None:
    editor.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    row = evidence_row(url="https://news.example/report", published_on="2026.4.3")
    response: Any = editor.post(add_url(record.investment), filled_in(row, actual="400", as_of="2026.4.3"))
    assert response.status_code == 302, response.context_data["adminform"].form.errors
    evidence = Evidence.objects.select_related("follow_up").get()
    assert (evidence.published_on, evidence.follow_up.as_of) == (date(2026, 4, 3), date(2026, 4, 3))


def test_day_of_document_is_stored_in_edtf(admin_client: Client, db: None) -> None:
    admin_client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    data = {"slug": "page", "date": "2026年4月3日", "published": "2026年4月5日", **NO_STATEMENTS}
    data |= {"archived_url": "https://archive.example/1", "archived_on": "2026.5.1"}
    assert admin_client.post(reverse("admin:pledges_document_add"), data).status_code == 302
    document = Document.objects.get(slug="page")
    assert (document.date, document.published, document.kind) == ("2026-04-03", "2026-04-05", "plan")
    assert document.archived_on == date(2026, 5, 1)


@pytest.mark.parametrize("written", ["04/03/2026", "2026-04-3①", "2026-4", "202⁶"])
def test_other_spelling_of_document_date_is_rejected(admin_client: Client, db: None, written: str) -> None:
    data = {"slug": "page", "date": written, **NO_STATEMENTS}
    response: Any = admin_client.post(reverse("admin:pledges_document_add"), data)
    assert response.status_code == 200, "the form was saved"
    assert list(response.context_data["adminform"].form.errors) == ["date"]


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
