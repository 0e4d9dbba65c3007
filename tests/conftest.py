import gc
from collections.abc import Iterator
from copy import deepcopy
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
from tests.factories import Record, make_metric, make_record, make_statement, make_unit, make_user

gc.disable()  # until all tests are collected: imports create many objects that stay

DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}


@pytest.hookimpl(tryfirst=True)  # the markers must be set before `-m` selects by them
def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Mark tests that use the database, and run slow tests first, so that no worker is left with one at the end."""
    for item in items:
        if operation := getattr(item, "operation_label", None):
            # The items of schemathesis share an ID, and parallel workers would run only one of them.
            item._id = replace(item.id, params=operation)  # noqa: SLF001 pytest has no public API for this
        if item.get_closest_marker("django_db") or not DATABASE_FIXTURES.isdisjoint(item.fixturenames):
            item.add_marker("database")
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Skip a module that takes seconds to generate tests from the API's description, if `-m` deselects them all."""
    return True if collection_path.name == "test_schemathesis.py" and config.option.markexpr == "not slow" else None


def pytest_collection_finish() -> None:
    """Exclude the objects created by imports from garbage collection, which is less frequent, too."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def settings_of_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Serve static files without `collectstatic`, hash passwords quickly, and don't wait for the disk at commits."""
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
) -> Iterator[None]:
    """Override the fixture of pytest-django, which migrates a new database in each run and for each worker."""
    TransactionTestCase._fixture_teardown = database_setup.delete_all_rows  # type: ignore[attr-defined]  # noqa: SLF001
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    with django_db_blocker.unblock(), database_setup.use_copy_of_template(worker), django_db_blocker.block():
        yield


@pytest.fixture(scope="module")
def module_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Open a transaction for rows that the tests of a module share. Each test rolls back to these rows."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def unlimited_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Switch off rate limits."""
    for policy in ("anonymous", "token"):
        monkeypatch.setitem(SimpleRateThrottle.THROTTLE_RATES, policy, None)


@pytest.fixture(autouse=True)
def default_language(settings: Settings) -> Iterator[None]:
    """Begin each test with the default language, since a request of an earlier test may have activated another."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(scope="module")
def pledge_relations(module_db: None) -> None:
    """Create the rows to which pledges and follow-ups of the factories refer, once for all tests of a module."""
    make_statement()
    make_metric()
    make_unit()
    for name in ("editor", "chief"):
        make_user(name)


@pytest.fixture(scope="module")
def module_record(module_db: None) -> Record:
    return make_record()


@pytest.fixture
def record(module_record: Record, db: None) -> Record:
    """Return the pledges of `make_record()`. The tests of a module share their rows, but not the Python objects."""
    return deepcopy(module_record)


@pytest.fixture
def committed_record(transactional_db: None) -> Record:
    """Return the pledges of `make_record()`, committed, so that other connections see them."""
    return make_record()
