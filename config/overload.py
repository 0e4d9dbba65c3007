"""What takes the database too long is stopped, and answered with 503 and not with a failure of the server."""

import logging
from typing import Any

from django.conf import settings
from django.db import OperationalError
from django.utils.translation import gettext_lazy as _
from psycopg.errors import QueryCanceled
from psycopg_pool import PoolTimeout

logger = logging.getLogger("pledges.overload")

WORDS: dict[type[BaseException], Any] = {
    QueryCanceled: _("This took too long and was stopped: ask for less, as by a narrower filter."),
    PoolTimeout: _("The server has too much to do: try again in a moment."),
}


def limit_statements() -> None:
    """For a process that serves: a load or a migration may take its time."""
    if settings.STATEMENT_TIMEOUT:
        options = settings.DATABASES["default"]["OPTIONS"]
        options["options"] = f"{options.get('options', '')} -c statement_timeout={settings.STATEMENT_TIMEOUT}s"


def overload(error: Exception) -> Any:
    """In words, or None if it is another error."""
    cause = error.__cause__ if isinstance(error, OperationalError) else None
    words = WORDS.get(type(cause)) if cause else None
    if words:
        logger.warning("%s", error)
    return words
