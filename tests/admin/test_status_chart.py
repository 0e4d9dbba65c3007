"""The chart of the dashboard: pledges of a year by district and status."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from pledges.admin.status_chart import MAX_DISTRICTS, status_chart
from pledges.models import Pledge
from pledges.models.choices import State, Status
from tests.factories import Record, make_district, make_follow_up, make_pledge, make_statement

DASHBOARD = "/admin/"


def test_chart_counts_statuses_by_district_and_year(record: Record) -> None:
    make_follow_up(record.investment, Status.MET)
    make_pledge("yl-2025-005", district=record.city, statement=record.investment.statement)

    bars = status_chart("2025").bars

    assert [(bar.district, bar.total) for bar in bars] == [("云岭市", 2), ("云岭经济开发区", 1)]
    assert {segment.status: segment.count for segment in bars[0].segments if segment.count} == {
        Status.UNCHECKED: 1,
        Status.MET: 1,
    }
    # Widths are in per cent of the longest bar.
    assert [sum(segment.width for segment in bar.segments) for bar in bars] == [100, 50]
    assert [segment.start for segment in bars[0].segments][:6] == [0, 50, 50, 50, 50, 100]


def test_chart_has_english_names_of_districts(record: Record) -> None:
    with translation.override("en"):
        bars = status_chart("2025").bars

    assert [bar.district for bar in bars] == ["Yunling", "云岭经济开发区"]


def test_chart_needs_two_queries(record: Record) -> None:
    with CaptureQueriesContext(connection) as captured:
        status_chart("2025")

    assert len(captured) == 2


@pytest.mark.parametrize("state", [State.DRAFT, State.RETRACTED])
def test_chart_leaves_out_pledges_that_are_not_public(record: Record, state: State) -> None:
    Pledge.objects.exclude(pk=record.schools.pk).delete()
    Pledge.objects.update(state=state)

    assert status_chart("").years == []


def test_chart_shows_largest_districts_and_counts_the_others(record: Record) -> None:
    for number in range(MAX_DISTRICTS + 5):
        make_pledge(f"row-{number}", district=make_district(f"row-{number}"), statement=make_statement())
    make_pledge("one-more", district=make_district("row-16"), statement=make_statement())

    shown = status_chart("2025")

    assert (len(shown.bars), shown.bars[0].district, shown.hidden_district_count) == (MAX_DISTRICTS, "row-16", 7)


@pytest.mark.parametrize("wanted", ["", "1999", "x", "２０２５"])
def test_unknown_year_gives_nearest_year_with_pledges(record: Record, wanted: str) -> None:
    Pledge.objects.filter(pk=record.schools.pk).update(year=2199, deadline="2199-12-31")

    assert status_chart(wanted).year == 2025


def test_bar_links_to_its_pledges(editor: Client, record: Record) -> None:
    make_pledge("draft", district=record.city, statement=record.investment.statement, state=State.DRAFT)
    bar = status_chart("2025").bars[0]

    pledges = editor.get(bar.url).context["cl"].result_list

    assert (bar.district, [pledge.ref for pledge in pledges]) == ("云岭市", ["yl-2025-001"])


def test_chart_is_an_accessible_table_without_script(editor: Client, record: Record) -> None:
    page = editor.get(DASHBOARD, {"year": 2025}).content.decode()

    assert '<th scope="row"><a href="' + status_chart("2025").bars[0].url.replace("&", "&amp;") in page
    assert page.count('<th scope="col">') == 2 + len(Status)
    assert "<script" not in page[page.index('id="chart"') : page.index("</section>", page.index('id="chart"'))]
    assert reverse("admin:pledges_pledge_changelist") in page
