import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pledges import exporting


class Command(BaseCommand):
    help = "Write every public pledge as JSON Lines or CSV; `load_pledges` reads the first again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=exporting.FORMATS, default="jsonl")
        parser.add_argument("--output", metavar="FILE", type=Path, help="instead of the standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        output: Path | None = options["output"]
        if output is None:
            try:
                count = exporting.write(self.stdout, options["format"])
                self.stdout.flush()
            except BrokenPipeError:  # the reader has seen enough
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
                return
        else:
            count = self._replace(output, options["format"])
        self.stderr.write(f"{count} pledges exported{f' to {output}' if output else ''}")

    def _replace(self, output: Path, kind: str) -> int:
        """Write beside the file and put it in its place when it is whole."""
        try:
            with tempfile.NamedTemporaryFile(
                "w", encoding="utf-8", newline="", dir=output.parent, prefix=output.name, delete=False
            ) as file:
                count = exporting.write(file, kind)
            Path(file.name).chmod(0o644)
            Path(file.name).replace(output)
        except OSError as error:
            raise CommandError(f"{output} can't be written: {error.strerror}") from error
        return count
