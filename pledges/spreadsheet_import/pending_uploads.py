"""A file between its preview and its confirmation.

It is kept as a session of its own: in the database, so that another process of the server finds it, signed, and
gone when it is not confirmed within the hour. The editor's own session stays small, since every request reads it.
"""

from base64 import b64decode, b64encode

from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

SECONDS = 60 * 60


def keep(content: bytes, *, by: User) -> str:
    """Put a file aside; the key under which it is found again."""
    SessionStore.clear_expired()
    store = SessionStore()
    store["actuals"] = {"user": by.pk, "content": b64encode(content).decode()}
    store.set_expiry(SECONDS)
    store.create()
    return str(store.session_key)


def kept(key: str, *, by: User) -> bytes | None:
    """A file that this user put aside; None if it was confirmed already, or is too old."""
    upload = SessionStore(key).get("actuals")
    return b64decode(upload["content"]) if upload and upload["user"] == by.pk else None


def drop(key: str) -> bool:
    """Forget a file; False if somebody else has done so, which a click too many is."""
    return bool(Session.objects.filter(session_key=key).delete()[0])
