"""`make run` from a copy of this clone, as a newcomer would."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from config.embedded.postgres import EmbeddedPostgres
from config.management.commands.run import free_port


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
        free: int = probe.getsockname()[1]
    return free


@contextmanager
def running(clone: Path, port: int) -> Iterator[str]:
    """Run it until it serves, and end it as Ctrl-C does; yields what it said up to then."""
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
        said = ""
        for line in process.stdout:
            said += line
            if "/admin/" in line:
                break
        try:
            yield said
        finally:
            os.killpg(process.pid, signal.SIGINT)
            rest = process.stdout.read()
        assert process.wait() == 0, said + rest
        assert "Traceback" not in rest


@pytest.mark.slow
@pytest.mark.kill
def test_it_serves_the_record_and_stops_without_a_trace(clone: Path, port: int) -> None:
    with running(clone, port) as said:
        assert re.search(r"5 files, .* 0 unchanged", said)
        assert len(re.findall(r"^Account `(editor|chief)`, password \S{16}$", said, re.MULTILINE)) == 2
        with urlopen(f"http://127.0.0.1:{port}/admin/login/") as page:
            assert page.status == 200
    assert not EmbeddedPostgres(clone / ".duixian").is_running()
    assert (clone / ".duixian" / "accounts").stat().st_mode & 0o777 == 0o600

    with running(clone, port) as said:
        assert "Reference data: 0 rows added" in said
        assert "0 created, 0 updated" in said
        assert "password " not in said
        assert "accounts" in said


@pytest.mark.parametrize("text", ["abc", "0", "-1", "65536", "99999", "８０００", "80 00"])
def test_a_port_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(CommandError, match="must be a number from 1 to 65535"):
        free_port(text)


def test_a_taken_port_is_refused_before_any_work(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        with pytest.raises(CommandError, match=rf"^Port {port} is taken; choose another: make run PORT={port + 1}$"):
            call_command("run")
