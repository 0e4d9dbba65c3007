"""The checking queue: content, order, filters and assignment."""

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
from tests.factories import (
    Record,
    make_district,
    make_follow_up,
    make_official,
    make_pledge,
    make_pledges,
    make_statement,
    make_user,
)

pytestmark = pytest.mark.slow

QUEUE = "/admin/pledges/pledgetocheck/"
BY_DISTRICT = "3"  # the number of the column


@pytest.fixture
def with_due_soon(record: Record) -> Record:
    """Set a deadline in 30 days for the pledge of schools, so that it is due soon on whatever day the tests run."""
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


def run_action(client: Client, action: str, *pledges: Pledge, **data: Any) -> str:
    selected = {"action": action, "_selected_action": [pledge.pk for pledge in pledges]}
    return client.post(QUEUE, selected | data, follow=True).content.decode()


def assignee(pledge: Pledge) -> User | None:
    return Pledge.objects.get(pk=pledge.pk).assignee


def test_queue_is_ordered_by_deadline_with_none_last(editor: Client, with_due_soon: Record) -> None:
    assert refs(editor) == ["yl-2025-001", "yl-2026-001", "yl-2025-002"]


@pytest.mark.parametrize("state", [State.DRAFT, State.RETRACTED])
def test_queue_leaves_out_pledges_that_are_not_public(editor: Client, record: Record, state: State) -> None:
    make_pledge("yl-2025-009", state=state)

    assert "yl-2025-009" not in refs(editor)


def test_queue_leaves_out_pledges_with_verdict(editor: Client, record: Record) -> None:
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
def test_queue_is_filtered(with_due_soon: Record, filters: Callable[[Record], dict[str, Any]], found: set[str]) -> None:
    client = client_of("me", "editor")
    make_follow_up(with_due_soon.growth, Status.IN_PROGRESS)
    Pledge.objects.filter(pk=with_due_soon.schools.pk).update(assignee=make_user("me"))
    Pledge.objects.filter(pk=with_due_soon.growth.pk).update(assignee=make_user("peer"))

    assert set(refs(client, **filters(with_due_soon))) == found


@pytest.mark.parametrize("changelist", [QUEUE, "/admin/pledges/pledge/", "/admin/pledges/followup/"])
@pytest.mark.parametrize("name", ["status", "timeliness", "assigned", "awaiting"])
def test_invalid_filter_value_causes_no_error(editor: Client, record: Record, changelist: str, name: str) -> None:
    assert editor.get(changelist, {name: "\x00"}).status_code in {200, 302}


def test_facets_count_each_choice(editor: Client, with_due_soon: Record) -> None:
    make_follow_up(with_due_soon.growth, Status.IN_PROGRESS)

    page = editor.get(QUEUE, {"_facets": "True", "timeliness": "overdue"}).content.decode()

    for words in ("已逾期 (1)", "即将到期 (1)", "未到期 (0)", "无期限 (1)", "未核查 (1)", "推进中 (0)", "无人 (1)"):
        assert words in page


def test_row_shows_quote_target_and_open_follow_up(record: Record) -> None:
    peer = make_user("peer", first_name="岳灵珊")
    Pledge.objects.filter(pk=record.investment.pk).update(assignee=peer)
    make_follow_up(record.investment, state=ReviewState.SUBMITTED, author=peer)

    page = client_of("me", "editor").get(QUEUE).content.decode()

    for words in ("年度计划投资385亿元", "至少 385 亿元，不晚于 2025-12-31", "已逾期", "未核查", "已提交 · 岳灵珊"):
        assert words in page


def test_queue_is_english_on_request(record: Record) -> None:
    make_follow_up(record.investment, state=ReviewState.DRAFT, author=make_user("peer"))

    page = client_of("me", "editor", language="en").get(QUEUE, {"o": "3"}).content.decode()

    for words in ("at least 38.5 billion yuan by 2025-12-31", "draft · peer", "Sort by deadline again"):
        assert words in page


def test_row_links_to_new_follow_up(editor: Client, record: Record) -> None:
    make_follow_up(record.investment, state=ReviewState.DRAFT, author=make_user("peer"))

    page = editor.get(QUEUE).content.decode()

    assert f'href="/admin/pledges/followup/add/?pledge={record.investment.pk}"' in page


