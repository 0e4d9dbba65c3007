import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest
from django.conf import settings

from config.embedded.postgres import EmbeddedPostgres, EmbeddedPostgresError

pytestmark = [pytest.mark.slow, pytest.mark.kill]

START = """
import sys
from pathlib import Path
from config.embedded.postgres import EmbeddedPostgres
EmbeddedPostgres(Path(sys.argv[1])).start()
print("started", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def home() -> Iterator[Path]:
    with TemporaryDirectory() as folder:  # not tmp_path, which the account of PostgreSQL can't enter
        yield Path(folder) / "一个 clone"


@pytest.fixture
def postgres(home: Path) -> Iterator[EmbeddedPostgres]:
    postgres = EmbeddedPostgres(home)
    yield postgres
    postgres.release()
    shutil.rmtree(postgres.socket_dir, ignore_errors=True)  # a failed start leaves it behind


@contextmanager
def another_process(home: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", START, home],
        cwd=settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        yield process


def wait_until_started(process: subprocess.Popen[str]) -> None:
    assert process.stdout
    assert process.stdout.readline() == "started\n"


def test_last_process_stops_the_server(home: Path, postgres: EmbeddedPostgres) -> None:
    postgres.start()
    with another_process(home) as other:
        wait_until_started(other)
        postgres.release()
        assert postgres.is_running()
    assert not postgres.is_running()
    assert not postgres.socket_dir.exists()


def test_two_processes_can_start_server_at_once(home: Path, postgres: EmbeddedPostgres) -> None:
    with another_process(home) as first, another_process(home) as second:
        wait_until_started(first)
        wait_until_started(second)
    assert not postgres.is_running()


def test_killed_process_does_not_keep_server_running(home: Path, postgres: EmbeddedPostgres) -> None:
    with another_process(home) as other:
        wait_until_started(other)
        other.kill()
    assert postgres.is_running()

    postgres.start()
    postgres.release()

    assert not postgres.is_running()


def test_killed_server_starts_again(home: Path, postgres: EmbeddedPostgres) -> None:
    postgres.start()
    server = int((postgres.data / "postmaster.pid").read_text().splitlines()[0])
    os.kill(server, signal.SIGKILL)
    while psutil.pid_exists(server):  # PostgreSQL takes a zombie for a running server until init has reaped it
        time.sleep(0.01)

    restarted = EmbeddedPostgres(home)
    restarted.start()

    assert restarted.is_running()
    restarted.release()


def test_server_that_dies_is_started_again_by_a_process_that_keeps_it(
    postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.embedded.postgres.SECONDS_BETWEEN_CHECKS", 0.1)
    postgres.start()
    server = int((postgres.data / "postmaster.pid").read_text().splitlines()[0])
    with postgres.kept_running():
        os.kill(server, signal.SIGKILL)
        deadline = time.monotonic() + 60
        while not (postgres.is_running() and f"{server}\n" not in (postgres.data / "postmaster.pid").read_text()):
            assert time.monotonic() < deadline
            time.sleep(0.05)
    postgres.release()
    assert not postgres.is_running()


def test_interrupted_creation_is_repeated(home: Path, postgres: EmbeddedPostgres) -> None:
    (home / "postgres.new").mkdir(parents=True)
    (home / "postgres.new" / "PG_VERSION").write_text("18\n")

    postgres.start()

    assert postgres.is_running()
    assert not (home / "postgres.new").exists()


def test_failed_start_shows_the_end_of_the_log(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    postgres.release()
    with (postgres.data / "postgresql.conf").open("a") as configuration:
        configuration.write("work_mem = plenty\n")

    with pytest.raises(EmbeddedPostgresError, match=r"work_mem.*plenty"):
        postgres.start()


def test_socket_folder_of_another_user_is_rejected(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    postgres.socket_dir.symlink_to(tmp_path)
    try:
        with pytest.raises(EmbeddedPostgresError, match="belongs to another user"):
            postgres.start()
    finally:
        postgres.socket_dir.unlink()


def test_postgresql_environment_variables_are_ignored(
    postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPORT", "6543")
    monkeypatch.setenv("PGHOST", "db.example")

    postgres.start()

    assert postgres.is_running()
