"""Create databases beside the test database, and run commands of `manage.py` on any database."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.conf import settings
from django.db import connection


def manage(url: str, *command: str) -> str:
    """Run a command on the database of this URL and return its output. Raise AssertionError if it fails."""
    environment = {"DATABASE_URL": url, "SECRET_KEY": "only for this test", "HTTPS": "0"}
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=settings.BASE_DIR,
        env=os.environ | environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def database_url(name: str) -> str:
    """Return the URL of a database on the server of the tests."""
    own = connection.get_connection_params()
    password = f":{own['password']}" if own.get("password") else ""
    return f"postgres://{own['user']}{password}@/{name}?host={own['host']}&port={own['port']}"


@contextmanager
def new_database(purpose: str) -> Iterator[str]:
    """Create an empty database next to the test database, and return its URL."""
    name = f"{connection.settings_dict['NAME']}_{purpose}"  # each worker has a test database of its own
    with psycopg.connect(database_url("postgres"), autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        yield database_url(name)
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")
