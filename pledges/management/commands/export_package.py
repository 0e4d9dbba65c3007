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

    def handle(self, *args: Any, place: Path, **options: Any) -> None:
        try:
            counts = write(place.resolve(), self._progress)
        except NotAPackageError as error:
            raise CommandError(f"{error} Nothing was written.") from error
        except OSError as error:
            raise CommandError(f"{place} can't be written: {error.strerror}") from error
        totals = [format_count(counts["pledges"], "pledge"), format_count(counts["follow_ups"], "follow-up")]
        self.stderr.write(f"{', '.join(totals)} and the tables that they refer to exported to {place}")

    def _progress(self, table: str, count: int) -> None:
        self.report_progress(f"{table}: {format_count(count, 'row')} written")
