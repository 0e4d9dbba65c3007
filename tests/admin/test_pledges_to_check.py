"""The queue: what waits for a verdict, who takes it, and in which order."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from pledges.models import Pledge, QueueOrder
from pledges.models.choices import ReviewState, State, Status
from tests.factories import Record, make_district, make_follow_up, make_official, make_pledge, make_statement, make_user

QUEUE = "/admin/pledges/pledgetocheck/"
BY_REFERENCE_OF_DISTRICT = "3"  # the third column, after that of the check boxes and two more


@pytest.fixture
def in_time(record: Record) -> Record:
    """The schools are due soon, whatever day it is."""
    deadline = timezone.localdate() + timedelta(days=30)
    Pledge.objects.filter(pk=record.schools.pk).update(year=deadline.year, deadline=deadline)
    return record


def client_of(name: str, role: str, language: str = "zh-hans", **fields: Any) -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(make_user(name, role=role, **fields))
    return client


def refs(client: Client, **parameters: Any) -> list[str]:
    response = client.get(QUEUE, parameters)
    assert response.status_code == 200, response.headers
    return [pledge.ref for pledge in response.context["cl"].result_list]


def act(client: Client, action: str, *pledges: Pledge, **data: Any) -> str:
    selected = {"action": action, "_selected_action": [pledge.pk for pledge in pledges]}
    return client.post(QUEUE, selected | data, follow=True).content.decode()


def assignee(pledge: Pledge) -> User | None:
    return Pledge.objects.get(pk=pledge.pk).assignee


def test_the_most_urgent_comes_first_and_what_has_no_deadline_last(editor: Client, in_time: Record) -> None:
    assert refs(editor) == ["yl-2025-001", "yl-2026-001", "yl-2025-002"]


@pytest.mark.parametrize("state", [State.DRAFT, State.RETRACTED])
def test_what_is_not_public_is_not_in_the_queue(editor: Client, record: Record, state: State) -> None:
    make_pledge("yl-2025-009", state=state)

    assert "yl-2025-009" not in refs(editor)


def test_a_verdict_takes_a_pledge_out_of_the_queue_and_progress_does_not(editor: Client, record: Record) -> None:
    make_follow_up(record.investment, Status.MET)
    make_follow_up(record.growth, Status.IN_PROGRESS)

    assert set(refs(editor)) == {"yl-2025-002", "yl-2026-001"}


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (lambda _: {"timeliness": "overdue"}, {"yl-2025-001"}),
        (lambda _: {"timeliness": "due_soon"}, {"yl-2026-001"}),
        (lambda _: {"timeliness": ["overdue", "due_soon"]}, {"yl-2025-001", "yl-2026-001"}),
        (lambda _: {"timeliness": "upcoming"}, set()),
        (lambda _: {"timeliness": "none"}, {"yl-2025-002"}),
        (lambda _: {"timeliness": "nonsense"}, {"yl-2025-001", "yl-2025-002", "yl-2026-001"}),
        (lambda _: {"assigned": "me"}, {"yl-2026-001"}),
        (lambda _: {"assigned": "somebody"}, {"yl-2025-002", "yl-2026-001"}),
        (lambda _: {"assigned": "nobody"}, {"yl-2025-001"}),
        (lambda _: {"status": "unchecked"}, {"yl-2025-001", "yl-2026-001"}),
        (lambda _: {"status": ["in_progress", "unverifiable"]}, {"yl-2025-002"}),
        (lambda record: {"district__id__exact": record.county.pk}, {"yl-2026-001"}),
        (lambda record: {"statement__official__id__exact": record.schools.statement.official_id}, {"yl-2026-001"}),
        (lambda record: {"metric__id__exact": record.schools.metric_id}, {"yl-2026-001"}),
        (lambda record: {"metric__topic__id__exact": record.schools.metric.topic_id}, {"yl-2026-001"}),
        (lambda _: {"year": 2025}, {"yl-2025-001", "yl-2025-002"}),
        (lambda _: {"q": "令狐冲 学校"}, {"yl-2026-001"}),
        (lambda _: {"q": "yl-2025-002"}, {"yl-2025-002"}),
    ],
)
def test_the_queue_is_filtered(
    roles: None, in_time: Record, filters: Callable[[Record], dict[str, Any]], found: set[str]
) -> None:
    client = client_of("me", "editor")
    make_follow_up(in_time.growth, Status.IN_PROGRESS)
    Pledge.objects.filter(pk=in_time.schools.pk).update(assignee=make_user("me"))
    Pledge.objects.filter(pk=in_time.growth.pk).update(assignee=make_user("colleague"))

    assert set(refs(client, **filters(in_time))) == found


@pytest.mark.parametrize("changelist", [QUEUE, "/admin/pledges/pledge/", "/admin/pledges/followup/"])
@pytest.mark.parametrize("name", ["status", "timeliness", "assigned", "awaiting"])
def test_a_filter_that_makes_no_sense_does_no_harm(editor: Client, record: Record, changelist: str, name: str) -> None:
    assert editor.get(changelist, {name: "\x00"}).status_code in {200, 302}


def test_each_choice_of_a_filter_is_counted_on_request(editor: Client, in_time: Record) -> None:
    make_follow_up(in_time.growth, Status.IN_PROGRESS)

    page = editor.get(QUEUE, {"_facets": "True", "timeliness": "overdue"}).content.decode()

    for words in ("已逾期 (1)", "即将到期 (1)", "未到期 (0)", "无期限 (1)", "未核查 (1)", "推进中 (0)", "无人 (1)"):
        assert words in page


def test_a_row_tells_the_promise_its_target_and_who_has_it(roles: None, record: Record) -> None:
    colleague = make_user("colleague", first_name="岳灵珊")
    Pledge.objects.filter(pk=record.investment.pk).update(assignee=colleague)
    make_follow_up(record.investment, state=ReviewState.SUBMITTED, author=colleague)

    page = client_of("me", "editor").get(QUEUE).content.decode()

    for words in ("年度计划投资385亿元", "至少 385 亿元，2025-12-31 前", "已逾期", "未核查", "已提交 · 岳灵珊"):
        assert words in page


def test_the_queue_speaks_english_on_request(roles: None, record: Record) -> None:
    make_follow_up(record.investment, state=ReviewState.DRAFT, author=make_user("colleague"))

    page = client_of("me", "editor", language="en").get(QUEUE, {"o": "3"}).content.decode()

    for words in ("at least 385 亿元 by 2025-12-31", "draft · colleague", "Back to the order by deadline"):
        assert words in page


def test_a_row_leads_to_a_new_follow_up_of_its_pledge(editor: Client, record: Record) -> None:
    make_follow_up(record.investment, state=ReviewState.DRAFT, author=make_user("colleague"))

    page = editor.get(QUEUE).content.decode()

    assert f'href="/admin/pledges/followup/add/?pledge={record.investment.pk}"' in page


@pytest.mark.parametrize("state", [ReviewState.DRAFT, ReviewState.RETURNED, ReviewState.SUBMITTED])
def test_a_row_leads_to_the_open_follow_up_of_its_reader(roles: None, record: Record, state: ReviewState) -> None:
    client = client_of("me", "editor")
    mine = make_follow_up(record.investment, state=state, author=make_user("me"))

    page = client.get(QUEUE).content.decode()

    assert f"/admin/pledges/followup/add/?pledge={record.investment.pk}" not in page
    assert reverse("admin:pledges_followup_change", args=[mine.pk]) in page


def test_a_reader_is_led_to_the_pledge_and_may_do_nothing(roles: None, record: Record) -> None:
    client = client_of("me", "reader")

    page = client.get(QUEUE)

    assert reverse("admin:pledges_pledge_change", args=[record.investment.pk]) in page.content.decode()
    assert "/followup/add/" not in page.content.decode()
    act(client, "assign_to_me", record.investment)
    assert assignee(record.investment) is None


def test_who_may_not_see_pledges_does_not_see_the_queue(client: Client, db: None) -> None:
    client.force_login(make_user("stranger"))

    assert client.get(QUEUE).status_code == 403
    assert QUEUE not in client.get("/admin/").content.decode()


@pytest.mark.parametrize("page", ["add/", "{}/delete/"])
def test_nothing_is_added_or_deleted_through_the_queue(admin_client: Client, record: Record, page: str) -> None:
    url = QUEUE + page.format(record.investment.pk)

    assert admin_client.get(url).status_code == admin_client.post(url, {"post": "yes"}).status_code == 403


def test_a_pledge_is_changed_at_its_own_desk(admin_client: Client, record: Record) -> None:
    response = admin_client.get(f"{QUEUE}{record.investment.pk}/change/")

    assert response.headers["Location"] == reverse("admin:pledges_pledge_change", args=[record.investment.pk])


def test_the_queue_is_the_first_of_the_desks(editor: Client, record: Record) -> None:
    page = editor.get("/admin/").content.decode()

    assert 0 < page.index(QUEUE) < page.index("/admin/pledges/pledge/")


def test_what_nobody_has_is_taken(roles: None, record: Record) -> None:
    page = act(client_of("me", "editor"), "assign_to_me", record.investment, record.growth)

    assert "已分派 2 条承诺。" in page
    assert assignee(record.investment) == assignee(record.growth) == make_user("me")


def test_what_a_colleague_has_is_not_taken_from_them(roles: None, record: Record) -> None:
    colleague = make_user("colleague", first_name="岳灵珊")
    Pledge.objects.filter(pk=record.investment.pk).update(assignee=colleague)

    page = act(client_of("me", "chief editor"), "assign_to_me", record.investment, record.growth)

    assert "仍由岳灵珊核查，未作改动：yl-2025-001。" in page
    assert (assignee(record.investment), assignee(record.growth)) == (colleague, make_user("me"))


def test_taking_what_one_has_changes_nothing(roles: None, record: Record) -> None:
    client = client_of("me", "editor")
    Pledge.objects.filter(pk=record.investment.pk).update(assignee=make_user("me"))

    assert "未作任何更改。" in act(client, "assign_to_me", record.investment)


def test_only_ones_own_is_given_back(roles: None, record: Record) -> None:
    colleague = make_user("colleague")
    client = client_of("me", "editor")
    Pledge.objects.filter(pk=record.investment.pk).update(assignee=colleague)
    Pledge.objects.filter(pk=record.growth.pk).update(assignee=make_user("me"))

    page = act(client, "unassign", record.investment, record.growth, record.schools)

    assert "1 条承诺现已无人认领。" in page
    assert (assignee(record.investment), assignee(record.growth)) == (colleague, None)


def test_a_colleague_is_chosen_among_those_who_may_write_follow_ups(roles: None, record: Record) -> None:
    make_user("reader", role="reader")
    make_user("gone", role="editor", is_active=False)
    make_user("colleague", role="editor", first_name="岳灵珊")

    page = act(client_of("me", "editor"), "assign", record.investment)

    assert "岳灵珊" in page
    assert ">reader<" not in page
    assert ">gone<" not in page
    assert assignee(record.investment) is None


def test_an_editor_hands_on_what_is_free_or_their_own(roles: None, record: Record) -> None:
    client, colleague, other = client_of("me", "editor"), make_user("colleague", role="editor"), make_user("other")
    Pledge.objects.filter(pk=record.growth.pk).update(assignee=make_user("me"))
    Pledge.objects.filter(pk=record.schools.pk).update(assignee=other)

    page = act(
        client,
        "assign",
        *(record.investment, record.growth, record.schools),
        assignee=colleague.pk,
        **{f"assignee-{record.schools.pk}": other.pk},
    )

    assert "仍由other核查，未作改动：yl-2026-001。" in page
    assert assignee(record.investment) == assignee(record.growth) == colleague
    assert assignee(record.schools) == other


def test_a_chief_editor_hands_on_what_the_page_said_a_colleague_has(roles: None, record: Record) -> None:
    client, colleague, other = (
        client_of("me", "chief editor"),
        make_user("colleague", role="editor"),
        make_user("other"),
    )
    Pledge.objects.filter(pk=record.investment.pk).update(assignee=other)

    page = act(client, "assign", record.investment, record.growth)
    assert "现由other核查。" in page
    assert f'name="assignee-{record.investment.pk}" value="{other.pk}"' in page

    # Meanwhile somebody takes the other one.
    Pledge.objects.filter(pk=record.growth.pk).update(assignee=other)
    shown = {f"assignee-{record.investment.pk}": other.pk, f"assignee-{record.growth.pk}": ""}
    act(client, "assign", record.investment, record.growth, assignee=colleague.pk, **shown)

    assert (assignee(record.investment), assignee(record.growth)) == (colleague, other)


def test_a_chief_editor_sets_free_what_somebody_has(roles: None, record: Record) -> None:
    other = make_user("other")
    Pledge.objects.filter(pk=record.investment.pk).update(assignee=other)

    shown = {f"assignee-{record.investment.pk}": other.pk}
    act(client_of("me", "chief editor"), "assign", record.investment, assignee="", **shown)

    assert assignee(record.investment) is None


def test_nobody_is_assigned_who_may_not_write_follow_ups(roles: None, record: Record) -> None:
    act(client_of("me", "editor"), "assign", record.investment, assignee=make_user("stranger").pk)

    assert assignee(record.investment) is None


def test_an_order_is_kept_after_logging_in_again(roles: None, record: Record) -> None:
    me = make_user("me", role="editor")
    for district, pledge in [(record.zone, record.growth), (record.city, record.investment)]:
        make_pledge(f"{pledge.ref}-2", district=district, deadline=None)

    client = client_of("me", "editor")
    by_district = refs(client, o=BY_REFERENCE_OF_DISTRICT)
    client.logout()
    client.force_login(me)

    response = client.get(QUEUE, {"year": 2025}, follow=True)
    assert response.redirect_chain == [(f"{QUEUE}?year=2025&o=3", 302)]
    kept = [pledge.ref for pledge in response.context["cl"].result_list]
    assert kept == [ref for ref in by_district if ref != "yl-2026-001"]
    assert me.queue_order.ordering == "3"


def test_an_order_is_kept_for_each_editor(roles: None, record: Record) -> None:
    refs(client_of("me", "editor"), o="-3")

    assert client_of("colleague", "editor").get(QUEUE).status_code == 200


def test_there_is_a_way_back_to_the_order_by_deadline(editor: Client, record: Record) -> None:
    page = editor.get(QUEUE, {"o": "-3", "year": "2025"})
    assert page.context["cl"].default_order_url == "?o=&year=2025"
    assert 'href="?o=&amp;year=2025"' in page.content.decode()

    assert refs(editor, o="") == ["yl-2025-001", "yl-2026-001", "yl-2025-002"]
    assert not QueueOrder.objects.exists()
    assert refs(editor) == ["yl-2025-001", "yl-2026-001", "yl-2025-002"]


@pytest.mark.parametrize("order", ["x", "1;drop", "1." * 40, "99"])
def test_an_order_that_makes_no_sense_does_no_harm(editor: Client, record: Record, order: str) -> None:
    assert len(refs(editor, o=order)) == 3
    assert editor.get(QUEUE, follow=True).status_code == 200


def test_the_queue_takes_as_many_queries_for_thirty_rows_as_for_three(editor: Client, record: Record) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert editor.get(QUEUE).status_code == 200
        return len(captured)

    make_follow_up(record.investment, state=ReviewState.DRAFT)
    few = queries()
    for number in range(30):
        pledge = make_pledge(
            f"row-{number}",
            district=make_district(f"row-{number}"),
            statement=make_statement(official=make_official(f"风清扬{number}")),
        )
        colleague = make_user(f"colleague-{number}")
        Pledge.objects.filter(pk=pledge.pk).update(assignee=colleague)
        make_follow_up(pledge, state=ReviewState.DRAFT, author=colleague)

    assert queries() == few


def test_a_long_queue_has_pages(editor: Client, record: Record) -> None:
    for number in range(100):
        make_pledge(f"row-{number}", statement=record.investment.statement)

    assert (len(refs(editor)), len(refs(editor, p=2))) == (100, 3)
