from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from pledges.importer.reference_data import load_missing
from pledges.models import Pledge


class Command(BaseCommand):
    help = "Brings the database up to date: migrations, reference data, the record. Running it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        executor = MigrationExecutor(connection)
        is_behind = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        call_command("migrate", verbosity=int(is_behind))
        self.stdout.write(f"Reference data: {load_missing()} rows added.")
        try:
            call_command("load_pledges", stdout=self.stdout, stderr=self.stderr)
        except CommandError as error:
            # A name that was changed in the admin can make a seed unreadable; the site runs on with what it has.
            if not Pledge.objects.exists():
                raise
            self.stderr.write(f"The record was not loaded again: {error}")
