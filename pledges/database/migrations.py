"""Whether the database has all migrations of this version."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def unapplied_migrations() -> list[str]:
    """The migrations that are still to be applied, as `app.name`, in their order.

    DatabaseError without a database, InconsistentMigrationHistory if an older version made it with migrations that no
    longer exist (0.3 and earlier: the first of today's migrations is not applied, but the second is).
    """
    executor = MigrationExecutor(connection)
    executor.loader.check_consistent_history(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]
