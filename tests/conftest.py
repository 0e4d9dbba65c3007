from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from pytest_django.fixtures import Settings
from rest_framework.throttling import SimpleRateThrottle


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Name each operation of the API that schemathesis asks: of items with one id, parallel workers run only one."""
    for item in items:
        if operation := getattr(item, "operation_label", None):
            item._id = replace(item.id, params=operation)  # noqa: SLF001 pytest has no public way


@pytest.fixture(autouse=True)
def static_files_without_collectstatic(settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture(autouse=True)
def any_number_of_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    for policy in ("anonymous", "token"):
        monkeypatch.setitem(SimpleRateThrottle.THROTTLE_RATES, policy, None)


@pytest.fixture(autouse=True)
def language_of_the_site(settings: Settings) -> Iterator[None]:
    """A request leaves its language behind in the thread."""
    with translation.override(settings.LANGUAGE_CODE):
        yield
