import signal
from threading import Event
from typing import Any

from django.core.management.base import CommandParser

from pledges.management.base import RecordCommand, format_count
from pledges.webhooks.worker import Worker


class Command(RecordCommand):
    help = "Deliver webhooks until a signal stops it. Several processes can run at once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="deliver the messages that are due now, and exit")

    def handle(self, *args: Any, **options: Any) -> None:
        worker = Worker()
        if options["once"]:
            worker.run_once()
        else:
            stop = Event()
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, lambda *_args: stop.set())
            worker.run(stop)
        self.stdout.write(f"Webhooks: {format_count(worker.attempts, 'message')} sent, {worker.delivered} delivered.")
