"""By which door a change came in: the admin, the API or a command; without any of them it was SQL."""

from typing import Any

import pghistory.middleware
from django.db import OperationalError
from django.http import HttpRequest

from pledges.api.handlers import overloaded


class HistoryMiddleware(pghistory.middleware.HistoryMiddleware):
    def __call__(self, request: HttpRequest) -> Any:
        """Of a request that writes, asking who sent it is the first query, and the first that can fail."""
        try:
            return super().__call__(request)  # type: ignore[no-untyped-call]
        except OperationalError as error:
            if answer := overloaded(request, error):
                return answer
            raise

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        door = "api" if request.path_info.startswith("/api/") else "admin"
        return {"door": door, **super().get_context(request)}
