"""Several workers at once, killed ones, and ones that lose the database."""

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

from .delivering import deliver, let_time_pass, retract
from .receiver import Receiver

NAME = "webhooks in a test"
PATIENCE = 60  # seconds, on a slow machine

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.kill]


@contextmanager
def working(*options: str) -> Iterator[subprocess.Popen[str]]:
    """A worker in a process of its own, for the database of the tests."""
    database = connection.settings_dict
    login = f"{quote(database['USER'])}:{quote(database['PASSWORD'])}"
    place = urlencode({"host": database["HOST"], "port": database["PORT"]})
    own = {
        "DATABASE_URL": f"postgres://{login}@/{database['NAME']}?{place}",
        "SECRET_KEY": "for this test",
        "HTTPS": "0",
        "WEBHOOKS_ALLOW_PRIVATE": "1",
        "PGAPPNAME": NAME,
    }
    with subprocess.Popen(
        [sys.executable, "manage.py", "deliver_webhooks", *options],
        cwd=settings.BASE_DIR,
        env=os.environ | own,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as worker:
        try:
            yield worker
        finally:
            worker.kill()


def test_two_at_once_share_the_work(record: Record, receiver: Receiver) -> None:
    for number in range(3):
        make_subscription(str(number), url=f"{receiver.url}/{number}")
    for number in range(30):
        make_pledge(f"yl-9-{number:02}")
    with working("--once") as one, working("--once") as other:
        assert (one.wait(PATIENCE), other.wait(PATIENCE)) == (0, 0)
    assert len(receiver.received) == 90
    assert len({message.id for message in receiver.received}) == 90
    for number in range(3):  # never two at once to one receiver, so none overtakes another
        refs = [message.content["data"]["ref"] for message in receiver.received if message.path == f"/{number}"]
        assert refs == sorted(refs)
    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {DeliveryState.DELIVERED}


def test_what_a_killed_one_had_in_hand_is_sent_again(record: Record, receiver: Receiver) -> None:
    make_subscription(url=f"{receiver.url}/hang")
    retract(record.investment)
    with working() as worker:
        receiver.wait_for(1)
        worker.kill()
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts) == (DeliveryState.PENDING, 1)
    assert delivery.next_attempt_at > timezone.now()

    WebhookSubscription.objects.update(url=receiver.url)
    let_time_pass()
    deliver()
    first, second = receiver.received
    assert (first.id, first.body) == (second.id, second.body)
    assert WebhookDelivery.objects.get().state == DeliveryState.DELIVERED


def test_one_that_keeps_running_delivers_what_comes_and_ends_when_told(record: Record, receiver: Receiver) -> None:
    make_subscription(url=receiver.url)
    with working() as worker:
        retract(record.investment)
        receiver.wait_for(1)
        retract(record.schools)
        receiver.wait_for(2)
        worker.terminate()
        said, _errors = worker.communicate(timeout=PATIENCE)
    assert worker.returncode == 0
    assert said == "Webhooks: 2 messages sent, 2 of them delivered.\n"


def test_it_outlives_an_absence_of_the_database(record: Record, receiver: Receiver) -> None:
    make_subscription(url=receiver.url)
    with working() as worker:
        retract(record.investment)
        receiver.wait_for(1)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND application_name = %s",
                [NAME],
            )
            assert cursor.fetchone() > (0,)
        retract(record.schools)
        receiver.wait_for(2)
        worker.terminate()
        assert worker.wait(PATIENCE) == 0
