import multiprocessing
import os
import signal
import socket
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.urls import Resolver404, resolve
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from config import embedded
from pledges.accounts import create_accounts

HOST = "127.0.0.1"
ADDRESSES = ("/", "/admin/", "/api/v1/", "/api/v1/docs/")
# psycopg's pool holds 4 connections; more threads would only wait for one.
THREADS = 4
SECONDS_TO_FINISH_REQUESTS = 5


class Command(BaseCommand):
    help = "Sets everything up and serves it on this machine, on the port in PORT or 8000, until Ctrl-C."
    requires_system_checks = []  # the port comes first; `migrate` runs the checks

    def handle(self, *args: Any, **options: Any) -> None:
        port = free_port(os.environ.get("PORT") or "8000")
        for ending in (signal.SIGTERM, signal.SIGHUP):  # as Ctrl-C does: by an exception, so that the database stops
            signal.signal(ending, signal.default_int_handler)
        try:
            self.prepare()
            self.serve(port)
        except KeyboardInterrupt:
            sys.exit(130)

    def prepare(self) -> None:
        call_command("prepare", stdout=self.stdout)
        if settings.IS_EMBEDDED:
            self.create_accounts()
        else:
            self.stdout.write("No accounts are made on a server of your own: use `manage.py createsuperuser`.")
        call_command("collectstatic", interactive=False, verbosity=0)
        # The server's process connects for itself.
        connection.close()
        connection.close_pool()

    def create_accounts(self) -> None:
        file = embedded.HOME / "accounts"
        for name, password in create_accounts(file).items():
            self.stdout.write(f"Account `{name}`, password {password}")
        self.stdout.write(f"Accounts and passwords are kept in {file}")

    def serve(self, port: int) -> None:
        multiprocessing.set_start_method("spawn", force=True)  # a fork would share the locks of this one's threads
        server = Granian(
            "config.wsgi:application",
            address=HOST,
            port=port,
            interface=Interfaces.WSGI,
            blocking_threads=THREADS,
            workers_kill_timeout=SECONDS_TO_FINISH_REQUESTS,
            log_level=LogLevels.warning,
        )

        @server.on_startup
        def say_where() -> None:
            signal.signal(signal.SIGHUP, server.signal_handler_interrupt)  # a closed terminal ends it, too
            self.stdout.write("Duixian runs; Ctrl-C stops it. Open one of:")
            for path in filter(is_served, ADDRESSES):
                self.stdout.write(f"  http://{HOST}:{port}{path}")

        server.serve()


def free_port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 0 < int(text) < 2**16):
        raise CommandError(f"PORT is {text!r}; it must be a number from 1 to 65535, as in: make run PORT=8001")
    port = int(text)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError as error:
            raise CommandError(f"Port {port} needs more rights; choose another: make run PORT=8001") from error
        except OSError as error:
            other = port + 1 if port < 2**16 - 1 else 8000
            raise CommandError(f"Port {port} is taken; choose another: make run PORT={other}") from error
    return port


def is_served(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True
