"""Overload of the database: serving processes stop slow statements, and clients get 503."""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.db.models import Func, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.db.models.lookups import Exact
from django.test import Client
from psycopg_pool import PoolTimeout

from config.serving import configure_connections
from pledges.models import Unit
from tests.factories import make_record


def filter_slowly(_filter: Any, queryset: QuerySet[Any]) -> QuerySet[Any]:
    """Make the query sleep, in the place of a method that filters a queryset."""
    return queryset.filter(Exact(Cast(Func(Value(5.0), function="pg_sleep"), TextField()), ""))


@pytest.fixture
def short_timeout(transactional_db: None) -> Iterator[None]:
    """The database stops every statement after 0.1 seconds."""
    make_record()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 100")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET statement_timeout")


def test_slow_filter_gets_503(short_timeout: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pledges.filters.lists.UnitFilter.filter_queryset", filter_slowly)
    response = Client(headers={"Accept-Language": "en"}).get("/api/v1/units/")
    assert (response.status_code, response["Content-Type"]) == (503, "application/problem+json")
    assert response.json()["detail"] == "This took too long and was cancelled. Narrow the filter."
    assert response.json()["request_id"] == response["X-Request-ID"]
    monkeypatch.undo()
    assert Client().get("/api/v1/units/").status_code == 200


def test_slow_admin_page_gets_503(short_timeout: None, admin_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pledges.admin.unit.UnitAdmin.get_queryset", lambda *_: filter_slowly(None, Unit.objects.all()))
    response = admin_client.get("/admin/pledges/unit/", headers={"Accept-Language": "en"})
    assert response.status_code == 503
    assert "This took too long" in response.content.decode()


def test_exhausted_pool_gets_503(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OperationalError from PoolTimeout("…")

    monkeypatch.setattr("pledges.api.http.etags.cache_validators", fail)
    response = Client(headers={"Accept-Language": "en"}).get("/api/v1/units/")
    assert (response.status_code, response["Content-Type"]) == (503, "application/problem+json")
    assert response.json()["detail"] == "The server is busy. Try again in a moment."


def test_write_with_exhausted_pool_gets_503(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OperationalError from PoolTimeout("…")

    monkeypatch.setattr("config.middleware.history.HistoryMiddleware.get_context", fail)
    response = Client(headers={"Accept-Language": "en"}).post("/api/v1/follow-ups/1/approve/")
    assert (response.status_code, response["Content-Type"]) == (503, "application/problem+json")


def test_configured_timeout_reaches_the_server(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.DATABASES["default"], "OPTIONS", {**settings.DATABASES["default"]["OPTIONS"]})
    configure_connections()
    with psycopg.connect(**connection.get_connection_params()) as other:
        assert other.execute("SHOW statement_timeout").fetchone() == ("10s",)


@pytest.mark.slow
@pytest.mark.parametrize(("module", "serves"), [("config.wsgi", True), ("manage", False)])
def test_only_serving_processes_have_timeout_and_pool(module: str, serves: bool) -> None:
    code = (
        f"import django; django.setup(); import {module}; from django.conf import settings; print(settings.DATABASES)"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ("statement_timeout=10s" in done.stdout) == serves
    assert ("'pool'" in done.stdout) == serves
