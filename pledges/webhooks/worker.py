"""Delivers webhooks. Any number of workers can do so at once, and any of them can be killed."""

import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from threading import Event, Thread

from django.db import DatabaseError, connection, connections

from pledges.models import WebhookDelivery
from pledges.webhooks import outbox
from pledges.webhooks.messages import body_of
from pledges.webhooks.sending import Outcome, send
from pledges.webhooks.signing import signature_headers

LANES = 16  # messages on their way at once, never two to one receiver: one that hangs holds up nobody else
SECONDS_BETWEEN_LOOKS = 2
SECONDS_BETWEEN_PRUNINGS = 3600

logger = logging.getLogger(__name__)


class Worker:
    """`attempts` counts what was sent, `delivered` what was taken."""

    def __init__(self) -> None:
        self.attempts = self.delivered = 0
        self._lanes = ThreadPoolExecutor(LANES, thread_name_prefix="webhooks")
        self._sent: dict[Future[Outcome], tuple[WebhookDelivery, bytes]] = {}
        self._next_look = self._next_pruning = 0.0

    def run(self, stop: Event) -> None:
        """Deliver whatever comes, until told to stop; a database that is away is waited for."""
        while not stop.is_set():
            if not self._has_work(self.turn):
                stop.wait(SECONDS_BETWEEN_LOOKS)
        while self._sent and self._has_work(self._note_answers):  # what is on its way is not to be sent once more
            pass

    def _has_work(self, work: Callable[[], bool]) -> bool:
        """What a piece of work says; nothing that fails ends the worker."""
        try:
            return work()
        except DatabaseError as failure:
            logger.warning("The database is away: %s", type(failure).__name__)
        except Exception:
            logger.exception("Webhooks are not delivered.")
        connection.close()
        return False

    def run_once(self) -> None:
        """Deliver what is due, and end."""
        while self.turn():
            pass

    def turn(self) -> bool:
        """Look for changes, send what is due, note what came back; whether there was anything to do."""
        now = time.monotonic()
        looked_at = 0
        if now >= self._next_look or not self._sent:
            looked_at = outbox.enqueue()
            self._next_look = now if looked_at else now + SECONDS_BETWEEN_LOOKS
        if now >= self._next_pruning:
            outbox.prune()
            self._next_pruning = now + SECONDS_BETWEEN_PRUNINGS
        self._send_what_is_due()
        return self._note_answers() or bool(looked_at)

    def _note_answers(self) -> bool:
        """Wait a moment for what was sent; whether there was anything."""
        sent = bool(self._sent)
        returned, _others = wait(self._sent, SECONDS_BETWEEN_LOOKS, FIRST_COMPLETED)
        for future in returned:
            self._note(*self._sent.pop(future), future.result())
        return sent

    def _send_what_is_due(self) -> None:
        for delivery in outbox.claim(LANES - len(self._sent)):
            body = body_of(delivery)
            self._sent[self._lanes.submit(_deliver, delivery, body)] = (delivery, body)
            self.attempts += 1

    def _note(self, delivery: WebhookDelivery, body: bytes, outcome: Outcome) -> None:
        state = outbox.record(delivery, body, outcome)
        self.delivered += outcome.is_success
        logger.info(
            "webhook %s",
            state if outcome.is_success else f"failed, {state}",
            extra={
                "subscription": delivery.subscription_id,
                "message_id": str(delivery.message_id),
                "event": str(delivery),
                "attempt": delivery.attempts,
                "status": outcome.status,
                "error": outcome.error,
            },
        )


def _deliver(delivery: WebhookDelivery, body: bytes) -> Outcome:
    signed = signature_headers(
        delivery.subscription.secret, message_id=str(delivery.message_id), sent_at=int(time.time()), body=body
    )
    return send(delivery.subscription.url, {"Content-Type": "application/json", **signed}, body)


@contextmanager
def in_background() -> Iterator[None]:
    """Deliver beside what this process does."""
    stop = Event()
    thread = Thread(target=_run, args=(stop,), name="webhooks")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _run(stop: Event) -> None:
    try:
        Worker().run(stop)
    finally:
        connections.close_all()