@pytest.mark.parametrize("state", [ReviewState.DRAFT, ReviewState.RETURNED, ReviewState.SUBMITTED])
def test_row_links_to_open_follow_up_of_user(record: Record, state: ReviewState) -> None:
    client = client_of("me", "editor")
    mine = make_follow_up(record.investment, state=state, author=make_user("me"))

    page = client.get(QUEUE).content.decode()

    assert f"/admin/pledges/followup/add/?pledge={record.investment.pk}" not in page
    assert reverse("admin:pledges_followup_change", args=[mine.pk]) in page


def test_row_links_reader_to_pledge_without_actions(record: Record) -> None:
    client = client_of("me", "reader")

    page = client.get(QUEUE)

    assert reverse("admin:pledges_pledge_change", args=[record.investment.pk]) in page.content.decode()
    assert "/followup/add/" not in page.content.decode()
    run_action(client, "assign_to_me", record.investment)
    assert assignee(record.investment) is None


def test_queue_needs_permission_to_view_pledges(client: Client, db: None) -> None:
    client.force_login(make_user("stranger"))

    assert client.get(QUEUE).status_code == 403
    assert QUEUE not in client.get("/admin/").content.decode()


@pytest.mark.parametrize("page", ["add/", "{}/delete/"])
def test_queue_adds_and_deletes_nothing(admin_client: Client, record: Record, page: str) -> None:
    url = QUEUE + page.format(record.investment.pk)

    assert admin_client.get(url).status_code == admin_client.post(url, {"post": "yes"}).status_code == 403


def test_change_page_of_queue_redirects_to_pledge(admin_client: Client, record: Record) -> None:
    response = admin_client.get(f"{QUEUE}{record.investment.pk}/change/")

    assert response.headers["Location"] == reverse("admin:pledges_pledge_change", args=[record.investment.pk])


def test_queue_is_first_in_sidebar(editor: Client, record: Record) -> None:
    page = editor.get("/admin/").content.decode()

    assert 0 < page.index(QUEUE) < page.index("/admin/pledges/pledge/")


def test_unassigned_pledges_are_assigned_to_user(record: Record) -> None:
    page = run_action(client_of("me", "editor"), "assign_to_me", record.investment, record.growth)

    assert "已分派 2 条承诺。" in page
    assert assignee(record.investment) == assignee(record.growth) == make_user("me")


def test_pledge_of_other_user_is_not_assigned_to_user(record: Record) -> None:
    peer = make_user("peer", first_name="岳灵珊")
    Pledge.objects.filter(pk=record.investment.pk).update(assignee=peer)

    page = run_action(client_of("me", "chief editor"), "assign_to_me", record.investment, record.growth)

    assert "以下承诺未改动（核查人：岳灵珊）：yl-2025-001。" in page
    assert (assignee(record.investment), assignee(record.growth)) == (peer, make_user("me"))


def test_assigning_own_pledge_changes_nothing(record: Record) -> None:
    client = client_of("me", "editor")
    Pledge.objects.filter(pk=record.investment.pk).update(assignee=make_user("me"))

    assert "未作任何更改。" in run_action(client, "assign_to_me", record.investment)


def test_only_own_pledges_are_unassigned(record: Record) -> None:
    peer = make_user("peer")
    client = client_of("me", "editor")
    Pledge.objects.filter(pk=record.investment.pk).update(assignee=peer)
    Pledge.objects.filter(pk=record.growth.pk).update(assignee=make_user("me"))

    page = run_action(client, "unassign", record.investment, record.growth, record.schools)

    assert "已取消认领 1 条承诺。" in page
    assert (assignee(record.investment), assignee(record.growth)) == (peer, None)


def test_assignees_have_permission_to_write_follow_ups(record: Record) -> None:
    make_user("reader", role="reader")
    make_user("gone", role="editor", is_active=False)
    make_user("peer", role="editor", first_name="岳灵珊")

    page = run_action(client_of("me", "editor"), "assign", record.investment)

    assert "岳灵珊" in page
    assert ">reader<" not in page
    assert ">gone<" not in page
    assert assignee(record.investment) is None


def test_editor_reassigns_unassigned_and_own_pledges_only(record: Record) -> None:
    client, peer, other = client_of("me", "editor"), make_user("peer", role="editor"), make_user("other")
    Pledge.objects.filter(pk=record.growth.pk).update(assignee=make_user("me"))
    Pledge.objects.filter(pk=record.schools.pk).update(assignee=other)

    page = run_action(
        client,
        "assign",
        *(record.investment, record.growth, record.schools),
        assignee=peer.pk,
        **{f"assignee-{record.schools.pk}": other.pk},
    )

    assert "以下承诺未改动（核查人：other）：yl-2026-001。" in page
    assert assignee(record.investment) == assignee(record.growth) == peer
    assert assignee(record.schools) == other


