"""The sidebar of the admin. Sections that are used daily come first."""

from typing import Any

from django.apps import apps
from django.contrib.admin import site
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

SECTIONS = [
    (
        _("Checking"),
        {"pledges.PledgeToCheck": "checklist", "pledges.FollowUp": "gavel", "pledges.Amendment": "edit_note"},
    ),
    (
        _("Pledges and sources"),
        {
            "pledges.Pledge": "fact_check",
            "pledges.WaitingDraft": "hourglass_top",
            "pledges.Statement": "format_quote",
            "pledges.Document": "newspaper",
        },
    ),
    (
        _("People and places"),
        {
            "pledges.Official": "person",
            "pledges.Post": "badge",
            "pledges.Body": "account_balance",
            "pledges.District": "map",
        },
    ),
    (
        _("Metrics and units"),
        {
            "pledges.Metric": "monitoring",
            "pledges.Topic": "category",
            "pledges.Unit": "straighten",
            "pledges.Dimension": "function",
        },
    ),
    (_("Accounts"), {"auth.User": "group", "auth.Group": "shield_person", "pledges.ApiToken": "key"}),
    (_("Webhooks"), {"pledges.WebhookSubscription": "webhook", "pledges.WebhookDelivery": "outbox"}),
]


def sections(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the sections with the models that the user may view, in the format of Unfold."""
    return [
        {"title": title, "items": [_item(model, icon) for model, icon in models.items() if _may_view(request, model)]}
        for title, models in SECTIONS
        if any(_may_view(request, model) for model in models)
    ]


def _may_view(request: HttpRequest, model: str) -> bool:
    # Not `user.has_perm()`: the list of pledges to check has the permissions of pledges.
    return site.get_model_admin(apps.get_model(model)).has_view_permission(request)


def _item(model: str, icon: str) -> dict[str, Any]:
    meta = site.get_model_admin(apps.get_model(model)).opts
    return {
        "title": capfirst(meta.verbose_name_plural),
        "icon": icon,
        "link": reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist"),
    }
