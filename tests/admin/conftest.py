import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.test import Client

# The site imports its modules lazily; some tests read its registry when they are collected.
admin.autodiscover()


def _client_of(role: str) -> Client:
    user = User.objects.create_user(role.replace(" ", "-"), is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def editor(db: None) -> Client:
    return _client_of("editor")


@pytest.fixture
def chief(db: None) -> Client:
    return _client_of("chief editor")


@pytest.fixture
def administrator(db: None) -> Client:
    return _client_of("administrator")
