"""Functions shared by the tests of webhook deliveries."""

from django.core.management import call_command
from django.utils import timezone

from pledges.models import Pledge, WebhookDelivery, WebhookSubscription
from pledges.models.choices import ReviewState, State
from tests.factories import make_amendment

from .receiver import Receiver


def deliver() -> None:
    call_command("deliver_webhooks", "--once")


def events_received(receiver: Receiver) -> list[tuple[str, str]]:
    """Return the kind of change and the reference of the pledge of each received message."""
    return [(message["type"].removeprefix("pledge."), message["data"]["ref"]) for message in receiver.contents]


def make_messages_due() -> None:
    """Make every message due, and release subscriptions that a worker has claimed."""
    WebhookDelivery.objects.update(next_attempt_at=timezone.now())
    WebhookSubscription.objects.update(busy_until=None)


def retract(pledge: Pledge) -> None:
    """Retract a pledge, which causes a webhook message."""
    if pledge.follow_ups.filter(state=ReviewState.APPROVED).exists():
        make_amendment(pledge, state=State.RETRACTED)
    else:
        Pledge.objects.filter(pk=pledge.pk).update(state=State.RETRACTED)
