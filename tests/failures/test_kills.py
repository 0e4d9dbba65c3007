"""`kill -9` of the server and of PostgreSQL during writes: every acknowledged write survives completely."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any

import psutil
import psycopg
import pytest
from django.conf import settings
from django.db import connection as test_connection
from psycopg.conninfo import make_conninfo

from config.embedded.postgres import BIN, DATABASE, PORT, USER, EmbeddedPostgres
from pledges.models.token import create_token
from tests.budgets import examples
from tests.factories import Record, make_user

TIMEOUT = 60  # seconds; long enough for a slow machine
STEPS = 9  # between kills: three clients each draft, submit and approve a follow-up
ORDER = ["draft", "submitted", "approved"]

pytestmark = [
    pytest.mark.skipif(not BIN.exists(), reason="the embedded PostgreSQL is not installed"),
    pytest.mark.slow,
    pytest.mark.kill,
]


@pytest.fixture
def tokens(committed_record: Record) -> list[str]:
    """Return the tokens of an editor and of a chief editor."""
    roles = {"editor": "editor", "chief": "chief editor"}
    return [
        create_token(make_user(name, role=role), timedelta(days=1), may_approve=True)[1] for name, role in roles.items()
    ]


@pytest.fixture
def postgres(tokens: list[str]) -> Iterator[EmbeddedPostgres]:
    """Start another server with a copy of the test database."""
    with TemporaryDirectory() as folder:
        postgres = EmbeddedPostgres(Path(folder) / "home")
        postgres.start()
        copy_test_database(postgres)
        yield postgres
        postgres.release()


def copy_test_database(postgres: EmbeddedPostgres) -> None:
    test = test_connection.settings_dict
    server = {name: test[name.upper()] for name in ("host", "port", "user", "password") if test[name.upper()]}
    original = make_conninfo(**server, dbname=test["NAME"])
    copy = make_conninfo(host=str(postgres.socket_dir), port=PORT, user=USER, dbname=DATABASE)
    dumped = subprocess.run([str(BIN / "pg_dump"), "--no-owner", original], check=True, capture_output=True).stdout
    load = [str(BIN / "psql"), "-qX", "-v", "ON_ERROR_STOP=1", copy]
    subprocess.run(load, input=dumped, check=True, stdout=subprocess.DEVNULL)


def run(postgres: EmbeddedPostgres, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env=environment(postgres),
        check=False,
        text=True,
        capture_output=True,
    )


def environment(postgres: EmbeddedPostgres) -> dict[str, str]:
    url = f"postgres://{USER}@/{DATABASE}?host={postgres.socket_dir}&port={PORT}"
    variables = {
        "DATABASE_URL": url,
        "SECRET_KEY": "for this test",
        "HTTPS": "0",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    return os.environ | variables


class Server:
    """A server process on a free port."""

    def __init__(self, postgres: EmbeddedPostgres) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, "-u", "manage.py", "serve", "--port", str(self.port)],
            cwd=settings.BASE_DIR,
            env=environment(postgres),
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        assert self.process.stdout.readline().startswith("Serving on")

    def kill(self) -> None:
        if self.process.poll() is None:
            kill_all(self.process.pid)
            self.process.communicate()


def kill_all(pid: int) -> None:
    """Kill a process and its descendants, the parent first, so that it can't start new ones."""
    process = psutil.Process(pid)
    family = [process, *process.children(recursive=True)]
    for member in family:
        with suppress(psutil.NoSuchProcess):
            member.kill()
    psutil.wait_procs(family, timeout=TIMEOUT)


class Clients:
    """Clients that draft, submit and approve follow-ups, and remember the states that the server has acknowledged."""

    def __init__(self, server: Server, editor: str, chief: str) -> None:
        self.server, self.editor, self.chief = server, editor, chief
        self.acknowledged: dict[int, str] = {}
        self.steps = 0
        self.failures: list[str] = []
        self.is_stopped = Event()

    @contextmanager
    def running(self, number: int) -> Iterator[None]:
        threads = [Thread(target=self.work) for _ in range(number)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.is_stopped.set()
            for thread in threads:
                thread.join()

    def work(self) -> None:
        for number in count():
            if self.is_stopped.is_set():
                return
            try:
                self.create_and_approve(number)
            except (OSError, HTTPException) as failure:
                self.failures.append(repr(failure))
                time.sleep(0.05)

    def create_and_approve(self, number: int) -> None:
        evidence = {"url": f"https://news.example/{number}", "title": "统计公报"}
        body = {"status": "met", "actual": "390", "as_of": "2025-12-31", "evidence": [evidence]}
        draft = self.post(self.editor, "pledges/yl-2025-001/follow-ups/", body)
        key, version = draft["id"], draft["review"]["version"]
        self.record_state(key, "draft")
        self.post(self.editor, f"follow-ups/{key}/submit/", {}, version=version)
        self.record_state(key, "submitted")
        self.post(self.chief, f"follow-ups/{key}/approve/", {})
        self.record_state(key, "approved")

    def record_state(self, key: int, state: str) -> None:
        self.acknowledged[key] = state
        self.steps += 1

    def post(self, token: str, path: str, body: dict[str, Any], *, version: int | None = None) -> dict[str, Any]:
        connection = HTTPConnection("127.0.0.1", self.server.port, timeout=10)
        try:
            headers = {"Authorization": f"Token {token}", "Content-Type": "application/json"}
            if version is not None:
                headers["If-Match"] = f'"{version}"'
            connection.request("POST", f"/api/v1/{path}", json.dumps(body), headers)
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        if response.status >= 500:
            raise HTTPException(f"{response.status} {content!r}")
        assert response.status in {200, 201}, (response.status, content)
        decoded: dict[str, Any] = json.loads(content)
        return decoded

    def wait_for(self, steps: int) -> None:
        target, end = self.steps + steps, time.monotonic() + TIMEOUT
        while self.steps < target:
            assert time.monotonic() < end, self.failures[-3:]
            time.sleep(0.005)


def verify(postgres: EmbeddedPostgres, clients: Clients) -> None:
    with psycopg.connect(host=str(postgres.socket_dir), port=PORT, user=USER, dbname=DATABASE) as connection:
        assert connection.execute(
            "SELECT current_setting('fsync'), current_setting('synchronous_commit')"
        ).fetchone() == (
            "on",
            "on",
        )
        rows = connection.execute("SELECT id, state FROM pledges_followup").fetchall()
        with_evidence = {key for (key,) in connection.execute("SELECT follow_up_id FROM pledges_evidence").fetchall()}
    found = {row[0]: row[1] for row in rows}
    acknowledged = clients.acknowledged
    assert acknowledged.keys() <= found.keys()
    assert [key for key, state in acknowledged.items() if ORDER.index(found[key]) < ORDER.index(state)] == []
    assert found.keys() == with_evidence
    checked = run(postgres, "manage.py", "check_record")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_acknowledged_writes_survive_kills_of_server_and_database(
    postgres: EmbeddedPostgres, tokens: list[str]
) -> None:
    editor, chief = tokens
    server = Server(postgres)
    clients = Clients(server, editor, chief)
    try:
        with clients.running(3):
            for _kill in range(examples(1, fuzzing=5)):
                clients.wait_for(STEPS)
                clients.server.kill()
                clients.server = Server(postgres)
            clients.wait_for(STEPS)

            kill_all(int((postgres.data / "postmaster.pid").read_text().split()[0]))
            postgres.release()
            postgres.start()
            clients.wait_for(STEPS)  # the server reconnects by itself
        verify(postgres, clients)
    finally:
        clients.server.kill()
