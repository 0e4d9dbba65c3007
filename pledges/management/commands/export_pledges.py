import os
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from pledges.exports import flat_pledges
from pledges.management.base import RecordCommand, format_count


class Command(RecordCommand):
    help = "Write every public pledge as JSON Lines or CSV; JSON Lines can be loaded again with `load_pledges`."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=flat_pledges.FORMATS, default="jsonl")
        parser.add_argument("--output", metavar="FILE", type=Path, help="a file to write to; default: standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        output: Path | None = options["output"]
        if output is None:
            try:
                count = flat_pledges.write(self.stdout, options["format"], self._progress)
                self.stdout.flush()
            except BrokenPipeError:  # the reader has closed the pipe
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
                return
            except OSError as error:
                raise CommandError(f"The standard output can't be written: {error.strerror}") from error
        else:
            count = self._write_file(output.resolve(), options["format"])
        self.stderr.write(f"{format_count(count, 'pledge')} exported{f' to {output}' if output else ''}")

    def _progress(self, count: int) -> None:
        self.report_progress(f"{format_count(count, 'pledge')} written")

    def _write_file(self, output: Path, kind: str) -> int:
        try:
            if output.exists() and not output.is_file():  # a device or a pipe
                with output.open("w", encoding="utf-8", newline="") as file:
                    return flat_pledges.write(file, kind, self._progress)
            return self._replace(output, kind)
        except OSError as error:
            raise CommandError(f"{output} can't be written: {error.strerror}") from error

    def _replace(self, output: Path, kind: str) -> int:
        """Write to a temporary file and rename it, so that the output is never incomplete."""
        part = output.with_name(f".{output.name}.{os.getpid()}.part")
        try:
            with part.open("w", encoding="utf-8", newline="") as file:
                count = flat_pledges.write(file, kind, self._progress)
            part.replace(output)
        finally:
            part.unlink(missing_ok=True)
        return count
