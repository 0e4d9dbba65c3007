"""The messages between the log of changes and their receivers, as they are kept in the database.

A subscription has a place in the log, which moves on in the transaction that queues its messages. An attempt is
counted, and the next one planned, before it is made: a worker that dies in the middle is like a receiver that does not
answer.
"""

import random
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from pledges.models import Change, District, WebhookDelivery, WebhookSubscription
from pledges.models.choices import DeliveryState
from pledges.webhooks.sending import TOTAL_SECONDS, Outcome

CHANGES_AT_ONCE = 1000
MOST_PENDING = 1000  # messages of one receiver; the rest stays in the log until some of these are done
LONGEST_SENDING = timedelta(seconds=TOTAL_SECONDS + 5)
FIRST_DELAY = timedelta(seconds=30)
GROWTH = 3
JITTER = 0.2
MOST_ATTEMPTS = 9  # the last one about 27 hours after the first
KEPT = timedelta(days=30)


def delay_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts; by chance a little more or less, so that not all come back at once."""
    growth: int = GROWTH ** (attempts - 1)
    return FIRST_DELAY * growth * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 no secret


def enqueue() -> int:
    """Queue messages for all who are to be told of the next changes; how many changes were looked at."""
    active = WebhookSubscription.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True)
    return sum(_enqueue_for(key) for key in active)


@transaction.atomic
def _enqueue_for(key: int) -> int:
    # Whoever holds the row is another worker that does this just now, or an editor of it.
    free = WebhookSubscription.objects.filter(pk=key).select_for_update(skip_locked=True, no_key=True)
    subscription = free.first()
    if subscription is None or subscription.deliveries.pending().count() >= MOST_PENDING:
        return 0
    changes = list(Change.objects.after(subscription.position, CHANGES_AT_ONCE))
    if changes:
        wanted = _wanted(subscription, changes)
        WebhookDelivery.objects.bulk_create(
            (WebhookDelivery(subscription=subscription, change=change) for change in wanted), ignore_conflicts=True
        )
        last: Any = changes[-1]  # it has the number of its revision
        subscription.position_number, subscription.position_ref = last.number, last.ref
        subscription.save(update_fields=["position_number", "position_ref"])
    return len(changes)


def _wanted(subscription: WebhookSubscription, changes: list[Change]) -> list[Change]:
    """Those that pass all filters of a subscription; an empty filter passes everything."""
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
def claim(most: int) -> list[WebhookDelivery]:
    """The next messages to be sent, one of each subscription that is not busy with another."""
    due = WebhookDelivery.objects.due()
    first = due.order_by("subscription_id", "next_attempt_at", "pk").distinct("subscription_id").values("pk")
    # Asked again of the rows that are locked: another worker may have claimed one of the subscription meanwhile.
    deliveries = due.filter(pk__in=first).select_for_update(skip_locked=True, no_key=True, of=("self", "subscription"))
    longest_waiting = deliveries.select_related("subscription", "change__revision").order_by("next_attempt_at")
    claimed = list(longest_waiting[:most])
    for delivery in claimed:
        delivery.attempts += 1
        WebhookDelivery.objects.filter(pk=delivery.pk).update(
            attempts=F("attempts") + 1,
            last_attempt_at=Now(),
            next_attempt_at=Now() + delay_after(delivery.attempts),
        )
    keys = [delivery.subscription_id for delivery in claimed]
    WebhookSubscription.objects.filter(pk__in=keys).update(busy_until=Now() + LONGEST_SENDING)
    return claimed


@transaction.atomic
def record(delivery: WebhookDelivery, body: bytes, outcome: Outcome) -> DeliveryState:
    """Keep what came of an attempt; how far the message has come by it."""
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
    state = DeliveryState.GIVEN_UP if delivery.attempts >= MOST_ATTEMPTS else DeliveryState.PENDING
    # Unless it was begun anew, or tried by another worker, meanwhile.
    rows.pending().filter(attempts=delivery.attempts).update(state=state, **result)
    if outcome.is_gone:
        subscription.filter(url=delivery.subscription.url).update(is_active=False)  # it may have moved meanwhile
    return state


def prune() -> int:
    """Delete what was delivered or given up long ago; how many."""
    done = WebhookDelivery.objects.exclude(state=DeliveryState.PENDING)
    return done.filter(last_attempt_at__lt=Now() - KEPT).delete()[0]
