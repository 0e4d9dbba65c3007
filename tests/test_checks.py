"""System checks warn about settings that weaken safeguards, and reject databases that can't be upgraded."""

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from pytest_django.fixtures import Settings


def test_one_person_desk_causes_warning(settings: Settings) -> None:
    settings.ONE_PERSON_DESK = True
    assert "pledges.W001" in {message.id for message in run_checks()}


def test_default_review_causes_no_warning(settings: Settings) -> None:
    assert "pledges.W001" not in {message.id for message in run_checks()}


def test_webhooks_to_private_addresses_cause_warning(settings: Settings) -> None:
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    assert "pledges.W002" in {message.id for message in run_checks()}


def test_webhooks_to_public_addresses_cause_no_warning(settings: Settings) -> None:
    assert "pledges.W002" not in {message.id for message in run_checks()}


@pytest.mark.django_db
def test_migrate_rejects_database_of_older_version_with_advice() -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("pledges", "0001_functions")
    recorder.record_applied("pledges", "0001_search_functions")
    with pytest.raises(SystemCheckError, match="Create a new one: see “Upgrade”"):
        call_command("migrate", skip_checks=False)


@pytest.mark.django_db
def test_migrate_accepts_database_of_current_version() -> None:
    call_command("migrate", skip_checks=False, verbosity=0)
