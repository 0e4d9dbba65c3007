"""The invariants hold after any sequence of operations on follow-ups, through the workflow or in SQL."""

from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from pledges.integrity.invariants import INVARIANTS, violations
from pledges.models import Evidence, FollowUp, Pledge
from pledges.models.choices import ReviewState, Status
from pledges.workflow import review
from tests.budgets import examples
from tests.factories import make_dimension, make_pledge, make_unit, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

TODAY = timezone.localdate()
days = st.sampled_from([None, *(TODAY + timedelta(days=days) for days in (-400, -1, 0, 1, 400))])
places = st.integers(0, 5)
statuses = st.sampled_from(Status.values)
states = st.sampled_from(ReviewState.values)
units = st.sampled_from([None, "亿元", "万元", "所"])
people = st.sampled_from(["editor", "chief"])


class Operations(RuleBasedStateMachine):
    """A state machine of random operations. Rejected ones change nothing; accepted ones keep the invariants."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = ExitStack()
        self.undo.enter_context(transaction.atomic())
        self.undo.callback(transaction.set_rollback, True)

    def teardown(self) -> None:
        self.undo.close()

    @initialize()
    def two_pledges(self) -> None:
        self.people = {name: make_user(name) for name in ("editor", "chief")}
        make_unit("亿元")
        make_unit("万元", factor=10_000)
        make_unit("所", dimension=make_dimension("schools", base_unit="所"), factor=1)
        self.pledges = [make_pledge("a"), make_pledge("b", deadline=None, year=2025)]

    def attempt(self, act: Callable[[], Any]) -> None:
        with suppress(IntegrityError, review.ReviewError), transaction.atomic():
            act()

    def at(self, place: int) -> Any:
        """Return a queryset of the follow-up at a position, or an empty one."""
        keys = FollowUp.objects.order_by("pk").values_list("pk", flat=True)[place : place + 1]
        return FollowUp.objects.filter(pk__in=list(keys))

    @rule(place=places, status=statuses, as_of=days, name=people, has_evidence=st.booleans())
    def draft(self, place: int, status: str, as_of: Any, name: str, has_evidence: bool) -> None:
        def act() -> None:
            author, pledge = self.people[name], self.pledges[place % 2]
            follow_up = FollowUp.objects.create(pledge=pledge, status=status, as_of=as_of, author=author)
            if has_evidence:
                Evidence.objects.create(follow_up=follow_up, url="https://news.example/report")

        self.attempt(act)

    @rule(first=places, second=places, name=people, step=st.sampled_from(["submit", "approve", "return_to_author"]))
    def review(self, first: int, second: int, name: str, step: str) -> None:
        note = {"note": "请补充"} if step == "return_to_author" else {}
        keys = {row.pk for place in (first, second) for row in self.at(place)}
        if step == "approve":  # only one follow-up of a pledge can be approved at a time
            keys = set(dict(FollowUp.objects.filter(pk__in=keys).values_list("pledge", "pk")).values())
        self.attempt(lambda: getattr(review, step)(keys, by=self.people[name], **note))

    @rule(status=statuses, as_of=days, unit=units, place=places)
    def change(self, status: str, as_of: Any, unit: str | None, place: int) -> None:
        self.attempt(
            lambda: self.at(place).update(status=status, as_of=as_of, unit_id=unit, actual=None if unit is None else 1)
        )

    @rule(before=states, after=states, name=people)
    def transition_all_by_sql(self, before: str, after: str, name: str) -> None:
        reviewer = self.people[name].pk

        def act() -> None:
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE pledges_followup SET state = %s, reviewer_id = %s, review_note = 'x' WHERE state = %s",
                    [after, reviewer, before],
                )

        self.attempt(act)

    @rule(place=places)
    def delete(self, place: int) -> None:
        self.attempt(lambda: self.at(place).delete())

    @rule(place=places)
    def delete_the_evidence(self, place: int) -> None:
        self.attempt(lambda: Evidence.objects.filter(follow_up__in=self.at(place)).delete())

    @rule(which=st.integers(0, 1), changes=st.fixed_dictionaries({}, optional={"deadline": days, "unit_id": units}))
    def change_the_pledge(self, which: int, changes: dict[str, Any]) -> None:
        if changes.get("unit_id", "") is not None:
            self.attempt(lambda: Pledge.objects.filter(pk=self.pledges[which].pk).update(**changes) if changes else 0)

    @rule(which=st.integers(0, 1), status=statuses, day=days)
    def forge_a_status(self, which: int, status: str, day: Any) -> None:
        self.attempt(lambda: Pledge.objects.filter(pk=self.pledges[which].pk).update(status=status, status_since=day))

    @invariant()
    def invariants_hold(self) -> None:
        assert [str(violation) for violation in violations(INVARIANTS)] == []


def test_invariants_hold_after_any_sequence_of_operations() -> None:
    run_state_machine_as_test(
        Operations,
        settings=settings(
            max_examples=examples(4, fuzzing=100),
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
