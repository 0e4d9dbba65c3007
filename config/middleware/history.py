"""Notes with each change through which channel it came: the admin or the API.

`manage.py` does the same for commands. A change without a channel was made in SQL.
"""

from typing import Any

import pghistory.middleware
from django.db import OperationalError
from django.http import HttpRequest

from config.error_handlers import overload_response


class HistoryMiddleware(pghistory.middleware.HistoryMiddleware):
    def __call__(self, request: HttpRequest) -> Any:
        """The user's session is the first query of a writing request, so an overload can show here.

        Django calls `OverloadMiddleware.process_exception` only for errors that views raise.
        """
        try:
            return super().__call__(request)  # type: ignore[no-untyped-call]
        except OperationalError as error:
            if response := overload_response(request, error):
                return response
            raise

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        channel = "api" if request.path_info.startswith("/api/") else "admin"
        return {"channel": channel, **super().get_context(request)}
