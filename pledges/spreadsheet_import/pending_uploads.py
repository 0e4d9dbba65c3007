"""Store uploaded sheets between preview and confirmation.

Each sheet is a signed session of its own: in the database, where every server process finds it, and deleted after
an hour without confirmation. It is not in the editor's session, because every request reads that.
"""

from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from pledges.spreadsheet_import.cells import Sheet

MAX_AGE = 60 * 60  # in seconds


def store(sheet: Sheet, *, kind: str, by: User) -> str:
    """Store a sheet of a user, which has rows of this kind. Return its key."""
    SessionStore.clear_expired()
    session = SessionStore()
    session[kind] = {"user": by.pk, "sheet": sheet.as_json()}
    session.set_expiry(MAX_AGE)
    session.create()
    return str(session.session_key)


def find(key: str, *, kind: str, by: User) -> Sheet | None:
    """Return the stored sheet, or None if it was confirmed, has expired, or is another user's or of another kind."""
    upload = SessionStore(key).get(kind)
    return Sheet.from_json(upload["sheet"]) if upload and upload["user"] == by.pk else None


def delete(key: str) -> bool:
    """Delete a sheet. Return False if it no longer exists, because it was confirmed before."""
    return bool(Session.objects.filter(session_key=key).delete()[0])
