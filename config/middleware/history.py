"""Record the channel of each change: the admin or the API.

`manage.py` records the channel of commands. A change without a channel was made directly in SQL.
"""

from typing import Any

import pghistory.middleware
from django.db import Error
from django.http import HttpRequest

from config.error_handlers import overload_response


class HistoryMiddleware(pghistory.middleware.HistoryMiddleware):
    def __call__(self, request: HttpRequest) -> Any:
        """Respond 503 if the database can't load the session, the first query of a request that writes.

        `OverloadMiddleware` can't do this: Django calls `process_exception` only for errors that views raise.
        """
        try:
            return super().__call__(request)  # type: ignore[no-untyped-call]
        except Error as error:
            if response := overload_response(request, error):
                return response
            raise

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        channel = "api" if request.path_info.startswith("/api/") else "admin"
        return {"channel": channel, **super().get_context(request)}
