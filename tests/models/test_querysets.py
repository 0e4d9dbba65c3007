"""Query sets of pledges and districts."""

from datetime import date

import pytest

from pledges.domain.timeliness import Timeliness
from pledges.models import District, Pledge
from tests.factories import make_follow_up, make_pledge, make_record

pytestmark = pytest.mark.django_db


def test_only_published_pledges_are_public() -> None:
    for state in ("draft", "published", "retracted"):
        make_pledge(state, state=state)
    assert [pledge.ref for pledge in Pledge.objects.public()] == ["published"]


def test_within_includes_all_districts_below() -> None:
    record = make_record()
    assert set(District.objects.within([record.city.pk])) == {record.city, record.county, record.zone}
    assert set(District.objects.within([record.county.pk])) == {record.county}


@pytest.mark.parametrize(
    ("today", "kind"),
    [
        (date(2025, 10, 1), Timeliness.UPCOMING),
        (date(2025, 10, 2), Timeliness.DUE_SOON),
        (date(2025, 12, 31), Timeliness.DUE_SOON),
        (date(2026, 1, 1), Timeliness.OVERDUE),
    ],
)
def test_timeliness_of_query_and_pledge_agree(today: date, kind: Timeliness) -> None:
    pledge = make_pledge(deadline=date(2025, 12, 31))
    assert pledge.timeliness(today) == kind
    assert [other for other in Timeliness if Pledge.objects.with_timeliness(other, today).exists()] == [kind]


@pytest.mark.parametrize("status", ["met", "partly_met", "missed", "withdrawn"])
def test_pledge_with_verdict_is_never_overdue(status: str) -> None:
    pledge = make_follow_up(status=status).pledge
    assert pledge.timeliness(date(2030, 1, 1)) is None
    assert not Pledge.objects.with_timeliness(Timeliness.OVERDUE, date(2030, 1, 1)).exists()


def test_unverifiable_pledge_is_overdue() -> None:
    make_follow_up(status="unverifiable")
    assert Pledge.objects.with_timeliness(Timeliness.OVERDUE, date(2030, 1, 1)).exists()


def test_pledge_without_deadline_is_never_due() -> None:
    pledge = make_pledge(deadline=None)
    assert pledge.timeliness(date(2030, 1, 1)) is None
    assert not any(Pledge.objects.with_timeliness(kind, date(2030, 1, 1)).exists() for kind in Timeliness)
