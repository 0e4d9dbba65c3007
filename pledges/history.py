"""By which door a change came in: the admin, the API or a command; without any of them it was SQL."""

from typing import Any

import pghistory.middleware
from django.http import HttpRequest


class HistoryMiddleware(pghistory.middleware.HistoryMiddleware):
    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        door = "api" if request.path_info.startswith("/api/") else "admin"
        return {"door": door, **super().get_context(request)}
