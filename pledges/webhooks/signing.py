"""Signatures of the Standard Webhooks specification. With them, a receiver verifies origin, time and content."""

import hmac
from base64 import b64decode, b64encode

from pledges.models.webhook import SECRET_PREFIX


def signature_headers(secret: str, *, message_id: str, sent_at: int, body: bytes) -> dict[str, str]:
    """Return the three headers of a signed message. `sent_at` is in seconds since 1970."""
    key = b64decode(secret.removeprefix(SECRET_PREFIX))
    digest = hmac.digest(key, f"{message_id}.{sent_at}.".encode() + body, "sha256")
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(sent_at),
        "webhook-signature": f"v1,{b64encode(digest).decode()}",
    }
