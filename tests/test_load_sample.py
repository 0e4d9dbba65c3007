"""The sample can be loaded on any day and next to other pledges, but neither twice nor next to other follow-ups."""

from datetime import date
from io import StringIO

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from pledges.domain.timeliness import Timeliness
from pledges.importer.loader import load
from pledges.importer.reference.shipped import load_shipped
from pledges.models import Evidence, FollowUp, Pledge
from pledges.models.choices import ReviewState
from pledges.sample import loader
from tests.factories import make_follow_up, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module", autouse=True)
def _reference_data(module_db: None) -> None:
    """Load it once, because that takes half the time of loading the sample."""
    load_shipped()


def load_sample() -> str:
    output = StringIO()
    call_command("load_sample", stdout=output)
    return output.getvalue()


@pytest.mark.parametrize("today", [date(2024, 1, 1), date(2024, 2, 29), date(2024, 12, 31)])
def test_sample_can_be_loaded_on_any_day(today: date) -> None:
    assert loader.load_sample(today)
    assert not FollowUp.objects.filter(as_of__gt=today).exists()
    assert Pledge.objects.with_timeliness(Timeliness.DUE_SOON, today).filter(ref="sample-14").exists()


def test_second_load_changes_nothing() -> None:
    assert load_sample() == (
        "Loaded the sample: 20 pledges of 样例市, 15 follow-ups by sample-editor and sample-chief.\n"
    )
    before = [list(model.objects.order_by("pk").values()) for model in (Pledge, FollowUp, Evidence, User)]
    assert load_sample() == "The sample is already loaded; nothing was changed.\n"
    assert [list(model.objects.order_by("pk").values()) for model in (Pledge, FollowUp, Evidence, User)] == before


def test_database_with_other_follow_ups_is_rejected() -> None:
    make_follow_up(state="draft")
    with pytest.raises(CommandError, match="already has follow-ups"):
        load_sample()
    assert list(Pledge.objects.values_list("ref", flat=True)) == ["yl-1"]


def test_existing_accounts_editor_and_chief_are_used() -> None:
    editor, chief = make_user("editor"), make_user("chief")
    load_sample()
    assert User.objects.count() == 2
    approved = FollowUp.objects.filter(state=ReviewState.APPROVED)
    assert set(approved.values_list("author", "reviewer")) == {(editor.pk, chief.pk)}


def test_real_record_loads_beside_sample() -> None:
    load_sample()
    assert load([settings.BASE_DIR / "seeds" / "hohhot"]).removed == []
    assert set(Pledge.objects.exclude(ref__startswith="sample-").values_list("status", flat=True)) == {"unchecked"}
