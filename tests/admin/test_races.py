"""Concurrent actions of two users: no action is executed twice or deadlocks, and the later user gets a message."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from time import sleep
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from django.utils import translation

from pledges.models import FollowUp, Pledge
from tests.factories import Record, make_user

from .test_spreadsheet_import import confirm, upload

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):  # otherwise the language of the last request stays active in this thread
        yield


def client_of(name: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.filter(username=name).first() or User.objects.create_superuser(name))
    return client


def with_own_connection(function: Callable[[], Any]) -> Any:
    try:
        return function()
    finally:
        connection.close()


@contextmanager
def blocked_until_exit(*functions: Callable[[], Any]) -> Iterator[list[Any]]:
    """Run functions in threads while the context holds a lock for which they wait.

    Yield a list, which contains their results after the context has exited.
    """
    responses: list[Any] = []
    with ExitStack() as afterwards:
        threads = afterwards.enter_context(ThreadPoolExecutor(len(functions)))
        with transaction.atomic():
            yield responses
            futures = [threads.submit(with_own_connection, function) for function in functions]
            _wait_until_connections_wait(len(functions))
        responses += [future.result() for future in futures]


def _wait_until_connections_wait(count: int) -> None:
    with connection.cursor() as cursor:
        for _attempt in range(500):
            # Within a transaction, PostgreSQL otherwise returns the snapshot of the first query.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0] >= count:
                return
            sleep(0.02)
    raise AssertionError("not enough connections are waiting for a lock")


def lock(*pledges: Pledge) -> None:
    list(Pledge.objects.filter(pk__in=[pledge.pk for pledge in pledges]).select_for_update(no_key=True))


def test_late_assignment_names_present_assignee(committed_record: Record) -> None:
    me, peer = client_of("me"), make_user("peer", first_name="岳灵珊")
    selected = {"action": "assign_to_me", "_selected_action": [committed_record.investment.pk]}

    with blocked_until_exit(partial(me.post, "/admin/pledges/pledgetocheck/", selected, follow=True)) as responses:
        Pledge.objects.filter(pk=committed_record.investment.pk).update(assignee=peer)

    assert "Still assigned to 岳灵珊: yl-2025-001." in responses[0].content.decode()
    assert Pledge.objects.get(pk=committed_record.investment.pk).assignee == peer


def test_file_confirmed_in_two_windows_is_imported_once(committed_record: Record) -> None:
    row = "yl-2025-001,400,亿元,2025-12-31,https://news.example/report"
    windows = [client_of("me"), client_of("me")]
    pages = [upload(window, row) for window in windows]

    with blocked_until_exit(*map(partial, [confirm] * 2, windows, pages)) as responses:
        lock(committed_record.investment)

    assert FollowUp.objects.count() == 1
    pages = [response.content.decode() for response in responses]
    assert sorted("The data changed in the meantime. Check the preview again." in page for page in pages) == [
        False,
        True,
    ]


def test_concurrent_imports_of_same_pledges_do_not_deadlock(committed_record: Record) -> None:
    rows = [f"{ref},26,,2025-12-31,https://news.example/report" for ref in ("yl-2025-001", "yl-2025-002")]
    one, two = client_of("one"), client_of("two")
    pages = upload(one, *rows), upload(two, *(row.replace("26", "27") for row in reversed(rows)))

    with blocked_until_exit(partial(confirm, one, pages[0]), partial(confirm, two, pages[1])) as responses:
        lock(committed_record.investment, committed_record.growth)

    assert [response.status_code for response in responses] == [200, 200]
    assert FollowUp.objects.count() == 4
