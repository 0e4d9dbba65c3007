"""Signatures, by which a receiver verifies the origin, integrity and time of a message."""

import base64
import hashlib
import hmac
import json
import runpy
import shutil
import subprocess
import time
from typing import Any

import pytest
from django.conf import settings

from pledges.models import WebhookSubscription
from tests.factories import Record, make_subscription

from .deliveries import deliver, retract
from .receiver import Received, Receiver

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

EXAMPLES = settings.BASE_DIR / "docs" / "examples"
SCRIPT = """
import {{ verified }} from "{module}";
import {{ readFileSync }} from "node:fs";
const [secret, headers, body] = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(verified(secret, headers, Buffer.from(body))));
"""


def verified_by_javascript(secret: str, headers: dict[str, str], body: bytes) -> Any:
    if not shutil.which("node"):
        pytest.skip("Node is not installed")
    script = SCRIPT.format(module=(EXAMPLES / "receive_webhook.mjs").as_uri())
    process = subprocess.run(
        ["node", "--input-type=module", "--eval", script],
        input=json.dumps([secret, headers, body.decode()]),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(process.stdout)


VERIFIERS = {
    "python": runpy.run_path(str(EXAMPLES / "receive_webhook.py"))["verified"],
    "javascript": verified_by_javascript,
}


def is_signed(message: Received, secret: str) -> bool:
    """Verify a signature independently of the code under test."""
    signed = f"{message.id}.{message.headers['webhook-timestamp']}.".encode() + message.body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return message.headers["webhook-signature"] == f"v1,{expected}"


def test_signature_is_verified_with_secret(record: Record, receiver: Receiver) -> None:
    subscription = make_subscription(url=receiver.url)
    retract(record.investment)
    deliver()
    (message,) = receiver.received
    assert message.content["id"] == message.id
    assert abs(time.time() - int(message.headers["webhook-timestamp"])) < 60
    assert is_signed(message, subscription.secret)
    assert not is_signed(message, make_subscription().secret)


def test_changed_message_is_not_verified(record: Record, receiver: Receiver) -> None:
    subscription = make_subscription(url=receiver.url)
    retract(record.investment)
    deliver()
    (message,) = receiver.received
    forged = Received(message.path, message.headers, message.body.replace(b"withdrawn", b"created"))
    assert not is_signed(forged, subscription.secret)
    message.headers["webhook-timestamp"] = "1"
    assert not is_signed(message, subscription.secret)


@pytest.mark.parametrize("language", ["python", "javascript"])
def test_documented_receivers_verify_signature(record: Record, receiver: Receiver, language: str) -> None:
    verified = VERIFIERS[language]
    secret, other = (make_subscription(name, url=f"{receiver.url}/{name}").secret for name in ("one", "other"))
    WebhookSubscription.objects.filter(name="other").delete()
    retract(record.investment)
    deliver()
    (message,) = receiver.received
    headers, body = message.headers, message.body
    old = headers | {"webhook-timestamp": str(int(headers["webhook-timestamp"]) - 600)}
    assert verified(secret, headers, body) == message.content
    assert verified(other, headers, body) is None
    assert verified(secret, headers, body + b" ") is None
    assert verified(secret, headers | {"webhook-id": "1"}, body) is None
    assert verified(secret, old, body) is None
    assert verified(secret, {}, body) is None
