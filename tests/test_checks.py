"""A setting that lowers the guard is told to the operator."""

from django.core.checks import run_checks
from pytest_django.fixtures import Settings


def test_a_one_person_desk_is_warned_of(settings: Settings) -> None:
    settings.ONE_PERSON_DESK = True
    assert "pledges.W001" in {message.id for message in run_checks()}


def test_a_desk_of_two_is_not(settings: Settings) -> None:
    assert "pledges.W001" not in {message.id for message in run_checks()}


def test_webhooks_to_private_addresses_are_warned_of(settings: Settings) -> None:
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    assert "pledges.W002" in {message.id for message in run_checks()}


def test_webhooks_to_public_addresses_are_not(settings: Settings) -> None:
    assert "pledges.W002" not in {message.id for message in run_checks()}
