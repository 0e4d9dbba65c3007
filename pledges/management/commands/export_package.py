from argparse import BooleanOptionalAction
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from pledges.exports.data_package.writing import NotAPackageError, write
from pledges.management.base import RecordCommand, format_count


class Command(RecordCommand):
    help = "Write the public record as a Data Package: CSV files, and a description of their types and foreign keys."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "place", metavar="PLACE", type=Path, help="a folder or a .zip file; an existing package is replaced"
        )
        parser.add_argument(
            "--escape-formulas",
            action=BooleanOptionalAction,
            default=False,
            help="put an apostrophe before texts that a spreadsheet program would evaluate as a formula, or write all"
            " texts exactly as they are (the default); use it for packages that people open in such a program",
        )

    def handle(self, *args: Any, place: Path, escape_formulas: bool, **options: Any) -> None:
        try:
            counts = write(place.resolve(), self._progress, escape_formulas=escape_formulas)
        except NotAPackageError as error:
            raise CommandError(f"{error} Nothing was written.") from error
        except OSError as error:
            raise CommandError(f"{place} can't be written: {error.strerror}") from error
        totals = [format_count(counts["pledges"], "pledge"), format_count(counts["follow_ups"], "follow-up")]
        self.stderr.write(f"{', '.join(totals)} and the tables that they refer to exported to {place}")

    def _progress(self, table: str, count: int) -> None:
        self.report_progress(f"{table}: {format_count(count, 'row')} written")
