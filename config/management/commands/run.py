import errno
import os
import socket
import sys
from contextlib import AbstractContextManager, ExitStack, nullcontext
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from config import embedded
from config.web_server import serve, stop_on_signals
from pledges.webhooks.worker import in_background
from pledges.workflow.accounts import create_accounts

HOST = "127.0.0.1"
PATHS = ("/", "/admin/", "/api/v1/", "/api/v1/docs/")


class Command(BaseCommand):
    help = "Prepare the database, serve the site on port $PORT (default 8000) and deliver webhooks until Ctrl-C."
    requires_system_checks = []  # the port is checked first; `migrate` runs the checks

    def handle(self, *args: Any, **options: Any) -> None:
        port = checked_port(os.environ.get("PORT") or "8000")
        stop_on_signals()  # and stop the embedded database
        try:
            self.prepare_site()
            with self.kept_database(), ExitStack() as stack:

                def when_ready() -> None:
                    # Not earlier, since the connections of this process are configured when the application is loaded.
                    stack.enter_context(in_background())
                    self.print_urls(port)

                serve(HOST, port, when_ready)
        except KeyboardInterrupt:
            sys.exit(130)

    def kept_database(self) -> AbstractContextManager[None]:
        return embedded.POSTGRES.kept_running() if settings.IS_EMBEDDED else nullcontext()

    def prepare_site(self) -> None:
        call_command("prepare", stdout=self.stdout)
        if settings.IS_EMBEDDED:
            self.create_demo_accounts()
        else:
            self.stdout.write("With DATABASE_URL set, no accounts are created: use `manage.py createsuperuser`.")
        call_command("collectstatic", interactive=False, verbosity=0)

    def create_demo_accounts(self) -> None:
        file = embedded.HOME / "accounts"
        for name, password in create_accounts(file).items():
            self.stdout.write(f"Account `{name}`, password {password}")
        self.stdout.write(f"Accounts and passwords are kept in {file}")

    def print_urls(self, port: int) -> None:
        self.stdout.write("Duixian is running (Ctrl-C to stop). Open one of:")
        for path in PATHS:
            self.stdout.write(f"  http://{HOST}:{port}{path}")


def checked_port(text: str) -> int:
    """Return the port as a number. Raise CommandError if it is invalid, or if this process can't listen on it."""
    if not (text.isascii() and text.isdecimal() and 0 < int(text) < 2**16):
        raise CommandError(f"PORT is {text!r}; it must be a number from 1 to 65535, as in: make run PORT=8001")
    port = int(text)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError as error:
            raise CommandError(f"Port {port} needs more privileges; choose another: make run PORT=8001") from error
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise CommandError(f"Port {port} can't be used: {error.strerror}") from error
            other = port + 1 if port < 2**16 - 1 else 8000
            raise CommandError(f"Port {port} is in use; choose another: make run PORT={other}") from error
    return port
