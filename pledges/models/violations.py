"""Messages for the rules of the database, by the name of the constraint or of the rule that a trigger enforces."""

from typing import Any

from django.apps import apps
from django.db import DatabaseError

from pledges.models.triggers.rejection import MESSAGES


def violation_messages() -> dict[str, Any]:
    """Return the lazily translated message of each constraint and of each rule of a trigger, by name."""
    messages: dict[str, Any] = dict(MESSAGES)
    for model in apps.get_app_config("pledges").get_models():
        messages |= {constraint.name: constraint.violation_error_message for constraint in model._meta.constraints}
    return messages


def violated_constraint(error: DatabaseError) -> tuple[str, str]:
    """Return the name of the violated rule, and the reference or slug of the row. Each is empty if it is unknown."""
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None) or ""
    is_trigger = name in MESSAGES  # the detail of a check constraint is the whole row
    return name, getattr(diagnosis, "message_detail", "") if is_trigger else ""
