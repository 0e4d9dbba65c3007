"""Whether the database still holds the rules of the record: the triggers and constraints that the models declare.

Not seen are foreign keys and unique columns that were dropped, and a constraint that was made anew under its name with
another condition. What comes in past them is found by the invariants, as far as these reach.
"""

from collections.abc import Iterator

import pgtrigger
from django.apps import apps
from django.db import connection, models
from pgtrigger.core import OUTDATED, UNINSTALLED

from pledges.integrity.invariants import Violation

MISSING = "this rule of the database is missing"
ALTERED = "this rule of the database is not what it should be"
SWITCHED_OFF = "this constraint or trigger is disabled"
UNPROVEN = "this constraint is not validated"

SOURCE = """
    SELECT prosrc FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE tgname = %s AND tgrelid = %s::regclass
"""
CONSTRAINTS = """
    SELECT conname, convalidated FROM pg_constraint WHERE conrelid = %(table)s::regclass
    UNION ALL
    SELECT relname, indisvalid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    WHERE indrelid = %(table)s::regclass AND indisunique
"""


def rules_not_at_work() -> Iterator[Violation]:
    """Each rule that is missing, altered or switched off, by its table and name."""
    for model, trigger in pgtrigger.registered():
        if fault := _fault_of_trigger(model, trigger):
            yield Violation(f"{model._meta.db_table}.{trigger.name}", fault)
    for checked in apps.get_app_config("pledges").get_models():
        yield from _faults_of_constraints(checked)


def _fault_of_trigger(model: models.Model, trigger: pgtrigger.Trigger) -> str | None:
    status, is_enabled = trigger.get_installation_status(model)
    if status == UNINSTALLED:
        return MISSING
    if status == OUTDATED:
        return ALTERED
    # The status comes from a comment on the trigger, which stays when its function is replaced.
    with connection.cursor() as cursor:
        cursor.execute(SOURCE, [trigger.get_pgid(model), model._meta.db_table])
        (source,) = cursor.fetchone()
    if f"$${source}$$" not in trigger.compile(model).install_sql:
        return ALTERED
    return None if is_enabled else SWITCHED_OFF


def _faults_of_constraints(model: type[models.Model]) -> Iterator[Violation]:
    with connection.cursor() as cursor:
        cursor.execute(CONSTRAINTS, {"table": model._meta.db_table})
        present = dict(cursor.fetchall())
    for constraint in model._meta.constraints:
        if not present.get(constraint.name):
            fault = UNPROVEN if constraint.name in present else MISSING
            yield Violation(f"{model._meta.db_table}.{constraint.name}", fault)