def test_chief_editor_reassigns_only_from_assignee_shown(record: Record) -> None:
    client, peer, other = (
        client_of("me", "chief editor"),
        make_user("peer", role="editor"),
        make_user("other"),
    )
    Pledge.objects.filter(pk=record.investment.pk).update(assignee=other)

    page = run_action(client, "assign", record.investment, record.growth)
    assert "核查人：other" in page
    assert f'name="assignee-{record.investment.pk}" value="{other.pk}"' in page

    # Before the form is posted, the second pledge is assigned to another user.
    Pledge.objects.filter(pk=record.growth.pk).update(assignee=other)
    shown = {f"assignee-{record.investment.pk}": other.pk, f"assignee-{record.growth.pk}": ""}
    run_action(client, "assign", record.investment, record.growth, assignee=peer.pk, **shown)

    assert (assignee(record.investment), assignee(record.growth)) == (peer, other)


def test_chief_editor_unassigns_pledge_of_other_user(record: Record) -> None:
    other = make_user("other")
    Pledge.objects.filter(pk=record.investment.pk).update(assignee=other)

    shown = {f"assignee-{record.investment.pk}": other.pk}
    run_action(client_of("me", "chief editor"), "assign", record.investment, assignee="", **shown)

    assert assignee(record.investment) is None


def test_user_without_permission_is_not_assigned(record: Record) -> None:
    run_action(client_of("me", "editor"), "assign", record.investment, assignee=make_user("stranger").pk)

    assert assignee(record.investment) is None


def test_chosen_order_is_kept_for_next_login(record: Record) -> None:
    me = make_user("me", role="editor")
    for district, pledge in [(record.zone, record.growth), (record.city, record.investment)]:
        make_pledge(f"{pledge.ref}-2", district=district, deadline=None)

    client = client_of("me", "editor")
    by_district = refs(client, o=BY_DISTRICT)
    client.logout()
    client.force_login(me)

    response = client.get(QUEUE, {"year": 2025}, follow=True)
    assert response.redirect_chain == [(f"{QUEUE}?year=2025&o=3", 302)]
    refs_after_login = [pledge.ref for pledge in response.context["cl"].result_list]
    assert refs_after_login == [ref for ref in by_district if ref != "yl-2026-001"]
    assert me.queue_order.ordering == "3"


def test_chosen_order_does_not_affect_other_users(record: Record) -> None:
    refs(client_of("me", "editor"), o="-3")

    assert client_of("peer", "editor").get(QUEUE).status_code == 200


def test_link_restores_order_by_deadline(editor: Client, record: Record) -> None:
    page = editor.get(QUEUE, {"o": "-3", "year": "2025"})
    assert page.context["cl"].default_order_url == "?o=&year=2025"
    assert 'href="?o=&amp;year=2025"' in page.content.decode()

    assert refs(editor, o="") == ["yl-2025-001", "yl-2026-001", "yl-2025-002"]
    assert not QueueOrder.objects.exists()
    assert refs(editor) == ["yl-2025-001", "yl-2026-001", "yl-2025-002"]


@pytest.mark.parametrize("order", ["x", "1;drop", "1." * 40, "99"])
def test_invalid_order_causes_no_error(editor: Client, record: Record, order: str) -> None:
    assert len(refs(editor, o=order)) == 3
    assert editor.get(QUEUE, follow=True).status_code == 200


def test_queue_needs_constant_number_of_queries(editor: Client, record: Record) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert editor.get(QUEUE).status_code == 200
        return len(captured)

    make_follow_up(record.investment, state=ReviewState.DRAFT)
    few = queries()
    for number in range(5):
        pledge = make_pledge(
            f"row-{number}",
            district=make_district(f"row-{number}"),
            statement=make_statement(official=make_official(f"风清扬{number}")),
        )
        peer = make_user(f"peer-{number}")
        Pledge.objects.filter(pk=pledge.pk).update(assignee=peer)
        make_follow_up(pledge, state=ReviewState.DRAFT, author=peer)

    assert queries() == few


def test_long_queue_is_paginated(editor: Client, record: Record) -> None:
    make_pledges([f"row-{number}" for number in range(100)], statement=record.investment.statement)

    assert (len(refs(editor)), len(refs(editor, p=2))) == (100, 3)
