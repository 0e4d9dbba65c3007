"""Verify webhooks of Duixian with Python's standard library."""

import base64
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

MAX_AGE_SECONDS = 300


def verified(secret: str, headers: Mapping[str, str], body: bytes) -> Any:
    """Return the message, or None if the signature is wrong or the message is too old."""
    sent_at = headers.get("webhook-timestamp", "")
    if not sent_at.isdecimal() or abs(time.time() - int(sent_at)) > MAX_AGE_SECONDS:
        return None
    signed = f"{headers.get('webhook-id')}.{sent_at}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    if not hmac.compare_digest(expected, headers.get("webhook-signature", "")):
        return None
    return json.loads(body)
