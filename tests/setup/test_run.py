"""`manage.py run` sets up and serves the site in a fresh copy of the repository."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from config.embedded.postgres import EmbeddedPostgres
from config.management.commands.run import checked_port


@pytest.fixture(scope="module")
def clone() -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        clone = Path(folder) / "一个 clone"
        for name in ("config", "pledges", "fixtures", "seeds"):
            shutil.copytree(settings.BASE_DIR / name, clone / name)
        shutil.copy(settings.BASE_DIR / "manage.py", clone)
        yield clone


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
    return number


@contextmanager
def running(clone: Path, port: int) -> Iterator[str]:
    """Run the command until it serves, yield its output so far, and stop it as Ctrl-C does."""
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "STATIC_ROOT"}}
    with subprocess.Popen(
        [sys.executable, "manage.py", "run"],
        cwd=clone,
        env=environment | {"PORT": str(port), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout
        output = ""
        for line in process.stdout:
            output += line
            if "/admin/" in line:
                break
        try:
            yield output
        finally:
            os.killpg(process.pid, signal.SIGINT)
            rest = process.stdout.read()
        assert process.wait() == 0, output + rest
        assert "Traceback" not in rest


def statuses_while_database_dies(clone: Path, port: int) -> list[int]:
    """Kill the database, and request a list until a new database serves it five times, at most for a minute."""
    process_id = clone / ".duixian" / "postgres" / "postmaster.pid"
    server = process_id.read_text().splitlines()[0]
    statuses = [status_of_list(port)]
    os.kill(int(server), signal.SIGKILL)
    deadline = time.monotonic() + 60
    while statuses[-5:] != [200] * 5 or not process_id.exists() or process_id.read_text().startswith(f"{server}\n"):
        assert time.monotonic() < deadline, statuses
        statuses.append(status_of_list(port))
        time.sleep(0.1)
    return statuses


def status_of_list(port: int) -> int:
    try:
        with urlopen(f"http://127.0.0.1:{port}/api/v1/units/") as response:
            return int(response.status)
    except HTTPError as error:
        return error.code


@pytest.mark.slow
@pytest.mark.kill
def test_run_serves_site_and_stops_cleanly(clone: Path, port: int) -> None:
    with running(clone, port) as output:
        assert re.search(r"5 files, .* 0 unchanged", output)
        assert len(re.findall(r"^Account `(editor|chief)`, password \S{16}$", output, re.MULTILINE)) == 2
        with urlopen(f"http://127.0.0.1:{port}/admin/login/") as page:
            assert page.status == 200
    assert not EmbeddedPostgres(clone / ".duixian").is_running()
    assert (clone / ".duixian" / "accounts").stat().st_mode & 0o777 == 0o600

    with running(clone, port) as output:
        assert "Reference data: 0 rows added" in output
        assert "0 created, 0 updated" in output
        assert "password " not in output
        assert "accounts" in output
        statuses = statuses_while_database_dies(clone, port)
    assert (statuses[0], statuses[-1]) == (200, 200)
    assert set(statuses) <= {200, 503}


@pytest.mark.parametrize("text", ["abc", "0", "-1", "65536", "99999", "８０００", "80 00"])
def test_invalid_port_is_rejected(text: str) -> None:
    with pytest.raises(CommandError, match="must be a number from 1 to 65535"):
        checked_port(text)


def test_port_in_use_is_rejected_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        with pytest.raises(CommandError, match=rf"^Port {port} is in use; choose another: make run PORT={port + 1}$"):
            call_command("run")


def test_other_error_is_not_reported_as_port_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.management.commands.run.HOST", "192.0.2.1")  # an address that no machine has
    with pytest.raises(CommandError, match=r"^Port 8000 can't be used: Cannot assign requested address$"):
        checked_port("8000")
