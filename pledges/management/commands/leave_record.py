from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from pledges.importer.file_problems import LoadError
from pledges.importer.leaving import leave
from pledges.management.base import RecordCommand, format_count


class Command(RecordCommand):
    help = "Retract the pledges of a record, and delete the places, metrics and units that only it needed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path, help="the folder of the record")
        parser.add_argument("--check", action="store_true", help="report only; write nothing")

    def handle(self, *args: Any, folder: Path, check: bool, **options: Any) -> None:
        try:
            report = leave(folder, check=check)
        except LoadError as error:
            for problem in error.problems.kept:
                self.stderr.write(str(problem), self.style.ERROR)
            raise CommandError("Nothing was changed.") from error
        for proposal in report.proposals:
            self.stdout.write(f"{proposal.name}: has a verdict, so its retraction is proposed as an amendment")
        if report.used:
            self.stdout.write(f"Kept, because other rows refer to them: {', '.join(report.used)}")
        if report.deleted:
            self.stdout.write(f"Deleted: {', '.join(report.deleted)}")
        self.stdout.write(
            f"{format_count(report.retracted, 'pledge')} retracted,"
            f" {format_count(len(report.deleted), 'row')} of reference data deleted"
            f"{'; only checked, nothing was written' if check else ''}"
        )
