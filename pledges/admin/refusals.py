"""The database's refusals in the words of the constraint."""

from typing import Any

from django.apps import apps
from django.db import DatabaseError
from django.utils.translation import gettext as _

from pledges.models.triggers import MESSAGES


def reason(refusal: DatabaseError) -> str:
    """The message of the constraint or trigger that refused a row, or else what the database said."""
    diagnosis = getattr(refusal.__cause__, "diag", None)
    messages: dict[str, Any] = dict(MESSAGES)
    for model in apps.get_app_config("pledges").get_models():
        constraints = model._meta.constraints
        messages |= {constraint.name: constraint.violation_error_message for constraint in constraints}
    name = getattr(diagnosis, "constraint_name", None)
    if name in messages:
        return str(messages[name])
    return _("The database refused this: %(reason)s") % {"reason": getattr(diagnosis, "message_primary", refusal)}
