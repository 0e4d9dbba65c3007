"""What the tests of deliveries do again and again."""

from django.core.management import call_command
from django.utils import timezone

from pledges.models import Pledge, WebhookDelivery, WebhookSubscription
from pledges.models.choices import State

from .receiver import Receiver


def deliver() -> None:
    call_command("deliver_webhooks", "--once")


def told(receiver: Receiver) -> list[tuple[str, str]]:
    """The kinds of the changes that were told, and the pledges that they are about."""
    return [(message["type"].removeprefix("pledge."), message["data"]["ref"]) for message in receiver.contents]


def let_time_pass() -> None:
    """Until the next attempt of each message, after which no worker can still be waiting for an answer."""
    WebhookDelivery.objects.update(next_attempt_at=timezone.now())
    WebhookSubscription.objects.update(busy_until=None)


def retract(pledge: Pledge) -> None:
    Pledge.objects.filter(pk=pledge.pk).update(state=State.RETRACTED)
