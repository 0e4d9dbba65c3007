"""The commands report a missing or unmigrated database, and import only what they need."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

WITHOUT_DATABASE = {"score_reading", "start_record"}
RECORD_COMMANDS = sorted({name for name, app in get_commands().items() if app == "pledges"} - WITHOUT_DATABASE)
REQUIRED_ARGUMENTS = {
    "create_token": ["editor"],
    "export_package": ["package.zip"],
    "leave_record": ["seeds/hohhot"],
    "link_sso": ["editor", "7"],
}


@pytest.fixture
def connect(django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """The settings of the database connection, for a test to change. The connection is closed before and after it."""
    before = connection.settings_dict.copy()
    with django_db_blocker.unblock():
        connection.close()
        yield connection.settings_dict
        connection.close()
    connection.settings_dict.update(before)


def failure(name: str, app: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Run a command that must fail, and return the line that it writes to stderr."""
    with pytest.raises(SystemExit) as ended:
        load_command_class(app, name).run_from_argv(["manage.py", name, *REQUIRED_ARGUMENTS.get(name, [])])
    output = capsys.readouterr()
    assert (ended.value.code, output.out) == (1, "")
    (line,) = output.err.splitlines()
    return line


@pytest.mark.parametrize("name", RECORD_COMMANDS)
def test_unmigrated_database_is_reported_in_one_line(
    name: str,
    connect: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    connect["NAME"] = "postgres"  # it exists on every server and is never migrated
    line = failure(name, "pledges", capsys)
    assert line.startswith("CommandError: The database is not up to date: it lacks ")
    assert line.endswith(". Run `python manage.py prepare` first.")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "app"), [*((name, "pledges") for name in RECORD_COMMANDS), ("prepare", "config")])
def test_database_of_older_version_is_reported_in_one_line(
    name: str,
    app: str,
    capsys: pytest.CaptureFixture[str],
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connection, "close", lambda: None)  # a command that fails would close the test's transaction
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("pledges", "0001_functions")
    recorder.record_applied("pledges", "0001_search_functions")
    assert failure(name, app, capsys) == (
        "CommandError: An older version has created this database, and it can't be upgraded. Create a new one:"
        " see “Upgrade” in docs/operating.md."
    )
    assert client.get("/readyz").status_code == 503


@pytest.mark.parametrize(("name", "app"), [*((name, "pledges") for name in RECORD_COMMANDS), ("prepare", "config")])
def test_unreachable_database_is_reported_in_one_line(
    name: str,
    app: str,
    connect: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
) -> None:
    connect |= {"HOST": "127.0.0.1", "PORT": "1"}
    line = failure(name, app, capsys)
    assert line.startswith("CommandError: The database can't be reached: connection failed")
    assert "127.0.0.1" in line


LOAD_COMMANDS = f"""
import sys
import django
django.setup()
from django.core.checks import run_checks
from django.core.management import load_command_class
for name in {RECORD_COMMANDS}:
    load_command_class("pledges", name)
print(*{{"pledges.admin", "config.urls", "openpyxl"}} & set(sys.modules))
run_checks(tags=["admin"])
print("pledges.admin" in sys.modules)
"""


@pytest.mark.slow
def test_commands_import_admin_and_urls_only_for_checks() -> None:
    """Admin and URLs are half of all imports, which determine how long a command takes to start."""
    done = subprocess.run(
        [sys.executable, "-c", LOAD_COMMANDS],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "\nTrue\n"
