"""The dashboard: cards of open work."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from pledges.models import Pledge
from pledges.models.choices import ReviewState, Status
from pledges.workflow import review
from pledges.workflow.amendments import propose, row_change
from tests.factories import Record, make_district, make_follow_up, make_pledge, make_statement, make_user

pytestmark = pytest.mark.slow

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


@pytest.fixture(scope="module")
def module_follow_ups(module_record: Record) -> None:
    """Add follow-ups in every state, by each of two editors and a chief editor, to the record."""
    me, peer, chief = make_user("me", role="editor"), make_user("peer", role="editor"), make_user("chief")
    statement = module_record.investment.statement
    for number, (author, state) in enumerate((author, state) for author in (me, peer, chief) for state in ReviewState):
        pledge = make_pledge(f"busy-{number}", statement=statement, deadline=None)
        make_follow_up(pledge, state=state, author=author, reviewer=make_user("second-chief"))
    Pledge.objects.filter(ref="busy-0").update(assignee=me)
    Pledge.objects.filter(ref="busy-4").update(assignee=peer)


@pytest.fixture
def record_with_follow_ups(module_follow_ups: None, record: Record) -> Record:
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


def test_chief_editor_gets_card_of_proposed_amendments(record: Record) -> None:
    make_follow_up(record.investment, actual=400)
    change = row_change(record.investment, {"value": 800})
    amendment = propose([change], reason="报纸更正", by=make_user("author", first_name="岳灵珊"))

    card = cards(client_of("second", "chief editor"))["Proposed amendments"]

    assert card.count == 1
    (row,) = card.rows
    assert "yl-2025-001" in row.title
    assert row.detail == f"岳灵珊 · {timezone.localtime(amendment.proposed_at):%Y-%m-%d %H:%M}"
    assert list(client_of("second", "chief editor").get(card.url).context["cl"].queryset) == [amendment]
    assert "Proposed amendments" not in cards(client_of("other", "editor"))


def test_resubmitted_follow_up_shows_author_and_day_of_submission(record: Record) -> None:
    author = make_user("author", first_name="岳灵珊")
    follow_up = make_follow_up(record.investment, state=ReviewState.RETURNED, author=author)
    (again,) = review.submit([follow_up.pk], by=author)

    rows = cards(client_of("second", "chief editor"))["Awaiting my review"].rows

    assert f"岳灵珊 · {timezone.localtime(again.submitted_at):%Y-%m-%d %H:%M}" in [row.detail for row in rows]


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
    assert "您还没有角色，请联系管理员分配" in page.content.decode()


def test_decisions_are_newest_first_with_reviewer_and_day(record: Record) -> None:
    make_follow_up(record.growth, Status.IN_PROGRESS)
    make_follow_up(record.investment, Status.MET, reviewer=make_user("chief", first_name="左冷禅"))

    first, second, *_earlier = cards(client_of("me", "editor"))["Recently approved"].rows

    assert (first.title, first.label) == ("Yunling · Annual investment", "met")
    assert first.detail.startswith("chief · " + timezone.localdate().isoformat())
    assert second.label == "in progress"


def test_card_shows_five_most_urgent_rows(record: Record) -> None:
    for number in range(9):
        make_pledge(f"row-{number}", statement=record.investment.statement, deadline=f"2025-11-{number + 10}")

    card = cards(client_of("me", "editor"))["Overdue"]

    assert card.count == 10 + (record.schools.timeliness(timezone.localdate()) == "overdue")
    assert [row.detail for row in card.rows] == [f"38.5 billion yuan by 2025-11-{day}" for day in range(10, 15)]


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
    for number in range(7):
        district = make_district(f"row-{number}")
        pledge = make_pledge(f"row-{number}", district=district, statement=make_statement(), year=2020 + number % 3)
        Pledge.objects.filter(pk=pledge.pk).update(assignee=make_user("me"))
        for state in (ReviewState.DRAFT, ReviewState.APPROVED):
            make_follow_up(pledge, Status.IN_PROGRESS, state=state, author=make_user("me"))

    assert queries() == few
