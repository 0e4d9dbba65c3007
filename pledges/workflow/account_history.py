"""The history of accounts: what changes without a form of the admin, which would log it itself."""

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User


def log_change(user: User, change: str, *, by: User) -> None:
    """Add a change to the history of a user. It is an untranslated message, translated when it is shown."""
    LogEntry.objects.log_actions(by.pk, [user], CHANGE, [{"changed": {"fields": [change]}}], single_object=True)
