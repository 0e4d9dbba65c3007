"""The sample contains every kind of pledge, follow-up and evidence, so that the admin can show them all."""

from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db.models import Count
from django.utils import timezone

from pledges.domain.timeliness import Timeliness
from pledges.models import Evidence, FollowUp, Pledge
from pledges.models.choices import Bound, Measure, ReviewState, Status, Tier

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample"), pytest.mark.slow]


@pytest.fixture(scope="module")
def sample(module_db: None) -> None:
    call_command("load_sample", stdout=StringIO())


def values(field: str) -> set[str]:
    return set(Pledge.objects.values_list(field, flat=True))


def test_sample_has_every_kind_of_pledge() -> None:
    assert values("measure") == set(Measure)
    assert values("bound") == set(Bound)
    assert values("tier") == set(Tier)
    assert len(values("unit")) >= 6
    for kind in ({"value": 0}, {"value__lt": 0}, {"value_max__gt": 0}, {"baseline__gt": 0}, {"deadline": None}):
        assert Pledge.objects.filter(**kind).exists(), kind


def test_sample_has_every_status_and_review_state() -> None:
    assert values("status") == set(Status)
    assert set(FollowUp.objects.values_list("state", flat=True)) == set(ReviewState)
    assert any(pledge.is_late for pledge in Pledge.objects.all())


def test_sample_has_corrected_follow_up() -> None:
    correction = FollowUp.objects.get(supersedes__isnull=False)
    assert correction.supersedes is not None
    assert (correction.supersedes.status, correction.status) == ("met", "missed")
    assert correction.pledge.status == "missed"


def test_sample_has_superseded_pledge() -> None:
    later = Pledge.objects.get(supersedes__len__gt=0)
    earlier = Pledge.objects.get(ref__in=later.supersedes)
    assert (later.value, earlier.value, earlier.status) == (104, 200, "withdrawn")


def test_sample_has_series_of_two_years() -> None:
    series = Pledge.objects.values("metric", "district").annotate(years=Count("year", distinct=True))
    assert series.filter(years=2).exists()


def test_sample_has_every_kind_of_evidence() -> None:
    assert Evidence.objects.filter(file__isnull=False).get().file_name == "重点项目进度表.txt"
    assert Evidence.objects.filter(statement__isnull=False).exists()
    links = Evidence.objects.exclude(url="").values_list("url", flat=True)
    assert links
    assert all((urlsplit(link).hostname or "").endswith(".example") for link in links)


def test_sample_has_open_work() -> None:
    unchecked = Pledge.objects.public().filter(status=Status.UNCHECKED, follow_ups=None)
    assert unchecked.with_timeliness(Timeliness.OVERDUE, timezone.localdate()).exists()
    assert unchecked.with_timeliness(Timeliness.DUE_SOON, timezone.localdate()).exists()
    assert unchecked.filter(assignee__isnull=False).exists()


def test_accounts_of_sample_have_no_password() -> None:
    accounts = User.objects.order_by("username")
    assert [(user.username, user.groups.get().name, user.has_usable_password()) for user in accounts] == [
        ("sample-chief", "chief editor", False),
        ("sample-editor", "editor", False),
    ]
