"""The process that delivers webhooks. Several can run at once, and each can be killed at any time."""

import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from threading import Event, Thread

from django.db import DatabaseError, InterfaceError, OperationalError, connection, connections

from pledges.models import WebhookDelivery
from pledges.webhooks import outbox
from pledges.webhooks.messages import message_body
from pledges.webhooks.sending import Outcome, send
from pledges.webhooks.signing import signature_headers

SENDER_THREADS = 16  # never two for one receiver, so that one that hangs does not delay the others
POLL_SECONDS = 2
PRUNE_SECONDS = 3600

logger = logging.getLogger(__name__)


class Worker:
    """A worker that sends due messages in several threads. It counts the `attempts`, and those `delivered`."""

    def __init__(self) -> None:
        self.attempts = self.delivered = 0
        self._threads = ThreadPoolExecutor(SENDER_THREADS, thread_name_prefix="webhooks")
        self._sent: dict[Future[Outcome], tuple[WebhookDelivery, bytes]] = {}
        self._next_poll = self._next_pruning = 0.0

    def run(self, stop: Event) -> None:
        """Deliver until `stop` is set. If the database is unavailable, wait for it."""
        while not stop.is_set():
            if not self._has_work(self.tick):
                stop.wait(POLL_SECONDS)
        # Record the outcomes of the messages being sent. Otherwise, they would be sent again.
        while self._sent and self._has_work(self._record_responses):
            pass

    def _has_work(self, step: Callable[[], bool]) -> bool:
        """Run a step. Return its result, or False if it fails. An error does not end the worker."""
        try:
            return step()
        except DatabaseError as error:
            logger.warning("database unavailable: %s", type(error).__name__)
        except Exception:
            logger.exception("webhook delivery failed")
        connection.close()
        return False

    def run_once(self) -> None:
        """Deliver all due messages, and return."""
        while self.tick():
            pass

    def tick(self) -> bool:
        """Queue new changes, send due messages and record responses. Return whether there was anything to do."""
        now = time.monotonic()
        changes_read = 0
        if now >= self._next_poll or not self._sent:
            changes_read = outbox.enqueue()
            self._next_poll = now if changes_read else now + POLL_SECONDS
        if now >= self._next_pruning:
            outbox.prune()
            self._next_pruning = now + PRUNE_SECONDS
        self._send_due()
        return self._record_responses() or bool(changes_read)

    def _record_responses(self) -> bool:
        """Wait for responses, for a limited time. Return whether any message was being sent."""
        sent = bool(self._sent)
        done, _pending = wait(self._sent, POLL_SECONDS, FIRST_COMPLETED)
        for future in done:
            delivery, body = self._sent.pop(future)
            try:
                self._record(delivery, body, future.result())
            except (OperationalError, InterfaceError):
                # The connection was lost. Keep the outcome: otherwise, a delivered message would be sent again.
                self._sent[future] = delivery, body
                raise
        return sent

    def _send_due(self) -> None:
        for delivery in outbox.claim(SENDER_THREADS - len(self._sent)):
            body = message_body(delivery)
            self._sent[self._threads.submit(_deliver, delivery, body)] = (delivery, body)
            self.attempts += 1

    def _record(self, delivery: WebhookDelivery, body: bytes, outcome: Outcome) -> None:
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
    signature = signature_headers(
        delivery.subscription.secret, message_id=str(delivery.message_id), sent_at=int(time.time()), body=body
    )
    return send(delivery.subscription.url, {"Content-Type": "application/json", **signature}, body)


@contextmanager
def in_background() -> Iterator[None]:
    """Run a worker in a thread of this process."""
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
