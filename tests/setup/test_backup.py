"""The scripts `backup` and `restore-drill` of `docs/deploy/`: a dump can be restored, and old ones are deleted."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from config.embedded.postgres import BIN
from pledges.models import Pledge
from tests.factories import Record
from tests.upgrades.database import database_url, new_database

FOLDER = settings.BASE_DIR / "docs" / "deploy"
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def drill() -> Iterator[str]:
    with new_database("drill") as url:
        yield url


def run(script: str, *arguments: object, **variables: str) -> "subprocess.CompletedProcess[str]":
    debian = Path(f"/usr/lib/postgresql/{connection.cursor().connection.info.server_version // 10_000}/bin")
    tools = debian if debian.exists() else BIN
    environment = {"DATABASE_URL": database_url(connection.settings_dict["NAME"]), "SECRET_KEY": "x", "HTTPS": "0"}
    return subprocess.run(
        [FOLDER / script, *map(str, arguments)],
        env=os.environ | environment | {"PATH": f"{tools}:{os.environ['PATH']}"} | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_backup_is_restored_and_verified(committed_record: Record, tmp_path: Path, drill: str) -> None:
    with psycopg.connect(drill) as former:
        former.execute("CREATE TABLE pledges_pledge (id int)")
    assert run("backup", tmp_path).returncode == 0
    (dump,) = tmp_path.iterdir()
    assert dump.stat().st_mode & 0o777 == 0o600

    done = run("restore-drill", tmp_path, DRILL_DATABASE_URL=drill)
    assert done.returncode == 0, done.stderr
    assert "no violations" in done.stdout
    assert f"Restored {dump}" in done.stdout
    with psycopg.connect(drill) as restored:
        assert restored.execute("SELECT count(*) FROM pledges_pledge").fetchone() == (Pledge.objects.count(),)
    assert Pledge.objects.exists()


def test_empty_backup_fails_the_drill(tmp_path: Path, drill: str) -> None:
    run("backup", tmp_path, DATABASE_URL=drill)
    done = run("restore-drill", tmp_path, DRILL_DATABASE_URL=drill)
    assert done.returncode == 1
    assert "The database is not up to date" in done.stderr
    assert "Restored" not in done.stdout


def test_rotation_keeps_newest_backups(tmp_path: Path) -> None:
    for month in ("01", "02", "03"):
        (tmp_path / f"duixian-2026-{month}-01T00-00-00Z.dump").touch()
    (tmp_path / "other.dump").touch()
    assert run("backup", tmp_path, 2).returncode == 0
    old, new, other = sorted(path.name for path in tmp_path.iterdir())
    assert (old, other) == ("duixian-2026-03-01T00-00-00Z.dump", "other.dump")
    assert new > old


def test_failed_backup_deletes_nothing(tmp_path: Path) -> None:
    dump = tmp_path / "duixian-2026-01-01T00-00-00Z.dump"
    dump.touch()
    done = run("backup", tmp_path, 0, DATABASE_URL=database_url("nothing_of_this_name"))
    assert done.returncode != 0
    assert list(tmp_path.glob("duixian-*")) == [dump]


def test_drill_fails_without_recent_backup(tmp_path: Path, drill: str) -> None:
    dump = tmp_path / "duixian-2026-01-01T00-00-00Z.dump"
    dump.touch()
    os.utime(dump, (0, 0))
    done = run("restore-drill", tmp_path, DRILL_DATABASE_URL=drill)
    assert (done.returncode, done.stderr) == (1, f"There is no dump of the last two days in {tmp_path}.\n")


def test_drill_empties_no_other_database(committed_record: Record, tmp_path: Path) -> None:
    run("backup", tmp_path)
    done = run("restore-drill", tmp_path, DRILL_DATABASE_URL=database_url(connection.settings_dict["NAME"]))
    assert done.returncode == 1
    assert "doesn't end with _drill" in done.stderr
    assert Pledge.objects.exists()
