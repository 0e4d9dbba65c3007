"""Pages comply with their Content-Security-Policy; the fixture `page` fails on violations."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.factories import make_record

from .pages import log_in, make_staff_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.browser]


def test_api_documentation_sends_requests(page: Page, live_server: LiveServer) -> None:
    make_record()
    page.goto(f"{live_server.url}/api/v1/docs/")
    operation = page.locator("#operations-start-start")
    operation.locator("button.opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    expect(operation.locator(".live-responses-table")).to_contain_text("Duixian 兑现")


def test_admin_pages_comply_with_content_security_policy(page: Page, live_server: LiveServer) -> None:
    record = make_record()
    make_staff_user("chief", "chief editor")
    log_in(page, live_server, "chief")
    for path in (
        "pledges/pledge/",
        f"pledges/pledge/{record.schools.pk}/change/",
        f"pledges/pledge/{record.schools.pk}/history/",
        "pledges/pledge/export/",
        "pledges/pledgetocheck/",
        "pledges/followup/",
        f"pledges/followup/add/?pledge={record.schools.pk}",
        "pledges/followup/import",
        "pledges/district/",
        "pledges/apitoken/add/",
        "password_change/",
    ):
        response = page.goto(f"{live_server.url}/admin/{path}")
        assert response
        assert response.status == 200, path
        page.evaluate("() => new Promise(requestIdleCallback)")  # until the scripts of the page have run
