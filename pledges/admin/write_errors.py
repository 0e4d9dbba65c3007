"""Convert database errors on write to messages for editors."""

from django.db import DatabaseError, DataError, IntegrityError, OperationalError
from django.utils.translation import gettext as _

from pledges.models.violations import violated_constraint, violation_messages

WRITE_ERRORS = (DataError, IntegrityError, OperationalError)
"""Errors that a row or a concurrent transaction can cause. Errors of a faulty query are not among them."""


def error_message(error: DatabaseError) -> str:
    """Return the message of the violated constraint or trigger if it is known, otherwise PostgreSQL's own."""
    name, _row = violated_constraint(error)
    if name in (messages := violation_messages()):
        return str(messages[name])
    if isinstance(error, OperationalError):  # a deadlock or a lock timeout
        return _("Somebody else is changing the same rows. Try again.")
    diagnosis = getattr(error.__cause__, "diag", None)
    return _("The database rejected this: %(reason)s") % {"reason": getattr(diagnosis, "message_primary", error)}
