"""Limits on wrong passwords, which django-axes counts in the database: per user name and network, and per network.

They are checked before a password is hashed, which takes long on purpose.
"""

from collections.abc import Callable
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


class LockoutHandler(AxesDatabaseHandler):
    """Also locks out a network with too many failures for all names together."""

    def is_locked(self, request: Any, credentials: dict[str, Any] | None = None) -> bool:
        attempts = AccessAttempt.objects.filter(
            ip_address=request.axes_ip_address, attempt_time__gt=get_cool_off_threshold(request)
        )
        failures = attempts.aggregate(total=Sum("failures_since_start", default=0))["total"]
        return failures >= settings.NETWORK_FAILURE_LIMIT or bool(super().is_locked(request, credentials))


def lockout_response(request: HttpRequest, response: HttpResponse, credentials: Any) -> HttpResponse:
    """Render the same page for existing and unknown accounts."""
    seconds = int(settings.AXES_COOLOFF_TIME.total_seconds())
    page = render(request, "429.html", {"minutes": seconds // 60}, status=429)
    page["Retry-After"] = str(seconds)
    return page


def response_if_locked_out(request: Any, name: str) -> HttpResponse | None:
    """Return the response if the client has failed too often, for this name or any; otherwise None."""
    credentials = {"username": name}
    if AxesProxyHandler.is_allowed(request, credentials):
        return None
    return lockout_response(request, HttpResponse(), credentials)


def count_failure(request: Any, name: str) -> None:
    """Count an attempt like a wrong password in a login."""
    user_login_failed.send(__name__, credentials={"username": name}, request=request)


def limit_wrong_passwords(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Count wrong passwords of a user who is logged in and changes their password, like those of logins."""

    def limited_view(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        name = request.user.get_username()
        if response := response_if_locked_out(request, name):
            return response
        response = view(request, *args, **kwargs)
        form = (getattr(response, "context_data", None) or {}).get("form")
        if form is not None and "old_password" in form.errors:
            count_failure(request, name)
        return response

    return limited_view
