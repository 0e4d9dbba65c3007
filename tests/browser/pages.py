"""Create staff users, log in and log out in the browser tests."""

from django.conf import settings
from django.contrib.auth.models import Group, User
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

PASSWORD = "a-long-password"


def make_staff_user(name: str, role: str) -> User:
    user = User.objects.create_user(name, password=PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


def log_in(page: Page, live_server: LiveServer, name: str, *, path: str = "/admin/") -> None:
    """Enter user name and password, which lead to the page at `path`."""
    page.goto(f"{live_server.url}/admin/")
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_url(f"**{path}**")


def log_out(page: Page) -> None:
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
