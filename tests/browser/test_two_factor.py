"""Two-factor login in a browser: the picture for the app is shown, and the second step of a login."""

import pytest
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from .pages import log_in, log_out, make_staff_user

pytestmark = [pytest.mark.slow, pytest.mark.browser]


def current_code(*, steps: int = 0) -> str:
    return f"{totp(TOTPDevice.objects.get().bin_key, t0=-30 * steps):06}"


def test_two_factor_login_is_set_up_and_used(page: Page, live_server: LiveServer) -> None:
    make_staff_user("chief", "chief editor")
    log_in(page, live_server, "chief")
    page.goto(f"{live_server.url}/admin/two-factor/")
    assert page.evaluate("document.querySelector('.qr-code').naturalWidth") > 100
    page.fill("#id_code", current_code(steps=-1))
    page.press("#id_code", "Enter")
    page.wait_for_selector(".recovery-codes")
    assert page.locator(".recovery-codes li").count() == 10
    page.goto(f"{live_server.url}/admin/two-factor/")
    log_out(page)
    log_in(page, live_server, "chief", path="/admin/two-factor/code/")
    page.fill("#id_code", current_code())
    page.press("#id_code", "Enter")
    page.wait_for_url("**/admin/")
