"""Precomputed counts equal the numbers of published pledges after every write, and writers don't block each other."""

from collections import Counter
from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, connections, transaction

from pledges.models import Pledge, PledgeCount
from tests.factories import make_follow_up, make_metric, make_pledge, make_record

Kind = tuple[int, str, str]


def precounted() -> dict[Kind, int]:
    counts: Counter[Kind] = Counter()
    for year, metric, status, count in PledgeCount.objects.values_list("year", "metric__slug", "status", "count"):
        counts[year, metric, status] += count
    return {kind: count for kind, count in counts.items() if count}


def counted() -> dict[Kind, int]:
    return Counter(Pledge.objects.public().values_list("year", "metric__slug", "status"))


@pytest.mark.django_db
def test_published_pledges_are_counted() -> None:
    make_pledge("a")
    make_pledge("b")
    make_pledge("c", year=2026, deadline="2026-12-31")
    make_pledge("d", state="draft")
    assert precounted() == {
        (2025, "annual-investment", "unchecked"): 2,
        (2026, "annual-investment", "unchecked"): 1,
    }


def change(**values: Any) -> Callable[[], object]:
    return lambda: Pledge.objects.filter(ref__in=["a", "draft"]).update(**values)


CHANGES: dict[str, Callable[[], object]] = {
    "a year": change(year=2024),
    "a metric": lambda: change(metric=make_metric("output-growth"))(),
    "a publication": change(state="published"),
    "a retraction": change(state="retracted"),
    "nothing": change(note=""),
    "a column that is not counted": change(value=7),
    "a status": lambda: make_follow_up(Pledge.objects.get(ref="a"), "met"),
    "a status of two": lambda: [make_follow_up(Pledge.objects.get(ref=ref), "missed") for ref in ("a", "b")],
    "a deletion": lambda: Pledge.objects.filter(ref__in=["a", "draft"]).delete(),
    "a deletion of all": lambda: Pledge.objects.all().delete(),
    "several at once": lambda: Pledge.objects.bulk_create(
        Pledge(
            ref=f"new-{number}",
            **{
                name: getattr(Pledge.objects.get(ref="a"), name) for name in ("statement", "district", "metric", "unit")
            },
            quote="q",
            label="l",
            value=number,
            year=2020 + number % 3,
            state="published" if number % 2 else "draft",
        )
        for number in range(10)
    ),
}


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("name", CHANGES)
def test_counts_are_updated_after_a_change(name: str) -> None:
    make_record()
    make_pledge("a")
    make_pledge("b")
    make_pledge("draft", state="draft")
    CHANGES[name]()
    assert precounted() == counted()


@pytest.mark.django_db
def test_rolled_back_change_is_not_counted() -> None:
    make_pledge("a")
    before = precounted()
    with transaction.atomic():
        Pledge.objects.filter(ref="a").update(year=2024)
        transaction.set_rollback(True)
    assert precounted() == before == counted()


@pytest.mark.django_db
def test_truncate_resets_counts() -> None:
    make_pledge("a")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE pledges_pledge CASCADE")
    assert precounted() == {}


@pytest.mark.django_db(transaction=True)
def test_concurrent_writer_does_not_wait() -> None:
    make_pledge("a")
    make_pledge("b")
    with transaction.atomic():
        Pledge.objects.filter(ref="a").update(year=2024)

        def write_other_pledge() -> None:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '2s'")
                Pledge.objects.filter(ref="b").update(year=2024)
            done.append("b")
            connections.close_all()

        done: list[str] = []
        thread = Thread(target=write_other_pledge)
        thread.start()
        thread.join()
        assert done == ["b"]
    assert precounted() == counted() == {(2024, "annual-investment", "unchecked"): 2}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_concurrent_writers_lose_no_count_and_create_few_shards() -> None:
    writers, rounds = 4, 15
    for number in range(writers * rounds):
        make_pledge(f"p-{number}")
    barrier = Barrier(writers)

    def write(writer: int) -> None:
        barrier.wait()
        for number in range(writer, writers * rounds, writers):
            with transaction.atomic():
                Pledge.objects.filter(ref=f"p-{number}").update(year=2024)
                Pledge.objects.filter(ref=f"p-{number}").update(state="retracted" if number % 3 else "published")
        connections.close_all()

    threads = [Thread(target=write, args=[writer]) for writer in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert precounted() == counted() == {(2024, "annual-investment", "unchecked"): 20}
    # A writer does not see shards that others insert after its snapshot, so there can be a few more than writers.
    assert PledgeCount.objects.filter(year=2024).count() <= 2 * writers
