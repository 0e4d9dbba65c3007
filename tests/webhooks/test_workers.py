"""Worker processes: several at once, after a kill, and after a lost database connection."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from pledges.models import WebhookDelivery, WebhookSubscription
from pledges.models.choices import DeliveryState
from tests.factories import Record, make_pledge, make_subscription

from .deliveries import deliver, make_messages_due, retract
from .receiver import Receiver

APPLICATION_NAME = "webhooks in a test"
TIMEOUT_SECONDS = 60

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.kill]


@contextmanager
def worker_process(*options: str) -> Iterator[subprocess.Popen[str]]:
    """Run a worker in its own process on the test database."""
    database = connection.settings_dict
    credentials = f"{quote(database['USER'])}:{quote(database['PASSWORD'])}"
    parameters = urlencode({"host": database["HOST"], "port": database["PORT"]})
    variables = {
        "DATABASE_URL": f"postgres://{credentials}@/{database['NAME']}?{parameters}",
        "SECRET_KEY": "for this test",
        "HTTPS": "0",
        "WEBHOOKS_ALLOW_PRIVATE": "1",
        "PGAPPNAME": APPLICATION_NAME,
    }
    with subprocess.Popen(
        [sys.executable, "manage.py", "deliver_webhooks", *options],
        cwd=settings.BASE_DIR,
        env=os.environ | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as worker:
        try:
            yield worker
        finally:
            worker.kill()


def test_two_workers_send_each_message_once_and_in_order(record: Record, receiver: Receiver) -> None:
    for number in range(3):
        make_subscription(str(number), url=f"{receiver.url}/{number}")
    for number in range(12):
        make_pledge(f"yl-9-{number:02}")
    with worker_process("--once") as one, worker_process("--once") as other:
        assert (one.wait(TIMEOUT_SECONDS), other.wait(TIMEOUT_SECONDS)) == (0, 0)
    assert len(receiver.received) == 36
    assert len({message.id for message in receiver.received}) == 36
    for number in range(3):  # a receiver gets one message at a time, in order
        refs = [message.content["data"]["ref"] for message in receiver.received if message.path == f"/{number}"]
        assert refs == sorted(refs)
    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {DeliveryState.DELIVERED}


def test_message_of_killed_worker_is_sent_again(record: Record, receiver: Receiver) -> None:
    make_subscription(url=f"{receiver.url}/hang")
    retract(record.investment)
    with worker_process() as worker:
        receiver.wait_for(1)
        worker.kill()
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts) == (DeliveryState.PENDING, 1)
    assert delivery.next_attempt_at > timezone.now()

    WebhookSubscription.objects.update(url=receiver.url)
    make_messages_due()
    deliver()
    first, second = receiver.received
    assert (first.id, first.body) == (second.id, second.body)
    assert WebhookDelivery.objects.get().state == DeliveryState.DELIVERED


def test_running_worker_delivers_until_terminated(record: Record, receiver: Receiver) -> None:
    make_subscription(url=receiver.url)
    with worker_process() as worker:
        retract(record.investment)
        receiver.wait_for(1)
        retract(record.schools)
        receiver.wait_for(2)
        worker.terminate()
        output, _errors = worker.communicate(timeout=TIMEOUT_SECONDS)
    assert worker.returncode == 0
    assert output == "Webhooks: 2 messages sent, 2 delivered.\n"


def test_worker_survives_lost_database_connection(record: Record, receiver: Receiver) -> None:
    make_subscription(url=receiver.url)
    with worker_process() as worker:
        retract(record.investment)
        receiver.wait_for(1)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND application_name = %s",
                [APPLICATION_NAME],
            )
            assert cursor.fetchone() > (0,)  # at least one connection was closed
        retract(record.schools)
        receiver.wait_for(2)
        worker.terminate()
        output, _errors = worker.communicate(timeout=TIMEOUT_SECONDS)
    assert worker.returncode == 0
    assert output == "Webhooks: 2 messages sent, 2 delivered.\n"
