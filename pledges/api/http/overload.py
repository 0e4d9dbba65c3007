"""Recognise the errors of an overloaded database, which cause a response with status 503 instead of 500."""

import logging
from typing import Any

from django.db import OperationalError
from django.utils.translation import gettext_lazy as _
from psycopg.errors import QueryCanceled
from psycopg_pool import PoolTimeout

logger = logging.getLogger("pledges.overload")

MESSAGES: dict[type[BaseException], Any] = {
    QueryCanceled: _("This took too long and was cancelled. Narrow the filter."),
    PoolTimeout: _("The server is busy. Try again in a moment."),
}


def overload_message(error: Exception) -> Any:
    """Log an overload and return its message for the client. Return None for other errors."""
    cause = error.__cause__ if isinstance(error, OperationalError) else None
    message = MESSAGES.get(type(cause)) if cause else None
    if message:
        logger.warning("%s", error)
    return message
