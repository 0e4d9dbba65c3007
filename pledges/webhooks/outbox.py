"""The queue of webhook messages, stored in the database and filled from the change log.

A subscription has a position in the change log. It advances in the transaction that queues the messages. An attempt is
counted, and the next one scheduled, before it is made: a worker that is killed has the same effect as a receiver that
does not respond.
"""

import random
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from pledges.models import Change, District, WebhookDelivery, WebhookSubscription
from pledges.models.choices import DeliveryState
from pledges.outbound.connections import TOTAL_SECONDS
from pledges.webhooks.sending import Outcome

BATCH_SIZE = 1000  # changes
MAX_PENDING = 1000  # of one subscription; later changes stay in the log until some messages are done
MAX_SENDING_TIME = timedelta(seconds=TOTAL_SECONDS + 5)
FIRST_DELAY = timedelta(seconds=30)
DELAY_GROWTH = 3  # factor from one delay to the next
JITTER = 0.2
MAX_ATTEMPTS = 9  # the last one about 27 hours after the first
RETENTION = timedelta(days=30)


def delay_after(attempts: int) -> timedelta:
    """Return the delay after this number of attempts, with jitter, so that the retries of many messages are spread."""
    growth: int = DELAY_GROWTH ** (attempts - 1)
    return FIRST_DELAY * growth * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 not for cryptography


def enqueue() -> int:
    """Queue messages for the next batch of changes. Return the number of changes read, over all subscriptions."""
    active = WebhookSubscription.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True)
    return sum(_enqueue_for(key) for key in active)


@transaction.atomic
def _enqueue_for(key: int) -> int:
    # A locked row is skipped: another worker is queueing for it, or an administrator is editing it.
    unlocked = WebhookSubscription.objects.filter(pk=key).select_for_update(skip_locked=True, no_key=True)
    subscription = unlocked.first()
    if subscription is None or subscription.deliveries.pending().count() >= MAX_PENDING:
        return 0
    changes = list(Change.objects.after(subscription.position, BATCH_SIZE))
    if changes:
        matching = _matching_changes(subscription, changes)
        WebhookDelivery.objects.bulk_create(
            (WebhookDelivery(subscription=subscription, change=change) for change in matching), ignore_conflicts=True
        )
        last: Any = changes[-1]  # `after()` annotates `number`
        subscription.position_number, subscription.position_ref = last.number, last.ref
        subscription.save(update_fields=["position_number", "position_ref"])
    return len(changes)


def _matching_changes(subscription: WebhookSubscription, changes: list[Change]) -> list[Change]:
    """Return the changes that match all filters of a subscription. An empty filter matches everything."""
    if subscription.kinds:
        changes = [change for change in changes if change.kind in subscription.kinds]
    if subscription.statuses:
        statuses = set(subscription.statuses)
        changes = [change for change in changes if statuses & {change.status, change.previous_status}]
    if subscription.district:
        within = set(District.objects.within([subscription.district.pk]).values_list("pk", flat=True))
        changes = [change for change in changes if within & {change.district_id, change.previous_district_id}]
    return changes


@transaction.atomic
def claim(limit: int) -> list[WebhookDelivery]:
    """Claim the next due messages: at most one of each subscription, and none while a worker is sending to it."""
    due = WebhookDelivery.objects.due()
    first = due.order_by("subscription_id", "next_attempt_at", "pk").distinct("subscription_id").values("pk")
    # `due` is evaluated again on the locked rows: another worker may have claimed a message of the
    # subscription in the meantime.
    deliveries = due.filter(pk__in=first).select_for_update(skip_locked=True, no_key=True, of=("self", "subscription"))
    longest_waiting = deliveries.select_related("subscription", "change__revision").order_by("next_attempt_at")
    claimed = list(longest_waiting[:limit])
    for delivery in claimed:
        delivery.attempts += 1
        WebhookDelivery.objects.filter(pk=delivery.pk).update(
            attempts=F("attempts") + 1,
            last_attempt_at=Now(),
            next_attempt_at=Now() + delay_after(delivery.attempts),
        )
    keys = [delivery.subscription_id for delivery in claimed]
    WebhookSubscription.objects.filter(pk__in=keys).update(busy_until=Now() + MAX_SENDING_TIME)
    return claimed


@transaction.atomic
def record(delivery: WebhookDelivery, body: bytes, outcome: Outcome) -> DeliveryState:
    """Store the outcome of an attempt. Return the new state of the delivery."""
    result = {
        "payload": body.decode(),
        "response_status": outcome.status,
        "response_excerpt": outcome.excerpt,
        "error": outcome.error,
    }
    rows = WebhookDelivery.objects.filter(pk=delivery.pk)
    subscription = WebhookSubscription.objects.filter(pk=delivery.subscription_id)
    subscription.update(busy_until=None)
    if outcome.is_success:
        rows.update(state=DeliveryState.DELIVERED, **result)
        return DeliveryState.DELIVERED
    state = DeliveryState.GIVEN_UP if delivery.attempts >= MAX_ATTEMPTS else DeliveryState.PENDING
    # The filter excludes a message that was queued again, or attempted by another worker, in the meantime.
    rows.pending().filter(attempts=delivery.attempts).update(state=state, **result)
    if outcome.is_gone:
        # Filtered by URL: an administrator may have changed it in the meantime.
        subscription.filter(url=delivery.subscription.url).update(is_active=False)
    return state


def prune() -> int:
    """Delete old messages that were delivered or given up. Return their number."""
    done = WebhookDelivery.objects.exclude(state=DeliveryState.PENDING)
    return done.filter(last_attempt_at__lt=Now() - RETENTION).delete()[0]
