"""Delivery attempts: retries with growing delays, giving up, and sending again."""

import logging
from datetime import timedelta
from itertools import pairwise
from unittest.mock import DEFAULT, Mock

import pytest
from django.db import OperationalError
from django.utils import timezone
from pytest_django.fixtures import Settings

from pledges.models import WebhookDelivery, WebhookSubscription
from pledges.models.choices import DeliveryState
from pledges.outbound import connections
from pledges.webhooks import outbox
from pledges.webhooks.outbox import MAX_ATTEMPTS, delay_after
from pledges.webhooks.sending import Outcome
from pledges.webhooks.worker import Worker
from tests.factories import Record, make_delivery, make_pledges, make_subscription

from .deliveries import deliver, make_messages_due, retract
from .receiver import Receiver

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.mark.parametrize("path", ["fail", "redirect", "hang", "disconnect"])
def test_failed_message_is_retried(
    record: Record, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(connections, "READ_SECONDS", 0.2)
    receiver.statuses["/fail"] = 500
    subscription = make_subscription(url=f"{receiver.url}/{path}")
    retract(record.investment)
    deliver()
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts) == (DeliveryState.PENDING, 1)
    assert delivery.response_status or delivery.error
    assert timedelta(seconds=20) < delivery.next_attempt_at - timezone.now() < timedelta(seconds=40)

    deliver()  # before the next attempt is due
    assert len(receiver.received) == 1

    WebhookSubscription.objects.filter(pk=subscription.pk).update(url=f"{receiver.url}/good")
    make_messages_due()
    deliver()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.response_status, delivery.error) == (
        DeliveryState.DELIVERED,
        2,
        200,
        "",
    )
    first, second = receiver.received
    assert first.id == second.id == str(delivery.message_id)

    make_messages_due()
    deliver()
    assert len(receiver.received) == 2


def test_outcome_is_recorded_after_the_connection_is_lost(
    record: Record, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_outcome = Mock(wraps=outbox.record, side_effect=[OperationalError("the connection is closed"), DEFAULT])
    monkeypatch.setattr(outbox, "record", record_outcome)
    make_subscription(url=receiver.url)
    retract(record.investment)
    worker = Worker()
    with pytest.raises(OperationalError):
        worker.run_once()
    worker.run_once()

    assert WebhookDelivery.objects.get().state == DeliveryState.DELIVERED
    assert len(receiver.received) == 1


def test_message_is_given_up_after_last_attempt(record: Record, receiver: Receiver) -> None:
    receiver.statuses["/"] = 503
    make_subscription(url=receiver.url)
    retract(record.investment)
    for _attempt in range(MAX_ATTEMPTS + 3):
        deliver()
        make_messages_due()
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.response_status) == (DeliveryState.GIVEN_UP, 503)
    assert len(receiver.received) == MAX_ATTEMPTS


def test_delays_triple_to_about_a_day_in_total() -> None:
    delays = [delay_after(attempt) for attempt in range(1, MAX_ATTEMPTS)]
    # The factor is 3; jitter can reduce it.
    assert all(later > 1.9 * earlier for earlier, later in pairwise(delays))
    assert delays[0] < timedelta(minutes=1)
    assert timedelta(days=0.8) < sum(delays, timedelta()) < timedelta(days=2)
    assert len({delay_after(1) for _ in range(20)}) > 1  # jitter


def test_response_410_deactivates_subscription(record: Record, receiver: Receiver) -> None:
    receiver.statuses["/"] = 410
    make_subscription(url=receiver.url)
    retract(record.investment)
    deliver()
    assert not WebhookSubscription.objects.get().is_active
    retract(record.schools)
    make_messages_due()
    deliver()
    assert len(receiver.received) == 1


def test_response_410_from_old_url_does_not_deactivate_subscription(record: Record, receiver: Receiver) -> None:
    make_subscription(url=receiver.url)
    retract(record.investment)
    outbox.enqueue()
    (delivery,) = outbox.claim(1)
    WebhookSubscription.objects.update(url=f"{receiver.url}/new")
    outbox.record(delivery, b"", Outcome(status=410))
    assert WebhookSubscription.objects.get().is_active


