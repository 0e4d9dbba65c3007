"""The follow-up with the latest `as_of` day determines the status, figures and texts, whichever is approved last."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from pledges.models import FollowUp, Pledge
from pledges.statistics.series import series_of
from pledges.statistics.totals import totals
from pledges.workflow import review
from tests.factories import Record, make_follow_up, make_user
from tests.spreadsheet_import.workbooks import confirm, preview

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

HEADER = "编号,实际数值,单位,截至,依据链接\n"
YEAR = f"{HEADER}yl-2025-001,400,亿元,2025-12-31,https://news.example/1".encode()
HALF = f"{HEADER}yl-2025-001,200,亿元,2025-06-30,https://news.example/1".encode()
STAYS = "不改变状态：2025-12-31 的“已兑现”更晚。"


def approve_sheet(content: bytes) -> FollowUp:
    found = preview(content)
    confirm(content, digest=found.digest, skip_invalid=False, accept_held=False, by=make_user("editor"))
    follow_up = FollowUp.objects.get(state="submitted")
    review.approve([follow_up.pk], by=make_user("chief"))
    return FollowUp.objects.get(pk=follow_up.pk)


@pytest.fixture
def year_then_half(record: Record) -> tuple[FollowUp, FollowUp]:
    """Return the full-year figure, and the half-year figure that was approved after it."""
    return approve_sheet(YEAR), approve_sheet(HALF)


def test_older_figure_changes_neither_status_nor_statistics(
    record: Record, year_then_half: tuple[FollowUp, FollowUp], client: Client
) -> None:
    year, half = year_then_half
    pledges = Pledge.objects.filter(ref="yl-2025-001")
    assert (pledges.get().status, str(pledges.get().status_since)) == ("met", "2025-12-31")

    (total,) = totals(pledges, [])[()].totals
    assert total.actual.amount == Decimal(40_000_000_000)
    found = series_of(pledges, limit=10)
    assert found is not None
    (point,) = found[0].points
    assert (point.actual, point.earlier_actuals) == (year, [half])

    row = client.get("/api/v1/pledges/yl-2025-001/").json()
    assert (row["follow_up"]["id"], row["fulfilment"]) == (year.pk, "1.0389")
    assert row["claim_review"]["reviewRating"]["ratingValue"] == 3
    listed = client.get("/api/v1/pledges/yl-2025-001/follow-ups/").json()["results"]
    assert [(each["id"], each["resulting_status"]) for each in listed] == [(half.pk, "met"), (year.pk, "met")]
    assert client.get("/feeds/status/").content.decode().count("<entry>") == 1


def test_preview_says_that_older_figure_does_not_change_the_status(record: Record) -> None:
    approve_sheet(YEAR)
    (row,) = preview(HALF).rows
    assert (row.problems, row.note) == ([], STAYS)
    (row,) = preview(YEAR.replace(b"400", b"401")).rows
    assert row.note == ""


def test_review_page_says_that_older_figure_does_not_change_the_status(record: Record, client: Client) -> None:
    approve_sheet(YEAR)
    submitted = make_follow_up(record.investment, "in_progress", state="submitted", actual=200, as_of="2025-06-30")
    client.force_login(make_user("chief-editor", role="chief editor"))
    page = client.get(reverse("admin:pledges_followup_change", args=[submitted.pk])).content.decode()
    assert STAYS in page

    approval = client.post(
        reverse("admin:pledges_followup_approve", args=[submitted.pk]),
        {f"version-{submitted.pk}": submitted.version},
        follow=True,
    )
    assert f"已核准 · {STAYS}" in approval.content.decode()


def test_form_says_that_older_figure_does_not_change_the_status(record: Record, client: Client) -> None:
    year = approve_sheet(YEAR)
    client.force_login(make_user("an-editor", role="editor"))
    url = reverse("admin:pledges_followup_suggestion", args=[record.investment.pk])
    figures = {"actual": "200", "as_of": "2025-06-30"}
    assert client.get(url, figures).json()["sentence"].endswith(STAYS)
    assert STAYS not in client.get(url, figures | {"supersedes": year.pk}).json()["sentence"]


def test_correction_is_entered_in_the_form(record: Record, client: Client) -> None:
    year = approve_sheet(YEAR)
    client.force_login(make_user("an-editor", role="editor"))
    approved = client.get(reverse("admin:pledges_followup_change", args=[year.pk])).content.decode()
    query = f"?pledge={record.investment.pk}&amp;supersedes={year.pk}&amp;as_of=2025-12-31"
    assert query in approved
    form = client.get(reverse("admin:pledges_followup_add") + query.replace("&amp;", "&")).content.decode()
    assert f'<option value="{year.pk}" selected>已兑现 · 400 亿元 · 2025-12-31</option>' in form
