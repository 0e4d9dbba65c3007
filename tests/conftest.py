import gc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from django.test import TransactionTestCase, override_settings
from django.utils import translation
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings
from rest_framework.throttling import SimpleRateThrottle

from tests import database_setup

DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}


@pytest.hookimpl(tryfirst=True)  # before `-m` selects by markers
def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Mark what uses the database; begin with what takes long, so that no worker is left with it at the end."""
    for item in items:
        if operation := getattr(item, "operation_label", None):
            # Of items with one id, parallel workers run only one.
            item._id = replace(item.id, params=operation)  # noqa: SLF001 pytest has no public way
        if item.get_closest_marker("django_db") or not DATABASE_FIXTURES.isdisjoint(item.fixturenames):
            item.add_marker("database")
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Make no requests from the API's description, which takes seconds, where none of them would be sent."""
    return True if collection_path.name == "test_schemathesis.py" and config.option.markexpr == "not slow" else None


def pytest_collection_finish() -> None:
    """Spare the garbage collector what lives as long as the process."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def settings_of_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Static files without `collectstatic`, passwords that are hashed quickly, commits that don't wait for the disk."""
    options = django_settings.DATABASES["default"]["OPTIONS"]
    options["options"] += " -c synchronous_commit=off"
    with override_settings(
        STATIC_ROOT=tmp_path_factory.mktemp("static"),
        STORAGES=django_settings.STORAGES
        | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}},
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    ):
        yield


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    settings_of_tests: None,
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """Replace pytest-django's fixture of this name where several workers need databases."""
    TransactionTestCase._fixture_teardown = database_setup.delete_all_rows  # type: ignore[attr-defined]  # noqa: SLF001
    worker = getattr(request.config, "workerinput", {}).get("workerid")
    if not worker:
        request.getfixturevalue("django_db_setup")
        yield
        return
    shared = tmp_path_factory.getbasetemp().parent  # of one run
    with django_db_blocker.unblock(), database_setup.copy_of_one(worker, shared), django_db_blocker.block():
        yield


@pytest.fixture(scope="module")
def module_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A transaction for rows that the tests of a module share; each of them rolls back to these rows."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def any_number_of_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    for policy in ("anonymous", "token"):
        monkeypatch.setitem(SimpleRateThrottle.THROTTLE_RATES, policy, None)


@pytest.fixture(autouse=True)
def language_of_the_site(settings: Settings) -> Iterator[None]:
    """A request leaves its language behind in the thread."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture
def roles(db: None) -> None:
    database_setup.make_roles()
