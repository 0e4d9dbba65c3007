"""System checks warn about settings that weaken safeguards."""

from django.core.checks import run_checks
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
