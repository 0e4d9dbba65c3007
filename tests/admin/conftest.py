"""Clients that are logged in. The tests of a module share their users and sessions, but not their cookies."""

from copy import deepcopy

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.http.cookie import SimpleCookie
from django.template.response import TemplateResponse
from django.test import Client

from tests.factories import make_user

# The site imports its modules lazily; some tests read its registry when they are collected.
admin.autodiscover()


def _cookies_of(user: User) -> SimpleCookie:
    client = Client()
    client.force_login(user)
    return client.cookies


def _cookies_of_role(role: str) -> SimpleCookie:
    return _cookies_of(make_user(role.replace(" ", "-"), role=role))


def _client_with(cookies: SimpleCookie) -> Client:
    client = Client()
    client.cookies = deepcopy(cookies)
    return client


@pytest.fixture(scope="module")
def editor_cookies(module_db: None) -> SimpleCookie:
    return _cookies_of_role("editor")


@pytest.fixture(scope="module")
def chief_cookies(module_db: None) -> SimpleCookie:
    return _cookies_of_role("chief editor")


@pytest.fixture(scope="module")
def administrator_cookies(module_db: None) -> SimpleCookie:
    return _cookies_of_role("administrator")


@pytest.fixture(scope="module")
def superuser_cookies(module_db: None) -> SimpleCookie:
    return _cookies_of(User.objects.create_superuser("admin"))


@pytest.fixture
def editor(editor_cookies: SimpleCookie, db: None) -> Client:
    return _client_with(editor_cookies)


@pytest.fixture
def chief(chief_cookies: SimpleCookie, db: None) -> Client:
    return _client_with(chief_cookies)


@pytest.fixture
def administrator(administrator_cookies: SimpleCookie, db: None) -> Client:
    return _client_with(administrator_cookies)


@pytest.fixture
def admin_client(superuser_cookies: SimpleCookie, db: None) -> Client:
    return _client_with(superuser_cookies)


@pytest.fixture
def admin_user(superuser_cookies: SimpleCookie, db: None) -> User:
    return User.objects.get(username="admin")


@pytest.fixture
def unrendered_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the text and the menu of pages, which would take most of the time of a test that reads the status."""
    monkeypatch.setattr(TemplateResponse, "rendered_content", "")
    monkeypatch.setattr(admin.site, "each_context", lambda request: {})
