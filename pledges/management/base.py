"""The base class of commands that read or write the record."""

import shlex
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from django.db.migrations.exceptions import InconsistentMigrationHistory

from pledges.database.migrations import ADVICE, OLDER_VERSION, unapplied_migrations

QUIET_SECONDS = 2  # progress is reported only after this time, because most runs take less


class RecordCommand(BaseCommand):
    """A command that needs a database with all migrations; otherwise it fails with a one-line message.

    System checks are skipped. They import every view, which would take longer than most commands. `manage.py check` and
    `manage.py migrate` run them.
    """

    requires_system_checks = []
    requires_migrations_checks = True

    def execute(self, *args: Any, **options: Any) -> str | None:
        self.started = time.monotonic()
        return super().execute(*args, **options)

    def report_progress(self, text: str) -> None:
        """Print the elapsed time and a text, unless the command has only just started."""
        seconds = time.monotonic() - self.started
        if seconds > QUIET_SECONDS:
            self.stderr.write(f"{seconds:.0f} s: {text} …")

    def check_migrations(self) -> None:
        """Raise CommandError if migrations are unapplied. (Django only prints a notice.)"""
        if missing := unapplied_migrations_or_error():
            raise CommandError(
                f"The database is not up to date: it lacks {missing[0]}. Run `python manage.py prepare` first."
            )


def unapplied_migrations_or_error() -> list[str]:
    """Like `unapplied_migrations()`, but raise CommandError if the database can't be reached or upgraded."""
    try:
        return unapplied_migrations()
    except OperationalError as error:
        reason = " ".join(str(error).split())
        raise CommandError(f"The database can't be reached: {reason}") from error
    except InconsistentMigrationHistory as error:
        raise CommandError(f"{OLDER_VERSION} {ADVICE}") from error


def record_or_error() -> Path:
    """Return the folder of the record. Raise CommandError if none is set, or if it does not exist."""
    if not settings.RECORD:
        raise CommandError("Name a file or a folder, or set RECORD to the folder of the record.")
    folder: Path = settings.RECORD
    if not folder.is_dir():
        raise CommandError(
            f"RECORD is {folder}, which is no folder. To begin a new record there:"
            f" python manage.py start_record {shlex.quote(str(folder))}"
        )
    return folder


def format_count(number: int, noun: str) -> str:
    """Format a number with its noun in singular or plural: `1 pledge`, `2 pledges`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
