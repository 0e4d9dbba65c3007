"""What the tests of the follow-up desk share: its addresses, and a form as it is filled in."""

from typing import Any

from django.test import Client
from django.urls import reverse

from pledges.models import FollowUp, Pledge

LIST = "/admin/pledges/followup/"


def add_url(pledge: Pledge) -> str:
    return reverse("admin:pledges_followup_add", query={"pledge": pledge.pk})


def change_url(follow_up: FollowUp) -> str:
    return reverse("admin:pledges_followup_change", args=[follow_up.pk])


def proof(number: int = 0, **fields: Any) -> dict[str, Any]:
    """A row of evidence as the form posts it: a link, if nothing else is said."""
    empty = dict.fromkeys(["id", "follow_up", "url", "statement", "title", "publisher", "published_on", "quote"], "")
    given = fields or {"url": "https://news.example/report"}
    return {f"evidence-{number}-{name}": value for name, value in (empty | given).items()}


def filled_in(*proofs: dict[str, Any], initial: int = 0, **fields: Any) -> dict[str, Any]:
    rows = {name: value for row in proofs for name, value in row.items()}
    empty = {"actual": "", "unit": "亿元", "as_of": "2025-12-31", "status": "met", "reason": "", "summary": ""}
    return empty | {"evidence-TOTAL_FORMS": len(proofs), "evidence-INITIAL_FORMS": initial} | rows | fields


def errors(client: Client, url: str, data: dict[str, Any]) -> dict[str, list[str]]:
    """What a refused form says: beside the fields of the follow-up, and all of the evidence under `evidence`."""
    response = client.post(url, data)
    assert response.status_code == 200, "it was saved"
    said = dict(response.context["adminform"].form.errors)
    for inline in response.context["inline_admin_formsets"]:
        rows = [message for row in inline.formset.errors for messages in row.values() for message in messages]
        if rows:
            said["evidence"] = rows
    return said


def messages(client: Client, url: str, data: dict[str, Any]) -> str:
    """What the page that follows says."""
    page = client.post(url, data, follow=True)
    assert page.status_code == 200
    return "\n".join(str(message) for message in page.context["messages"])
