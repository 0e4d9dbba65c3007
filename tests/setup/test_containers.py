import json
import re
import subprocess
import sys
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands
from pytest_django.fixtures import Settings

from config.management.commands.serve import check_host

DOCKERFILE = (settings.BASE_DIR / "Dockerfile").read_text()
COMPOSE = yaml.safe_load((settings.BASE_DIR / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


@pytest.mark.slow
def test_compose_file_is_valid() -> None:
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"]
    done = subprocess.run(check, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", SERVICES)
def test_service_has_least_privileges(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_containers_do_not_run_as_root() -> None:
    assert SERVICES["db"]["user"] == "postgres"
    assert re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE) == ["duixian"]


def test_long_running_services_have_health_checks() -> None:
    for name in ("db", "web"):
        assert SERVICES[name]["healthcheck"]["test"]
        assert SERVICES[name]["restart"] == "unless-stopped"


def test_worker_is_restarted() -> None:
    assert SERVICES["webhooks"]["restart"] == "unless-stopped"


def test_secrets_have_no_default() -> None:
    values = {name: value for service in SERVICES.values() for name, value in service["environment"].items()}
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD", "PGPASSWORD"):
        assert re.match(r"^\$\{\w+:\?", values[name])


def test_database_is_stored_in_volume() -> None:
    assert SERVICES["db"]["image"] == "postgres:18"
    assert SERVICES["db"]["volumes"] == ["database:/var/lib/postgresql"]  # the data folder since version 18
    assert "database" in COMPOSE["volumes"]


def test_port_is_published_on_loopback_by_default() -> None:
    assert SERVICES["web"]["ports"] == ["${PUBLISH:-127.0.0.1:8000}:8000"]


def test_commands_exist() -> None:
    commands = [
        *re.findall(r'manage\.py"?,? "?(\w+)', DOCKERFILE),
        *(SERVICES[name]["command"][2] for name in ("prepare", "webhooks")),
    ]
    assert commands == ["collectstatic", "serve", "prepare", "deliver_webhooks"]
    assert set(commands) <= set(get_commands())


def test_container_serves_all_its_addresses(settings: Settings) -> None:
    command = json.loads(DOCKERFILE.rpartition("CMD ")[2])
    assert command == ["python", "manage.py", "serve", "--host", "0.0.0.0"]
    assert " IN_CONTAINER=1" in DOCKERFILE
    settings.HTTPS, settings.IN_CONTAINER = True, True
    check_host("0.0.0.0")
