"""Concurrent actions of two users: if they conflict, exactly one succeeds, and none deadlocks."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connections
from django.utils import timezone

from pledges.integrity.invariants import INVARIANTS, violations
from pledges.models import Evidence, FollowUp, Pledge
from pledges.workflow import amendments, review
from pledges.workflow.amendments import propose, row_change
from pledges.workflow.merge_proposals import propose_merge
from tests.budgets import examples
from tests.factories import (
    make_district,
    make_follow_up,
    make_official,
    make_pledge,
    make_statement,
    make_unit,
    make_user,
)
from tests.violations import violated_rule

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture(autouse=True)
def _check_invariants() -> Iterator[None]:
    yield
    assert [str(violation) for violation in violations(INVARIANTS)] == []


@pytest.fixture
def chief() -> User:
    return make_user("chief", first_name="甲")


@pytest.fixture
def deputy() -> User:
    return make_user("deputy", first_name="乙")


def run_concurrently(*actions: Callable[[], Any]) -> list[Any]:
    """Run actions in threads with their own connections; return the result, or the error, of each."""
    barrier = Barrier(len(actions))

    def run(action: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return action()
        except (review.ReviewError, IntegrityError, ValidationError) as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(actions)) as threads:
        return list(threads.map(run, actions))


def submitted(*pledges: Pledge, **fields: Any) -> list[int]:
    """Create a submitted follow-up of each pledge, and return their keys."""
    fields = {"status": "met", "as_of": "2025-12-31", "author": make_user("editor")} | fields
    follow_ups = FollowUp.objects.bulk_create(FollowUp(pledge=pledge, **fields) for pledge in pledges)
    Evidence.objects.bulk_create(
        Evidence(follow_up=follow_up, url="https://news.example/report") for follow_up in follow_ups
    )
    keys = [follow_up.pk for follow_up in follow_ups]
    FollowUp.objects.filter(pk__in=keys).update(state="submitted")
    return keys


def errors(results: list[Any]) -> list[Exception]:
    return [result for result in results if isinstance(result, Exception)]


def test_exactly_one_of_concurrent_approval_and_return_succeeds(chief: User, deputy: User) -> None:
    winners: set[str] = set()
    for number, pk in enumerate(submitted(*[make_pledge()] * 200)):
        if number >= examples(15, fuzzing=200) and len(winners) == 2:
            break
        results = run_concurrently(
            partial(review.approve, [pk], by=chief),
            partial(review.return_to_author, [pk], by=deputy, note="请补充依据"),
        )
        (error,) = errors(results)
        assert isinstance(error, review.ReviewError)
        winner = FollowUp.objects.select_related("reviewer").get(pk=pk)
        (message,) = error.messages(pk)
        assert results.index(error) == ["returned", "approved"].index(winner.state)
        assert winner.reviewer is not None
        assert winner.reviewer.first_name in message
        assert winner.get_state_display() in message
        winners.add(winner.state)
    assert winners == {"approved", "returned"}


def test_later_of_two_concurrent_approvals_gives_status(chief: User, deputy: User) -> None:
    for number in range(examples(6, fuzzing=30)):
        pledge = make_pledge(f"yl-{number}")
        (met,), (withdrawn,) = submitted(pledge), submitted(pledge, status="withdrawn")
        assert not errors(
            run_concurrently(partial(review.approve, [met], by=chief), partial(review.approve, [withdrawn], by=deputy))
        )
        newest, oldest = pledge.follow_ups.newest_first()
        assert (newest.previous_status, oldest.previous_status) == (oldest.status, "unchecked")
        assert Pledge.objects.get(pk=pledge.pk).status == newest.status


def test_bulk_approvals_of_the_same_follow_ups_do_not_deadlock(chief: User, deputy: User) -> None:
    pledges = [make_pledge(f"yl-{number}") for number in range(6)]
    for _race in range(examples(3, fuzzing=15)):
        keys = submitted(*pledges)
        results = run_concurrently(
            partial(review.approve, keys[:4], by=chief), partial(review.approve, keys[:1:-1], by=deputy)
        )
        (error,) = errors(results)
        assert isinstance(error, review.ReviewError)
        assert error.reasons.keys() == set(keys[2:4])


def test_bulk_approvals_of_the_same_pledges_do_not_deadlock(chief: User, deputy: User) -> None:
    pledges = [make_pledge(f"yl-{number}") for number in range(6)]
    for _race in range(examples(3, fuzzing=15)):
        keys, reversed_keys = submitted(*pledges), submitted(*reversed(pledges))
        assert not errors(
            run_concurrently(partial(review.approve, keys, by=chief), partial(review.approve, reversed_keys, by=deputy))
        )


def test_evidence_can_not_be_deleted_during_submission(chief: User) -> None:
    races = examples(8, fuzzing=40)
    for number in range(races):
        draft = make_follow_up(make_pledge(f"yl-{number}"), state="draft")
        evidence = draft.evidence.get()

        def delete(evidence: Evidence = evidence, delay: float = 0.02 * number / races) -> None:
            time.sleep(delay)  # different delays, so that either action can come first
            evidence.delete()

        (error,) = errors(run_concurrently(partial(review.submit, [draft.pk], by=chief), delete))
        draft.refresh_from_db()
        if draft.state == "submitted":
            assert isinstance(error, IntegrityError)
            assert violated_rule(error) == "evidence_frozen"
        else:
            assert isinstance(error, review.ReviewError)
        assert draft.evidence.exists() == (draft.state == "submitted")


def test_deadline_can_not_move_during_approval_as_missed(chief: User) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    for number in range(examples(8, fuzzing=40)):
        pledge = make_pledge(f"yl-{number}")
        (key,) = submitted(pledge, status="missed")
        move = partial(Pledge.objects.filter(pk=pledge.pk).update, deadline=tomorrow)
        assert len(errors(run_concurrently(partial(review.approve, [key], by=chief), move))) == 1
        pledge.refresh_from_db()
        assert (pledge.status == "missed") == (pledge.deadline != tomorrow)


@pytest.mark.parametrize("amended", ["metric", "unit", "document"])
def test_amendment_of_a_row_and_approvals_on_it_do_not_deadlock(chief: User, deputy: User, amended: str) -> None:
    pledges = [make_pledge(f"yl-{number}", label=str(number)) for number in range(4)]
    make_follow_up(pledges[0])
    statement = pledges[0].statement
    row: Any = {"metric": pledges[0].metric, "unit": pledges[0].unit, "document": statement.document}[amended]
    values: dict[str, tuple[Any, Any]] = {
        "metric": ({"direction": "less"}, {"direction": "more"}),
        "unit": ({"numerator": 1000}, {"numerator": 100_000_000}),
        "document": ({"date": "2024-11"}, {"date": "2024-12"}),
    }
    for number in range(examples(3, fuzzing=60)):
        keys = submitted(*pledges[1:], status="in_progress", as_of="2025-06-30")
        amendment = propose([row_change(row, values[amended][number % 2])], reason="更正", by=make_user("editor"))
        results = run_concurrently(
            partial(amendments.approve, amendment, by=deputy), *(partial(review.approve, [pk], by=chief) for pk in keys)
        )
        # A pledge that was changed meanwhile has to be submitted again.
        assert {type(error) for error in errors(results)} <= {review.ReviewError}


@pytest.mark.parametrize("kind", ["unit", "district", "official"])
def test_merge_and_approvals_on_both_rows_do_not_deadlock(chief: User, deputy: User, kind: str) -> None:
    for number in range(examples(3, fuzzing=60)):
        pairs: dict[str, Callable[[str], Any]] = {
            "unit": make_unit,
            "district": lambda slug: make_district(slug, name=slug),
            "official": make_official,
        }
        rows = [pairs[kind](f"{side}{number}") for side in ("old", "new")]
        pledges = []
        for row in rows:
            fields = {"statement": make_statement(official=row)} if kind == "official" else {kind: row}
            pledges += [make_pledge(f"{row.pk}-{one}", label=str(one), **fields) for one in (1, 2)]
            make_follow_up(pledges[-1])
        figures = {"status": "in_progress", "as_of": "2025-06-30", "actual": 1}
        keys = [pk for pledge in pledges for pk in submitted(pledge, **figures, unit=pledge.unit)]
        merge = propose_merge(*rows, reason="相同", by=make_user("editor"))
        results = run_concurrently(
            partial(amendments.approve, merge, by=deputy), *(partial(review.approve, [pk], by=chief) for pk in keys)
        )
        # A pledge that was judged meanwhile stops the merge; one that was changed meanwhile has to be submitted again.
        assert {type(error) for error in errors(results)} <= {ValidationError, review.ReviewError}
