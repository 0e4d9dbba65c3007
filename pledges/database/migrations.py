"""Find the migrations that a database lacks."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

# What to tell on InconsistentMigrationHistory.
OLDER_VERSION = "An older version has created this database, and it can't be upgraded."
ADVICE = "Create a new one: see “Upgrade” in docs/operating.md."


def unapplied_migrations() -> list[str]:
    """Return the migrations that are not applied yet, in order, each as `app.name`.

    Raises DatabaseError if the database can't be reached. Raises InconsistentMigrationHistory if version 0.3 or earlier
    has created it: its history has a migration of the same name as today's second one, but not the first.
    """
    executor = MigrationExecutor(connection)
    executor.loader.check_consistent_history(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]
