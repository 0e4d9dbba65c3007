"""Render the body of a webhook message: a change, and the pledge in its current state."""

from typing import Any

from django.conf import settings
from django.db.models import F
from rest_framework.renderers import JSONRenderer

from pledges.api.serializers.fields import MicrosecondDateTimeField
from pledges.api.serializers.records import PledgeSerializer, render_context
from pledges.models import Change, Pledge, Redirect, WebhookDelivery


def message_body(delivery: WebhookDelivery) -> bytes:
    """Return the message as JSON. It is rendered for each attempt, so that it contains no pledge retracted since."""
    change = delivery.change
    at: Any = change.revision.at if change else delivery.created_at
    content = {
        "id": str(delivery.message_id),
        "type": delivery.event,
        "timestamp": MicrosecondDateTimeField().to_representation(at),
        "data": _data(change) if change else {},
    }
    return JSONRenderer().render(content)


def _data(change: Change) -> dict[str, Any]:
    return {
        "ref": change.ref,
        "kind": change.kind,
        "status": change.status,
        "previous_status": change.previous_status,
        "amendment": change.amendment_id,
        "redirects": list(
            Redirect.objects.filter(revision=change.revision_id)
            .order_by("pk")
            .values("kind", old=F("source"), new=F("target"))
        ),
        "pledge": _pledge(change.ref),
    }


def _pledge(ref: str) -> dict[str, Any] | None:
    """Return the pledge as in a list of the API, or None if it is not public."""
    pledge = Pledge.objects.public().with_context().filter(ref=ref).first()
    if pledge is None:
        return None
    row = PledgeSerializer(pledge, context={"request": None, **render_context()}).data
    return {**row, "url": f"{settings.SITE_URL}{row['url']}"}