def test_receiver_gets_one_message_at_a_time(record: Record, receiver: Receiver) -> None:
    make_subscription(url=receiver.url)
    retract(record.investment)
    retract(record.schools)
    outbox.enqueue()
    (first,) = outbox.claim(5)
    assert outbox.claim(5) == []
    outbox.record(first, b"", Outcome(status=200))
    assert [delivery.change.ref for delivery in outbox.claim(5) if delivery.change] == [record.schools.ref]
    WebhookSubscription.objects.update(busy_until=timezone.now())  # as if that worker had been killed
    WebhookDelivery.objects.pending().update(next_attempt_at=timezone.now())
    assert len(outbox.claim(5)) == 1


def test_delivered_message_is_sent_again_on_request(record: Record, receiver: Receiver) -> None:
    make_subscription(url=receiver.url)
    retract(record.investment)
    deliver()
    assert WebhookDelivery.objects.send_again() == 1
    deliver()
    first, second = receiver.received
    assert (first.id, first.content) == (second.id, second.content)
    assert WebhookDelivery.objects.get().state == DeliveryState.DELIVERED


def test_resent_message_starts_over_with_first_attempt(record: Record, receiver: Receiver) -> None:
    make_delivery(make_subscription(url=receiver.url), state=DeliveryState.GIVEN_UP, attempts=MAX_ATTEMPTS)
    receiver.statuses["/"] = 500
    WebhookDelivery.objects.send_again()
    deliver()
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts) == (DeliveryState.PENDING, 1)


def test_hanging_receiver_does_not_delay_others(
    record: Record, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "READ_SECONDS", 0.5)
    make_subscription("hangs", url=f"{receiver.url}/hang")
    make_subscription("listens", url=f"{receiver.url}/good")
    make_pledges([f"yl-9-{number}" for number in range(5)])
    deliver()
    paths = [message.path for message in receiver.received]
    assert paths.count("/good") == 5
    # The second message to /hang waits for the first one. Those to /good don't.
    assert paths.index("/hang", paths.index("/hang") + 1) > paths.index("/good")
    assert WebhookDelivery.objects.filter(state=DeliveryState.DELIVERED).count() == 5


def test_private_address_gets_no_message(record: Record, receiver: Receiver, settings: Settings) -> None:
    settings.WEBHOOKS_ALLOW_PRIVATE = False
    make_subscription(url=receiver.url)
    make_subscription("secure", url=receiver.url.replace("http:", "https:"))
    retract(record.investment)
    deliver()
    assert receiver.received == []
    assert all(delivery.error for delivery in WebhookDelivery.objects.all())


def test_old_finished_deliveries_are_deleted(record: Record, receiver: Receiver) -> None:
    subscription = make_subscription(url=receiver.url, is_active=False)
    long_ago, recent = timezone.now() - timedelta(days=31), timezone.now() - timedelta(days=29)
    expected = [
        make_delivery(subscription, state=DeliveryState.DELIVERED, last_attempt_at=recent),
        make_delivery(subscription, state=DeliveryState.PENDING, last_attempt_at=long_ago),
    ]
    for state in (DeliveryState.DELIVERED, DeliveryState.GIVEN_UP):
        make_delivery(subscription, state=state, last_attempt_at=long_ago)
    deliver()
    assert set(WebhookDelivery.objects.all()) == set(expected)


def test_log_has_no_secret_or_url(record: Record, receiver: Receiver, caplog: pytest.LogCaptureFixture) -> None:
    subscription = make_subscription(url=f"{receiver.url}/hook/key-in-the-path?key=in-the-query")
    receiver.statuses["/hook/key-in-the-path?key=in-the-query"] = 500
    retract(record.investment)
    with caplog.at_level(logging.DEBUG):
        deliver()
        WebhookSubscription.objects.update(url="http://127.0.0.1:1/key-in-the-path?key=in-the-query")
        make_messages_due()
        deliver()
    lines = [str(vars(line)) for line in caplog.records if line.name.startswith("pledges.webhooks")]
    assert len(lines) == 2
    log_text = "".join(str(vars(line)) + line.getMessage() for line in caplog.records)
    for secret in (subscription.secret, subscription.secret.removeprefix("whsec_"), "in-the-path", "in-the-query"):
        assert secret not in log_text
