"""The health checks `/healthz` and `/readyz`."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import OperationalError
from django.test import Client
from pytest_django.fixtures import Settings

from pledges.models import RecordSettings


def test_healthz_needs_no_database(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


def test_migrated_database_is_ready(client: Client, db: None) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_missing_migration_is_reported(client: Client, db: None) -> None:
    MigrationRecorder(connection).record_unapplied("sessions", "0001_initial")
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"status": "unavailable", "missing": ["migration sessions.0001_initial"]}


def test_other_settings_of_the_record_are_reported(client: Client, db: None) -> None:
    RecordSettings.objects.update_or_create(pk=1, defaults={"time_zone": "Europe/Oslo"})
    response = client.get("/readyz")
    assert (response.status_code, response.json()["missing"]) == (503, ["the settings of RECORD"])
    with pytest.raises(SystemExit):
        call_command("check_record", stdout=StringIO())
    RecordSettings.objects.adopt()
    assert client.get("/readyz").status_code == 200


def test_missing_database_is_reported(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def raise_operational_error() -> None:
        raise OperationalError

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", raise_operational_error)
        response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"status": "unavailable", "missing": ["database"]}


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probe_may_use_an_ip_address(client: Client, db: None, settings: Settings, path: str) -> None:
    settings.ALLOWED_HOSTS = ["pledges.example"]
    for host in ("192.0.2.7", "[2001:db8::7]:8000"):
        assert client.get(path, headers={"Host": host}).status_code == 200
        assert client.get("/", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probe_is_not_redirected_to_https(client: Client, db: None, settings: Settings, path: str) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(path).status_code == 200
    assert client.post(path).status_code == 405


def test_robots_may_read_neither_filtered_lists_nor_exports(client: Client) -> None:
    response = client.get("/robots.txt")
    assert response["Content-Type"].startswith("text/plain")
    rules = b"".join(response).decode().splitlines()
    assert {"User-agent: *", "Disallow: /admin/", "Disallow: /*?", "Disallow: /*.csv$"} <= set(rules)
