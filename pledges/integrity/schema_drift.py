"""Compare the triggers and constraints of the database with those that the models declare.

Not detected: dropped foreign keys and unique columns, and a constraint that was replaced by another one of the same
name. The invariants find some of the rows that these would have rejected.
"""

from collections.abc import Iterator

import pgtrigger
from django.apps import apps
from django.db import connection, models
from pgtrigger.core import OUTDATED, UNINSTALLED

from pledges.integrity.invariants import Violation

MISSING = "this rule of the database is missing"
ALTERED = "this rule of the database differs from the declared one"
DISABLED = "this rule of the database is disabled"
NOT_VALIDATED = "this rule of the database was not validated against existing rows"

FUNCTION_SOURCE = """
    SELECT prosrc FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE tgname = %s AND tgrelid = %s::regclass
"""
CONSTRAINTS = """
    SELECT conname, convalidated FROM pg_constraint WHERE conrelid = %(table)s::regclass
    UNION ALL
    SELECT relname, indisvalid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    WHERE indrelid = %(table)s::regclass AND indisunique
"""


def missing_or_disabled_rules() -> Iterator[Violation]:
    """Yield each rule that is missing, altered, disabled or not validated, by table and name."""
    for model, trigger in pgtrigger.registered():
        if fault := _trigger_fault(model, trigger):
            yield Violation(f"{model._meta.db_table}.{trigger.name}", fault)
    for checked in apps.get_app_config("pledges").get_models():
        yield from _constraint_faults(checked)


def _trigger_fault(model: models.Model, trigger: pgtrigger.Trigger) -> str | None:
    status, is_enabled = trigger.get_installation_status(model)
    if status == UNINSTALLED:
        return MISSING
    if status == OUTDATED:
        return ALTERED
    # The status is read from a comment on the trigger, which stays the same when its function is replaced.
    with connection.cursor() as cursor:
        cursor.execute(FUNCTION_SOURCE, [trigger.get_pgid(model), model._meta.db_table])
        (source,) = cursor.fetchone()
    if f"$${source}$$" not in trigger.compile(model).install_sql:
        return ALTERED
    return None if is_enabled else DISABLED


def _constraint_faults(model: type[models.Model]) -> Iterator[Violation]:
    with connection.cursor() as cursor:
        cursor.execute(CONSTRAINTS, {"table": model._meta.db_table})
        present = dict(cursor.fetchall())
    for constraint in model._meta.constraints:
        if not present.get(constraint.name):
            fault = NOT_VALIDATED if constraint.name in present else MISSING
            yield Violation(f"{model._meta.db_table}.{constraint.name}", fault)
