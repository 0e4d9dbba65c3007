"""Store uploaded files between preview and confirmation.

Each file is a signed session of its own: in the database, where every server process finds it, and deleted after
an hour without confirmation. It is not in the editor's session, because every request reads that.
"""

from base64 import b64decode, b64encode

from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

MAX_AGE = 60 * 60  # in seconds


def store(content: bytes, *, by: User) -> str:
    """Store a file of a user. Return its key."""
    SessionStore.clear_expired()
    session = SessionStore()
    session["actuals"] = {"user": by.pk, "content": b64encode(content).decode()}
    session.set_expiry(MAX_AGE)
    session.create()
    return str(session.session_key)


def find(key: str, *, by: User) -> bytes | None:
    """Return the stored file, or None if it was confirmed, has expired, or is another user's."""
    upload = SessionStore(key).get("actuals")
    return b64decode(upload["content"]) if upload and upload["user"] == by.pk else None


def delete(key: str) -> bool:
    """Delete a file. Return False if it no longer exists, because it was confirmed before."""
    return bool(Session.objects.filter(session_key=key).delete()[0])
