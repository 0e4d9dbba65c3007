"""Serves the project with granian on this machine, until a signal ends it."""

import multiprocessing
import os
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import Any

from django.conf import settings
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

# psycopg's pool holds 4 connections; more threads would only wait for one.
THREADS = 4
SECONDS_TO_FINISH_REQUESTS = 5


def serve(host: str, port: int, when_ready: Callable[[], None]) -> None:
    multiprocessing.set_start_method("spawn", force=True)  # a fork would share connections and locks
    server = Granian(
        "config.granian_server:application",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=THREADS,
        workers_kill_timeout=SECONDS_TO_FINISH_REQUESTS,
        log_level=LogLevels.warning,
        log_dictconfig=settings.LOGGING,
    )

    @server.on_startup
    def end_with_the_terminal() -> None:
        signal.signal(signal.SIGHUP, server.signal_handler_interrupt)

    Thread(target=wait_for, args=(host, port, when_ready), daemon=True).start()
    server.serve()


def wait_for(host: str, port: int, when_ready: Callable[[], None]) -> None:
    while True:
        with suppress(ConnectionRefusedError), socket.create_connection((host, port)):
            break
        time.sleep(0.1)
    when_ready()


def application() -> Any:
    # Ctrl-C is to reach the main process alone, which then ends this one: told twice, granian's worker can hang.
    os.setpgrp()
    from config.wsgi import application

    return application
