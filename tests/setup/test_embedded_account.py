import os
import pwd
from pathlib import Path

import pytest

from config.embedded.account import make_parents_traversable, server_account


@pytest.fixture
def as_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 0)


def users(*names: str) -> dict[str, pwd.struct_passwd]:
    return {name: pwd.struct_passwd((name, "x", 70, 71, "", "/", "/bin/sh")) for name in names}


def test_unprivileged_user_runs_the_server_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 1000)

    assert server_account(tmp_path / "postgres") is None


@pytest.mark.usefixtures("as_root")
@pytest.mark.parametrize("name", ["postgres", "nobody"])
def test_root_uses_system_account_for_new_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    monkeypatch.setattr(pwd, "getpwnam", users(name).__getitem__)

    assert server_account(tmp_path / "postgres") == (70, 71)


@pytest.mark.usefixtures("as_root")
def test_root_without_system_account_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pwd, "getpwnam", users().__getitem__)

    with pytest.raises(LookupError, match="can't run as root"):
        server_account(tmp_path / "postgres")


def test_only_closed_parents_are_made_traversable(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "open").mkdir(mode=0o755)

    changed = make_parents_traversable(closed / "open" / "data")

    assert closed in changed
    assert closed / "open" not in changed
    assert closed.stat().st_mode & 0o777 == 0o701
