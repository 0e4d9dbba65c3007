from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from pledges.importer.reference_data import load_missing
from pledges.management.base import format_count, unapplied_migrations_or_error
from pledges.models import Pledge


class Command(BaseCommand):
    help = "Bring the database up to date: apply migrations, load reference data and load seeds/. It can be repeated."
    requires_system_checks = []  # `migrate` runs them

    def handle(self, *args: Any, **options: Any) -> None:
        is_behind = bool(unapplied_migrations_or_error())
        call_command("migrate", verbosity=int(is_behind))
        self.stdout.write(f"Reference data: {format_count(load_missing(), 'row')} added.")
        try:
            call_command("load_pledges", stdout=self.stdout, stderr=self.stderr)
        except CommandError as error:
            # Renaming a unit or a district in the admin can make a file invalid; the site still works.
            if not Pledge.objects.exists():
                raise
            self.stderr.write(f"The files in seeds/ were not loaded again: {error}")
