"""The database's refusals in words."""

from typing import Any

from django.apps import apps
from django.db import DatabaseError

from pledges.models.triggers.rejection import MESSAGES


def rules() -> dict[str, Any]:
    """What each constraint and trigger holds, in words that are translated when shown, by its name."""
    words: dict[str, Any] = dict(MESSAGES)
    for model in apps.get_app_config("pledges").get_models():
        words |= {constraint.name: constraint.violation_error_message for constraint in model._meta.constraints}
    return words


def violated_constraint(refusal: DatabaseError) -> tuple[str, str]:
    """The name of the rule by which a row was refused, and the row's reference or slug; empty where unknown."""
    diagnosis = getattr(refusal.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None) or ""
    is_trigger = name in MESSAGES  # the detail of a constraint is the whole row
    return name, getattr(diagnosis, "message_detail", "") if is_trigger else ""
