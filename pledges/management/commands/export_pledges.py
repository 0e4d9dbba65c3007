import os
import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from pledges.exports import flat_pledges
from pledges.management.base import RecordCommand


class Command(RecordCommand):
    help = "Write every public pledge as JSON Lines or CSV; `load_pledges` reads the first again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=flat_pledges.FORMATS, default="jsonl")
        parser.add_argument("--output", metavar="FILE", type=Path, help="instead of the standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        self.started = time.monotonic()
        output: Path | None = options["output"]
        if output is None:
            try:
                count = flat_pledges.write(self.stdout, options["format"], self._progress)
                self.stdout.flush()
            except BrokenPipeError:  # the reader has seen enough
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
                return
            except OSError as error:
                raise CommandError(f"The standard output can't be written: {error.strerror}") from error
        else:
            count = self._write_file(output.resolve(), options["format"])
        self.stderr.write(f"{count} pledges exported{f' to {output}' if output else ''}")

    def _progress(self, count: int) -> None:
        seconds = time.monotonic() - self.started
        if seconds > 2:
            self.stderr.write(f"{seconds:.0f} s: {count} pledges written …")

    def _write_file(self, output: Path, kind: str) -> int:
        try:
            if output.exists() and not output.is_file():  # a device or a pipe
                with output.open("w", encoding="utf-8", newline="") as file:
                    return flat_pledges.write(file, kind, self._progress)
            return self._replace(output, kind)
        except OSError as error:
            raise CommandError(f"{output} can't be written: {error.strerror}") from error

    def _replace(self, output: Path, kind: str) -> int:
        """Write beside the file and put it in its place when it is whole."""
        part = output.with_name(f".{output.name}.{os.getpid()}.part")
        try:
            with part.open("w", encoding="utf-8", newline="") as file:
                count = flat_pledges.write(file, kind, self._progress)
            part.replace(output)
        finally:
            part.unlink(missing_ok=True)
        return count
