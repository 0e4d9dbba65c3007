"""The dashboard: cards of open work, and the chart of statuses by district."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from pledges.admin.status_chart import MAX_DISTRICTS, status_chart
from pledges.models import Pledge
from pledges.models.choices import ReviewState, State, Status
from pledges.workflow import review
from tests.factories import Record, make_district, make_follow_up, make_pledge, make_statement, make_user

DASHBOARD = "/admin/"
LINKED_CARDS = [
    "Unchecked: overdue or due soon",
    "Overdue",
    "Assigned to me",
    "Returned to me",
    "My drafts",
    "Recently approved",
]


def client_of(name: str, role: str, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(make_user(name, role=role))
    return client


def cards(client: Client) -> dict[str, Any]:
    return {str(card.title): card for card in client.get(DASHBOARD).context["cards"]}


def counts(client: Client) -> dict[str, int]:
    return {title: card.count for title, card in cards(client).items()}


@pytest.fixture
def record_with_follow_ups(roles: None, record: Record) -> Record:
    """Add follow-ups in every state, by each of two editors and a chief editor, to the record."""
    me, peer, chief = make_user("me", role="editor"), make_user("peer", role="editor"), make_user("chief")
    statement = record.investment.statement
    for number, (author, state) in enumerate((author, state) for author in (me, peer, chief) for state in ReviewState):
        pledge = make_pledge(f"busy-{number}", statement=statement, deadline=None)
        make_follow_up(pledge, state=state, author=author, reviewer=make_user("second-chief"))
    Pledge.objects.filter(ref="busy-0").update(assignee=me)
    Pledge.objects.filter(ref="busy-4").update(assignee=peer)
    return record


def test_editor_gets_cards_of_due_pledges_and_own_work(record_with_follow_ups: Record) -> None:
    Pledge.objects.filter(pk=record_with_follow_ups.schools.pk).update(year=2199, deadline="2199-12-31")
    make_follow_up(
        make_pledge("late", statement=record_with_follow_ups.investment.statement),
        Status.IN_PROGRESS,
        as_of="2025-12-31",
    )

    assert counts(client_of("me", "editor")) == {
        "Unchecked: overdue or due soon": 1,
        "Overdue": 2,
        "Assigned to me": 1,
        "Returned to me": 1,
        "My drafts": 1,
        "Recently approved": 4,
    }


def test_chief_editor_gets_card_of_follow_ups_of_others(record_with_follow_ups: Record) -> None:
    make_user("chief").groups.add(*make_user("second", role="chief editor").groups.all())

    card = cards(client_of("chief", "chief editor"))["Awaiting my review"]

    assert card.count == 2
    assert "peer" in card.rows[1].detail


def test_resubmitted_follow_up_shows_author_and_day_of_submission(roles: None, record: Record) -> None:
    author = make_user("me", first_name="岳灵珊")
    follow_up = make_follow_up(record.investment, state=ReviewState.RETURNED, author=author)
    (again,) = review.submit([follow_up.pk], by=author)

    (row,) = cards(client_of("second", "chief editor"))["Awaiting my review"].rows

    assert row.detail == f"岳灵珊 · {timezone.localtime(again.submitted_at):%Y-%m-%d %H:%M}"


def test_one_person_newsroom_gets_card_of_own_follow_ups(record_with_follow_ups: Record, settings: Settings) -> None:
    settings.ONE_PERSON_DESK = True
    make_user("chief").groups.add(*make_user("second", role="chief editor").groups.all())

    assert counts(client_of("chief", "chief editor"))["Awaiting my review"] == 3


def test_reader_gets_cards_of_due_pledges_and_decisions(record_with_follow_ups: Record) -> None:
    assert set(cards(client_of("reader", "reader"))) == {
        "Unchecked: overdue or due soon",
        "Overdue",
        "Recently approved",
    }


def test_user_without_role_gets_a_hint(client: Client, record: Record) -> None:
    client.force_login(make_user("stranger"))

    page = client.get(DASHBOARD)

    assert page.context["cards"] == []
    assert "chart" not in page.context
    assert "请管理员为您分配角色" in page.content.decode()


def test_decisions_are_newest_first_with_reviewer_and_day(roles: None, record: Record) -> None:
    make_follow_up(record.growth, Status.IN_PROGRESS)
    make_follow_up(record.investment, Status.MET, reviewer=make_user("chief", first_name="左冷禅"))

    first, second = cards(client_of("me", "editor"))["Recently approved"].rows

    assert (first.title, first.label) == ("云岭市 · 年度投资额", "met")
    assert first.detail.startswith("chief · " + timezone.localdate().isoformat())
    assert second.label == "in progress"


def test_card_shows_five_most_urgent_rows(roles: None, record: Record) -> None:
    for number in range(9):
        make_pledge(f"row-{number}", statement=record.investment.statement, deadline=f"2025-11-{number + 10}")

    card = cards(client_of("me", "editor"))["Overdue"]

    assert card.count == 10 + (record.schools.timeliness(timezone.localdate()) == "overdue")
    assert [row.detail for row in card.rows] == [f"385 亿元 by 2025-11-{day}" for day in range(10, 15)]


@pytest.mark.parametrize("title", LINKED_CARDS)
def test_card_links_to_list_of_same_length(record_with_follow_ups: Record, title: str) -> None:
    client = client_of("me", "editor")
    card = cards(client)[title]

    assert client.get(card.url).context["cl"].result_count == card.count > 0


def test_review_card_links_to_list_of_same_length(record_with_follow_ups: Record) -> None:
    make_user("chief").groups.add(*make_user("second", role="chief editor").groups.all())
    client = client_of("chief", "chief editor")
    card = cards(client)["Awaiting my review"]

    assert client.get(card.url).context["cl"].result_count == card.count == 2


def test_row_links_to_form_of_next_step(record_with_follow_ups: Record) -> None:
    client = client_of("me", "editor")

    assert (
        cards(client)["Overdue"].rows[0].url
        == f"/admin/pledges/followup/add/?pledge={record_with_follow_ups.investment.pk}"
    )
    assert client.get(cards(client)["My drafts"].rows[0].url).status_code == 200


def test_empty_cards_and_chart_show_a_text(roles: None) -> None:
    page = client_of("chief", "chief editor", language="zh-hans").get(DASHBOARD).content.decode()

    for words in (
        "已逾期和即将到期的承诺都已核查。",
        "没有待您审核的记录。",
        "还没有已核准的核查记录。",
        "还没有已发布的承诺。",
    ):
        assert words in page


def test_dashboard_is_english_on_request(record_with_follow_ups: Record) -> None:
    page = client_of("me", "editor").get(DASHBOARD, {"year": 2025}).content.decode()

    for words in ("Unchecked: overdue or due soon", "Returned to me", "Pledges for 2025 by status", "partly met"):
        assert words in page


def test_dashboard_needs_constant_number_of_queries(record_with_follow_ups: Record) -> None:
    client = client_of("me", "editor")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(DASHBOARD)
        return len(captured)

    few = queries()
    for number in range(30):
        district = make_district(f"row-{number}")
        pledge = make_pledge(f"row-{number}", district=district, statement=make_statement(), year=2020 + number % 3)
        Pledge.objects.filter(pk=pledge.pk).update(assignee=make_user("me"))
        for state in (ReviewState.DRAFT, ReviewState.APPROVED):
            make_follow_up(pledge, Status.IN_PROGRESS, state=state, author=make_user("me"))

    assert queries() == few


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
    assert [segment.start for segment in bars[0].segments][:4] == [0, 50, 50, 100]


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

    assert (len(shown.bars), shown.bars[0].district, shown.hidden_districts) == (MAX_DISTRICTS, "row-16", 7)


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
