"""The database's refusals in the words of the constraint."""

from django.db import DatabaseError, DataError, IntegrityError, OperationalError
from django.utils.translation import gettext as _

from pledges.models.violations import violated_constraint, violation_messages

REFUSALS = (DataError, IntegrityError, OperationalError)
"""What the database says to rows that break a rule or that others are changing, not to faulty queries."""


def reason(refusal: DatabaseError) -> str:
    """The message of the constraint or trigger that refused a row, or else what the database said."""
    name, _row = violated_constraint(refusal)
    if name in (words := violation_messages()):
        return str(words[name])
    if isinstance(refusal, OperationalError):  # a deadlock, or a lock that was waited for too long
        return _("Others were changing the same rows: try again.")
    diagnosis = getattr(refusal.__cause__, "diag", None)
    return _("The database refused this: %(reason)s") % {"reason": getattr(diagnosis, "message_primary", refusal)}
