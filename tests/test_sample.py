"""The sample: complete on any day, and never loaded beside real follow-ups."""

from datetime import date
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db.models import Count
from django.utils import timezone

from pledges.domain.timeliness import Timeliness
from pledges.importer.loader import load
from pledges.models import Evidence, FollowUp, Pledge
from pledges.models.choices import Bound, Measure, ReviewState, Status, Tier
from pledges.sample import loader
from tests.factories import make_follow_up, make_user

pytestmark = pytest.mark.django_db


def load_sample() -> str:
    output = StringIO()
    call_command("load_sample", stdout=output)
    return output.getvalue()


def values(field: str) -> set[str]:
    return set(Pledge.objects.values_list(field, flat=True))


def test_sample_has_every_kind_of_pledge() -> None:
    load_sample()
    assert values("measure") == set(Measure)
    assert values("bound") == set(Bound)
    assert values("tier") == set(Tier)
    assert len(values("unit")) >= 6
    for kind in ({"value": 0}, {"value__lt": 0}, {"value_max__gt": 0}, {"baseline__gt": 0}, {"deadline": None}):
        assert Pledge.objects.filter(**kind).exists(), kind


def test_sample_has_every_status_and_review_state() -> None:
    load_sample()
    assert values("status") == set(Status)
    assert set(FollowUp.objects.values_list("state", flat=True)) == set(ReviewState)
    assert any(pledge.is_late for pledge in Pledge.objects.all())


def test_sample_has_corrected_follow_up() -> None:
    load_sample()
    correction = FollowUp.objects.get(supersedes__isnull=False)
    assert correction.supersedes is not None
    assert (correction.supersedes.status, correction.status) == ("met", "missed")
    assert correction.pledge.status == "missed"


def test_sample_has_superseded_pledge() -> None:
    load_sample()
    later = Pledge.objects.get(supersedes__isnull=False)
    assert later.supersedes is not None
    assert (later.value, later.supersedes.value, later.supersedes.status) == (104, 200, "withdrawn")


def test_sample_has_series_of_two_years() -> None:
    load_sample()
    series = Pledge.objects.values("metric", "district").annotate(years=Count("year", distinct=True))
    assert series.filter(years=2).exists()


def test_sample_has_every_kind_of_evidence() -> None:
    load_sample()
    assert Evidence.objects.filter(file__isnull=False).get().file_name == "重点项目进度表.txt"
    assert Evidence.objects.filter(statement__isnull=False).exists()
    links = Evidence.objects.exclude(url="").values_list("url", flat=True)
    assert links
    assert all((urlsplit(link).hostname or "").endswith(".example") for link in links)


def test_sample_has_open_work() -> None:
    load_sample()
    unchecked = Pledge.objects.public().filter(status=Status.UNCHECKED, follow_ups=None)
    assert unchecked.timely(Timeliness.OVERDUE, timezone.localdate()).exists()
    assert unchecked.timely(Timeliness.DUE_SOON, timezone.localdate()).exists()
    assert unchecked.filter(assignee__isnull=False).exists()


@pytest.mark.parametrize("today", [date(2024, 1, 1), date(2024, 2, 29), date(2024, 12, 31)])
def test_sample_fits_any_day(today: date) -> None:
    assert loader.load_sample(today)
    assert not FollowUp.objects.filter(as_of__gt=today).exists()
    assert Pledge.objects.timely(Timeliness.DUE_SOON, today).filter(ref="sample-14").exists()


def test_second_load_changes_nothing() -> None:
    assert load_sample() == (
        "Loaded the sample: 17 pledges of 样例市, 13 follow-ups by sample-editor and sample-chief.\n"
    )
    before = [list(model.objects.order_by("pk").values()) for model in (Pledge, FollowUp, Evidence, User)]
    assert load_sample() == "The sample is already loaded; nothing was changed.\n"
    assert [list(model.objects.order_by("pk").values()) for model in (Pledge, FollowUp, Evidence, User)] == before


def test_database_with_other_follow_ups_is_rejected() -> None:
    make_follow_up(state="draft")
    with pytest.raises(CommandError, match="already has follow-ups"):
        load_sample()
    assert list(Pledge.objects.values_list("ref", flat=True)) == ["yl-1"]


def test_accounts_of_sample_have_no_password() -> None:
    load_sample()
    accounts = User.objects.order_by("username")
    assert [(user.username, user.groups.get().name, user.has_usable_password()) for user in accounts] == [
        ("sample-chief", "chief editor", False),
        ("sample-editor", "editor", False),
    ]


def test_existing_accounts_are_used() -> None:
    editor, chief = make_user("editor"), make_user("chief")
    load_sample()
    assert User.objects.count() == 2
    approved = FollowUp.objects.filter(state=ReviewState.APPROVED)
    assert set(approved.values_list("author", "reviewer")) == {(editor.pk, chief.pk)}


def test_real_record_loads_beside_sample() -> None:
    load_sample()
    assert load([settings.BASE_DIR / "seeds"]).removed == []
    assert set(Pledge.objects.exclude(ref__startswith="sample-").values_list("status", flat=True)) == {"unchecked"}
