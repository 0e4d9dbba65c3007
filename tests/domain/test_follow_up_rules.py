"""Check that the rules for follow-ups in Python agree with the triggers and constraints of the database."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from pledges.models import Evidence, FollowUp, Pledge, Unit
from pledges.models.choices import Measure
from pledges.models.follow_up import ASSIGNABLE_STATUSES, broken_rules, lacks_evidence
from tests.factories import make_dimension, make_document, make_pledge, make_unit, make_user
from tests.violations import rule_violated_by

TODAY = timezone.localdate()
STATED = TODAY - timedelta(days=30)
FIGURES = ["-0.000001", "0", "0.1", "0.5", "1", "2.5", "10", "100", "100.000001", "1000", "1000.000001"]
days = st.sampled_from([STATED - timedelta(days=1), STATED, *(TODAY + timedelta(days=days) for days in (-1, 0, 1))])


@st.composite
def targets(draw: st.DrawFn) -> dict[str, Any]:
    """Values for columns of a pledge that satisfy its constraints."""
    measure = draw(st.sampled_from(Measure.values))
    is_in_percent = measure in (Measure.GROWTH, Measure.AVERAGE_GROWTH, Measure.SHARE)
    deadline = draw(st.none() | days.filter(lambda day: day >= STATED))
    year = deadline.year if deadline else draw(st.sampled_from([TODAY.year - 1, TODAY.year]))
    return {
        "measure": measure,
        "period": f"{year - 4}/{year}" if measure == Measure.AVERAGE_GROWTH else "",
        "unit_id": "%" if is_in_percent else draw(st.sampled_from(["%", "‰"])),
        "deadline": deadline,
        "year": year,
    }


@pytest.mark.slow
class TriggersAndPythonAgree(TestCase):
    pk: int

    @classmethod
    def setUpTestData(cls) -> None:
        ratio = make_dimension("ratio", base_unit="%")
        make_unit("‰", dimension=ratio, factor="0.1")
        make_unit("所", dimension=make_dimension("schools", base_unit="所"), factor=1)
        make_document(date=str(STATED))
        cls.pk = make_pledge(unit=make_unit("%", dimension=ratio, factor=1), value=50, deadline=None).pk

    @settings(max_examples=150, deadline=None)
    @given(
        target=targets(),
        status=st.sampled_from([status for status, _label in ASSIGNABLE_STATUSES]),
        actual=st.none() | st.sampled_from(FIGURES).map(Decimal),
        symbol=st.sampled_from(["%", "‰", "所"]),
        as_of=st.none() | days,
        has_evidence=st.booleans(),
    )
    def test_follow_up_that_breaks_a_rule_is_rejected_by_it(
        self,
        target: dict[str, Any],
        status: str,
        actual: Decimal | None,
        symbol: str,
        as_of: date | None,
        has_evidence: bool,
    ) -> None:
        Pledge.objects.filter(pk=self.pk).update(**target)
        pledge = Pledge.objects.select_related("unit", "statement__document").get(pk=self.pk)
        unit = None if actual is None else Unit.objects.get(symbol=symbol)
        follow_up = FollowUp(pledge=pledge, status=status, actual=actual, unit=unit, as_of=as_of, author=make_user())
        broken = {rule for _field, rule in broken_rules(pledge, status, actual, unit, as_of)}

        violated = rule_violated_by(follow_up.save)
        assert violated in broken if broken else violated is None
        if broken:
            return

        if has_evidence:
            Evidence.objects.create(follow_up=follow_up, url="https://news.example/report")
        lacking = set()
        if lacks_evidence(status, has_evidence=has_evidence):
            lacking.add("follow_up_verdict_has_evidence")
        if as_of is None:
            lacking.add("follow_up_has_as_of")
        violated = rule_violated_by(lambda: FollowUp.objects.update(state="submitted"))
        assert violated in lacking if lacking else violated is None
