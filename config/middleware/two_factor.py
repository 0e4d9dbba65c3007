"""Lead users to the second step of their login, or to set one up if it is required, before any other page."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django_otp import DEVICE_ID_SESSION_KEY

from pledges.workflow.two_factor import confirmed_device, lacks_required_factor

PAGES_WITH_LOGIN = ("/admin/", "/evidence/")


class TwoFactorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(PAGES_WITH_LOGIN) and request.user.is_authenticated:
            page = _page_of_second_step(request)
            if page and request.path not in (page, reverse("admin:logout"), reverse("admin:login")):
                return redirect_to_login(request.get_full_path() if request.method == "GET" else "/admin/", page)
        return self.get_response(request)


def _page_of_second_step(request: Any) -> str | None:
    if device := confirmed_device(request.user):
        # Not that of a device from before a reset.
        is_passed = request.session.get(DEVICE_ID_SESSION_KEY) == device.persistent_id
        return None if is_passed else reverse("two-factor-code")
    return reverse("two-factor") if lacks_required_factor(request.user) else None
