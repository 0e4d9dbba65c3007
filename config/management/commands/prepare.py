from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from pledges.importer import roles
from pledges.importer.reference.shipped import load_shipped
from pledges.lookups.wording import display_path
from pledges.management.base import format_count, unapplied_migrations_or_error
from pledges.models import Pledge


class Command(BaseCommand):
    help = "Bring the database up to date: apply migrations, load reference data and the record. It can be repeated."
    requires_system_checks = []  # `migrate` runs them

    def handle(self, *args: Any, **options: Any) -> None:
        is_behind = bool(unapplied_migrations_or_error())
        call_command("migrate", verbosity=int(is_behind))
        self.load_reference_data()
        if settings.RECORD:
            self.load_record(settings.RECORD)
        else:
            self.stdout.write("No record is loaded: RECORD, the variable that names its folder, is empty.")

    def load_reference_data(self) -> None:
        granted, report = roles.add_missing(), load_shipped()
        updated = f", {report.updated} updated" if report.updated else ""
        self.stdout.write(f"Reference data: {format_count(granted + report.added, 'row')} added{updated}.")

    def load_record(self, folder: Path) -> None:
        try:
            call_command("load_pledges", stdout=self.stdout, stderr=self.stderr)
        except CommandError as error:
            # Renaming a unit or a district in the admin can make a file invalid; the site still works.
            if not Pledge.objects.exists():
                raise
            self.stderr.write(f"The files in {display_path(folder)} were not loaded again: {error}")
        if not Pledge.objects.exists():
            self.stdout.write(
                f"The record is empty. Write its first page in {display_path(folder)} and load it (docs/own-record.md),"
                " or enter it in the admin, beginning with a document."
            )
