"""Simulate commits for the change log within the transaction of a test."""

from functools import cache

from django.db import connection

from pledges.models.change_log import Revision


def commit() -> None:
    """Number the current revision; later changes belong to the next one."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"SET CONSTRAINTS {_triggers_of_revisions()} DEFERRED")
        cursor.execute("SELECT set_config('duixian.revision', '', true)")


@cache
def _triggers_of_revisions() -> str:
    triggers = Revision._meta.triggers  # type: ignore[attr-defined]  # pgtrigger adds it
    return ", ".join(trigger.get_pgid(Revision) for trigger in triggers if trigger.timing)
