import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.test import Client

from tests.factories import Record, make_record

# The site imports its modules lazily; some tests read its registry when they are collected.
admin.autodiscover()


@pytest.fixture
def record(db: None) -> Record:
    return make_record()


def _client_of(role: str) -> Client:
    user = User.objects.create_user(role.replace(" ", "-"), is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def editor(roles: None) -> Client:
    return _client_of("editor")


@pytest.fixture
def chief(roles: None) -> Client:
    return _client_of("chief editor")


@pytest.fixture
def administrator(roles: None) -> Client:
    return _client_of("administrator")
