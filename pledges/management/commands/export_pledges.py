import os
import sys
from argparse import BooleanOptionalAction
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import CommandError, CommandParser

from pledges.exports import flat_pledges
from pledges.management.base import RecordCommand, format_count


class Command(RecordCommand):
    help = "Write every public pledge as JSON Lines or CSV; JSON Lines can be loaded again with `load_pledges`."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=flat_pledges.FORMATS, default="jsonl")
        parser.add_argument("--output", metavar="FILE", type=Path, help="a file to write to; default: standard output")
        parser.add_argument(
            "--escape-formulas",
            action=BooleanOptionalAction,
            default=True,
            help="in CSV, put an apostrophe before texts that a spreadsheet program would evaluate as a formula (the"
            " default), or write all texts exactly as they are; JSON Lines always have the exact texts",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        output: Path | None = options["output"]
        write = partial(
            flat_pledges.write,
            kind=options["format"],
            progress=self._progress,
            escape_formulas=options["escape_formulas"],
        )
        if output is None:
            try:
                count = write(self.stdout)
                self.stdout.flush()
            except BrokenPipeError:  # the reader has closed the pipe
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
                return
            except OSError as error:
                raise CommandError(f"The standard output can't be written: {error.strerror}") from error
        else:
            count = self._write_file(output.resolve(), write)
        self.stderr.write(f"{format_count(count, 'pledge')} exported{f' to {output}' if output else ''}")

    def _progress(self, count: int) -> None:
        self.report_progress(f"{format_count(count, 'pledge')} written")

    def _write_file(self, output: Path, write: Callable[[TextIO], int]) -> int:
        try:
            if output.exists() and not output.is_file():  # a device or a pipe
                with output.open("w", encoding="utf-8", newline="") as file:
                    return write(file)
            return self._replace(output, write)
        except OSError as error:
            raise CommandError(f"{output} can't be written: {error.strerror}") from error

    def _replace(self, output: Path, write: Callable[[TextIO], int]) -> int:
        """Write to a temporary file and rename it, so that the output is never incomplete."""
        part = output.with_name(f".{output.name}.{os.getpid()}.part")
        try:
            with part.open("w", encoding="utf-8", newline="") as file:
                count = write(file)
            part.replace(output)
        finally:
            part.unlink(missing_ok=True)
        return count
