"""Overload of the database: serving processes stop slow statements, and clients get 503."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.db.models import Func, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.db.models.lookups import Exact
from django.test import Client
from psycopg import errors
from psycopg_pool import PoolTimeout

from config.serving import configure_connections
from pledges.models import FollowUp, Unit
from tests.api.conftest import TokenClient
from tests.factories import make_follow_up, make_record, make_unit


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


UNAVAILABLE = [
    (errors.AdminShutdown, "can't be reached"),
    (errors.CrashShutdown, "can't be reached"),
    (errors.CannotConnectNow, "can't be reached"),
    (errors.TooManyConnections, "busy"),
    (errors.DiskFull, "no space left"),
    (errors.OutOfMemory, "busy"),
    (errors.ReadOnlySqlTransaction, "read-only"),
    (errors.QueryCanceled, "took too long"),
]


@pytest.mark.parametrize(("kind", "message"), UNAVAILABLE)
def test_unavailable_database_gets_503_with_retry_after(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch, kind: type[psycopg.Error], message: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OperationalError from kind()

    monkeypatch.setattr("pledges.api.http.etags.cache_validators", fail)
    api = Client(headers={"Accept-Language": "en"}).get("/api/v1/units/")
    assert (api.status_code, api["Content-Type"]) == (503, "application/problem+json")
    assert message in api.json()["detail"]
    assert int(api["Retry-After"]) > 0
    monkeypatch.setattr("pledges.admin.unit.UnitAdmin.get_queryset", fail)
    monkeypatch.setattr("pledges.admin.unit.UnitAdmin.save_model", fail)
    form = {"symbol": "新", "name_en": "", "dimension": make_unit().dimension_id, "numerator": 1, "denominator": 1}
    for page in (
        admin_client.get("/admin/pledges/unit/", headers={"Accept-Language": "en"}),
        admin_client.post("/admin/pledges/unit/add/", form, headers={"Accept-Language": "en"}),
    ):
        assert page.status_code == 503
        assert message in page.content.decode().replace("&#x27;", "'")
        assert int(page["Retry-After"]) > 0


def test_database_that_fails_in_the_middleware_gets_503(admin_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OperationalError from errors.DiskFull()

    admin_client.raise_request_exception = False
    monkeypatch.setattr("django.contrib.sessions.middleware.SessionMiddleware.process_response", fail)
    for path in ("/admin/", "/api/v1/units/"):
        response = admin_client.get(path)
        assert (response.status_code, response["Retry-After"]) == (503, "5")


def terminate_connection(*_: object, **__: object) -> Any:
    """End the connection of this process from another one, and then use it."""
    with psycopg.connect(**{**connection.get_connection_params(), "autocommit": True}) as other:
        pid = connection.connection.info.backend_pid
        other.execute("SELECT pg_terminate_backend(%s, 1000)", [pid])
    return Unit.objects.count()


@pytest.mark.django_db(transaction=True)
def test_connection_lost_during_a_request_gets_503(monkeypatch: pytest.MonkeyPatch) -> None:
    editor = TokenClient("editor")
    draft = make_follow_up(make_record().investment, state="draft", actual=390)
    version = f'"{draft.version}"'
    requests: dict[str, Callable[[], Any]] = {
        "pledges.api.http.etags.cache_validators": lambda: editor.get("units/"),
        "pledges.models.FollowUp.save": lambda: editor.change(draft, {"summary": "x"}),
        "pledges.workflow.review.submit": lambda: editor.post(f"follow-ups/{draft.pk}/submit/", If_Match=version),
    }
    for name, send in requests.items():
        with monkeypatch.context() as patch:
            patch.setattr(name, terminate_connection)
            response = send()
        connection.close()
        assert (response.status_code, response["Content-Type"], response["Retry-After"]) == (
            503,
            "application/problem+json",
            "5",
        ), name
    assert editor.get("units/").status_code == 200
    assert FollowUp.objects.get().state == "draft"


def test_lost_connection_without_code_gets_503(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise InterfaceError from psycopg.InterfaceError("the connection is closed")

    monkeypatch.setattr("pledges.database.overload._is_disconnected", lambda: True)
    monkeypatch.setattr("pledges.api.http.etags.cache_validators", fail)
    assert Client().get("/api/v1/units/").status_code == 503


def test_other_database_error_gets_500(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OperationalError from psycopg.OperationalError("number of parameters must be between 0 and 65535")

    monkeypatch.setattr("pledges.api.http.etags.cache_validators", fail)
    assert Client(raise_request_exception=False).get("/api/v1/units/").status_code == 500


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
