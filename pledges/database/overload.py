"""Recognise the errors of a database that is overloaded or unavailable: responses have the status 503, not 500."""

import logging
from typing import Any

import psycopg
from django.db import connection
from django.utils.translation import gettext_lazy as _
from psycopg import errors
from psycopg_pool import PoolTimeout

logger = logging.getLogger("pledges.overload")

RETRY_AFTER = "5"  # seconds
TOO_SLOW = _("This took too long and was cancelled. Narrow the filter.")
BUSY = _("The server is busy. Try again in a moment.")
UNREACHABLE = _("The database can't be reached at the moment. Try again in a moment.")
FULL = _("The database has no space left, so nothing was written. Tell the operator of the site.")
READ_ONLY = _("The database is read-only at the moment, so nothing was written. Try again later.")

MESSAGES: dict[type[psycopg.Error], Any] = {
    errors.QueryCanceled: TOO_SLOW,
    PoolTimeout: BUSY,
    errors.TooManyConnections: BUSY,
    errors.AdminShutdown: UNREACHABLE,
    errors.CrashShutdown: UNREACHABLE,
    errors.CannotConnectNow: UNREACHABLE,
    errors.DiskFull: FULL,
    errors.OutOfMemory: BUSY,
    errors.ReadOnlySqlTransaction: READ_ONLY,
}


def overload_message(error: BaseException | None) -> Any:
    """Return a message for the client, or None if the error has another cause."""
    cause = error if isinstance(error, psycopg.Error) else getattr(error, "__cause__", None)
    if not isinstance(cause, psycopg.Error):
        return None
    message = MESSAGES.get(type(cause))
    if message is None and cause.sqlstate is None and _is_disconnected():
        message = UNREACHABLE
    return message


def handle_overload(error: BaseException | None) -> Any:
    """Return the message like `overload_message()`, log the error, and drop idle connections that were lost."""
    message = overload_message(error)
    if message:
        logger.warning("%s", error)
    if message is UNREACHABLE and (pool := connection.pool):  # type: ignore[attr-defined]  # of PostgreSQL only
        pool.check()  # the idle connections are lost, too
    return message


def _is_disconnected() -> bool:
    """Return whether the connection could not be opened, or is closed. Most such errors have no code."""
    raw = connection.connection
    return raw is None or raw.closed
