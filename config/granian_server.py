"""Serve the site with Granian until a signal stops this process."""

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

# As many as psycopg's connection pool has by default: further threads would only wait for a connection.
THREADS = 4
SHUTDOWN_TIMEOUT = 5  # seconds that requests in progress have to finish


def serve(host: str, port: int, when_ready: Callable[[], None]) -> None:
    """Serve the site. `when_ready` is called once the port accepts connections."""
    multiprocessing.set_start_method("spawn", force=True)  # a forked worker would share connections and locks
    server = Granian(
        "config.granian_server:application",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=THREADS,
        workers_kill_timeout=SHUTDOWN_TIMEOUT,
        log_level=LogLevels.warning,
        log_dictconfig=settings.LOGGING,
    )

    @server.on_startup
    def stop_on_hangup() -> None:
        # Granian reloads its workers on SIGHUP. Stop instead.
        signal.signal(signal.SIGHUP, server.signal_handler_interrupt)

    Thread(target=_call_when_listening, args=(host, port, when_ready), daemon=True).start()
    server.serve()


def _call_when_listening(host: str, port: int, when_ready: Callable[[], None]) -> None:
    while True:
        with suppress(ConnectionRefusedError), socket.create_connection((host, port)):
            break
        time.sleep(0.1)
    when_ready()


def application() -> Any:
    """Return the WSGI application. Granian calls this in its worker process."""
    # Ctrl-C signals the whole process group, and the main process signals the worker too. A second SIGINT can hang the
    # worker, so it gets a process group of its own.
    os.setpgrp()
    from config.wsgi import application

    return application
