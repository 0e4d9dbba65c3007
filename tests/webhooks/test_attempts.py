"""What was not taken is tried again, later and later, and in the end given up."""

import logging
from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from pledges.models import WebhookDelivery, WebhookSubscription
from pledges.models.choices import DeliveryState
from pledges.webhooks import outbox, sending
from pledges.webhooks.outbox import MOST_ATTEMPTS, delay_after
from pledges.webhooks.sending import Outcome
from tests.factories import Record, make_delivery, make_pledge, make_subscription

from .delivering import deliver, let_time_pass, retract
from .receiver import Receiver

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("path", ["fail", "redirect", "hang", "hang_up"])
def test_what_was_not_taken_is_tried_again(
    record: Record, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(sending, "READ_SECONDS", 0.2)
    receiver.answers["/fail"] = 500
    subscription = make_subscription(url=f"{receiver.url}/{path}")
    retract(record.investment)
    deliver()
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts) == (DeliveryState.PENDING, 1)
    assert delivery.response_status or delivery.error
    assert timedelta(seconds=20) < delivery.next_attempt_at - timezone.now() < timedelta(seconds=40)

    deliver()  # not yet
    assert len(receiver.received) == 1

    WebhookSubscription.objects.filter(pk=subscription.pk).update(url=f"{receiver.url}/good")
    let_time_pass()
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

    let_time_pass()
    deliver()
    assert len(receiver.received) == 2


def test_in_the_end_it_is_given_up(record: Record, receiver: Receiver) -> None:
    receiver.answers["/"] = 503
    make_subscription(url=receiver.url)
    retract(record.investment)
    for _attempt in range(MOST_ATTEMPTS + 3):
        deliver()
        let_time_pass()
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.response_status) == (DeliveryState.GIVEN_UP, 503)
    assert len(receiver.received) == MOST_ATTEMPTS


def test_the_delay_grows_to_a_day_and_not_beyond_two() -> None:
    delays = [delay_after(attempt) for attempt in range(1, MOST_ATTEMPTS)]
    assert all(later > 1.9 * earlier for earlier, later in pairwise(delays))
    assert delays[0] < timedelta(minutes=1)
    assert timedelta(days=0.8) < sum(delays, timedelta()) < timedelta(days=2)
    assert len({delay_after(1) for _ in range(20)}) > 1


def test_who_is_gone_is_asked_no_more(record: Record, receiver: Receiver) -> None:
    receiver.answers["/"] = 410
    make_subscription(url=receiver.url)
    retract(record.investment)
    deliver()
    assert not WebhookSubscription.objects.get().is_active
    retract(record.schools)
    let_time_pass()
    deliver()
    assert len(receiver.received) == 1


def test_who_has_moved_meanwhile_is_not_gone(record: Record, receiver: Receiver) -> None:
    make_subscription(url=receiver.url)
    retract(record.investment)
    outbox.enqueue()
    (delivery,) = outbox.claim(1)
    WebhookSubscription.objects.update(url=f"{receiver.url}/new")
    outbox.record(delivery, b"", Outcome(status=410))
    assert WebhookSubscription.objects.get().is_active


def test_one_receiver_gets_one_message_at_a_time(record: Record, receiver: Receiver) -> None:
    make_subscription(url=receiver.url)
    retract(record.investment)
    retract(record.schools)
    outbox.enqueue()
    (first,) = outbox.claim(5)
    assert outbox.claim(5) == []
    outbox.record(first, b"", Outcome(status=200))
    assert [delivery.change.ref for delivery in outbox.claim(5) if delivery.change] == [record.schools.ref]
    WebhookSubscription.objects.update(busy_until=timezone.now())  # that worker was killed
    WebhookDelivery.objects.pending().update(next_attempt_at=timezone.now())
    assert len(outbox.claim(5)) == 1


def test_what_was_done_is_done_again_on_request(record: Record, receiver: Receiver) -> None:
    make_subscription(url=receiver.url)
    retract(record.investment)
    deliver()
    assert WebhookDelivery.objects.send_again() == 1
    deliver()
    first, second = receiver.received
    assert (first.id, first.content) == (second.id, second.content)
    assert WebhookDelivery.objects.get().state == DeliveryState.DELIVERED


def test_what_was_given_up_has_all_its_attempts_again(record: Record, receiver: Receiver) -> None:
    make_delivery(make_subscription(url=receiver.url), state=DeliveryState.GIVEN_UP, attempts=MOST_ATTEMPTS)
    receiver.answers["/"] = 500
    WebhookDelivery.objects.send_again()
    deliver()
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts) == (DeliveryState.PENDING, 1)


@pytest.mark.slow
def test_one_that_hangs_holds_up_nobody_else(
    record: Record, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "READ_SECONDS", 1)
    make_subscription("hangs", url=f"{receiver.url}/hang")
    make_subscription("listens", url=f"{receiver.url}/good")
    for number in range(20):
        make_pledge(f"yl-9-{number:02}")
    deliver()
    paths = [message.path for message in receiver.received]
    assert paths.count("/good") == 20
    assert paths.index("/hang", paths.index("/hang") + 1) > paths.index("/good")
    assert WebhookDelivery.objects.filter(state=DeliveryState.DELIVERED).count() == 20


def test_a_private_address_gets_nothing(record: Record, receiver: Receiver, settings: Settings) -> None:
    settings.WEBHOOKS_ALLOW_PRIVATE = False
    make_subscription(url=receiver.url)
    make_subscription("secure", url=receiver.url.replace("http:", "https:"))
    retract(record.investment)
    deliver()
    assert receiver.received == []
    assert all(delivery.error for delivery in WebhookDelivery.objects.all())


def test_what_is_long_done_is_forgotten(record: Record, receiver: Receiver) -> None:
    subscription = make_subscription(url=receiver.url, is_active=False)
    long_ago, lately = timezone.now() - timedelta(days=31), timezone.now() - timedelta(days=29)
    kept = [
        make_delivery(subscription, state=DeliveryState.DELIVERED, last_attempt_at=lately),
        make_delivery(subscription, state=DeliveryState.PENDING, last_attempt_at=long_ago),
    ]
    for state in (DeliveryState.DELIVERED, DeliveryState.GIVEN_UP):
        make_delivery(subscription, state=state, last_attempt_at=long_ago)
    deliver()
    assert set(WebhookDelivery.objects.all()) == set(kept)


def test_no_secret_is_in_a_log(record: Record, receiver: Receiver, caplog: pytest.LogCaptureFixture) -> None:
    subscription = make_subscription(url=f"{receiver.url}/hook/key-in-the-path?key=in-the-query")
    receiver.answers["/hook/key-in-the-path?key=in-the-query"] = 500
    retract(record.investment)
    with caplog.at_level(logging.DEBUG):
        deliver()
        WebhookSubscription.objects.update(url="http://127.0.0.1:1/key-in-the-path?key=in-the-query")
        let_time_pass()
        deliver()
    lines = [str(vars(line)) for line in caplog.records if line.name.startswith("pledges.webhooks")]
    assert len(lines) == 2
    everything = "".join(str(vars(line)) + line.getMessage() for line in caplog.records)
    for secret in (subscription.secret, subscription.secret.removeprefix("whsec_"), "in-the-path", "in-the-query"):
        assert secret not in everything
