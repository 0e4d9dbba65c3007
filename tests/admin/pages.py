"""URLs, form data and responses of the admin pages of follow-ups."""

from typing import Any

from django.test import Client
from django.urls import reverse

from pledges.models import FollowUp, Pledge

LIST = "/admin/pledges/followup/"


def add_url(pledge: Pledge) -> str:
    return reverse("admin:pledges_followup_add", query={"pledge": pledge.pk})


def change_url(follow_up: FollowUp) -> str:
    return reverse("admin:pledges_followup_change", args=[follow_up.pk])


def evidence_row(number: int = 0, **fields: Any) -> dict[str, Any]:
    """Return the form data of a row of evidence, by default a link."""
    empty = dict.fromkeys(["id", "follow_up", "url", "statement", "title", "publisher", "published_on", "quote"], "")
    values = fields or {"url": "https://news.example/report"}
    return {f"evidence-{number}-{name}": value for name, value in (empty | values).items()}


def filled_in(*rows: dict[str, Any], initial: int = 0, **fields: Any) -> dict[str, Any]:
    evidence = {name: value for row in rows for name, value in row.items()}
    empty = {"actual": "", "unit": "亿元", "as_of": "2025-12-31", "status": "met", "reason": "", "summary": ""}
    return empty | {"evidence-TOTAL_FORMS": len(rows), "evidence-INITIAL_FORMS": initial} | evidence | fields


def errors(client: Client, url: str, data: dict[str, Any]) -> dict[str, list[str]]:
    """Post an invalid form, and return its errors by field; `evidence` has the errors of all evidence."""
    response = client.post(url, data)
    assert response.status_code == 200, "the form was saved"
    found = dict(response.context["adminform"].form.errors)
    for inline in response.context["inline_admin_formsets"]:
        rows = [message for row in inline.formset.errors for messages in row.values() for message in messages]
        if rows:
            found["evidence"] = rows
    return found


def messages(client: Client, url: str, data: dict[str, Any]) -> str:
    """Post a form, follow the redirect, and return the messages on the page."""
    page = client.post(url, data, follow=True)
    assert page.status_code == 200
    return "\n".join(str(message) for message in page.context["messages"])
