"""Admin of drafts that wait for a name: a chief editor adds the name, or deletes the draft."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin
from unfold.decorators import action, display

from pledges.importer.waiting_drafts import add_completed
from pledges.locale.display_names import joined
from pledges.models import WaitingDraft
from pledges.spreadsheet_import.pledge_rows import HEADINGS

# The model whose row each field names, and the column of the name.
NAMED = {
    "metric": ("metric", "name"),
    "compared_with": ("metric", "name"),
    "unit": ("unit", "symbol"),
    "district": ("district", "name"),
    "post_district": ("district", "name"),
    "compared_with_district": ("district", "name"),
}


def report_completed(model_admin: ModelAdmin, request: HttpRequest) -> None:
    """Add the drafts that have waited for what was just saved, and tell the user."""
    if refs := add_completed():
        message = ngettext(
            "A draft that waited for a name was added: %(refs)s.",
            "Drafts that waited for a name were added: %(refs)s.",
            len(refs),
        )
        model_admin.message_user(request, message % {"refs": joined(refs)}, messages.SUCCESS)


@admin.register(WaitingDraft)
class WaitingDraftAdmin(ModelAdmin):
    compressed_fields = False
    list_display = ["__str__", "names", "document", "proposer", "created_at"]
    list_select_related = ["proposer"]
    fields = readonly_fields = ["names", "entered", "proposer", "created_at"]
    actions_list = ["try_again"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: WaitingDraft | None = None) -> bool:
        return False

    def has_try_again_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("pledges.add_metric")

    @action(description=_("Add those whose names are in the record now"), icon="refresh", permissions=["try_again"])
    def try_again(self, request: HttpRequest) -> HttpResponse:
        report_completed(self, request)
        return HttpResponseRedirect(reverse("admin:pledges_waitingdraft_changelist"))

    @display(description=_("document"))
    def document(self, waiting: WaitingDraft) -> str:
        return str(waiting.fields.get("document", ""))

    @display(description=_("waits for"))
    def names(self, waiting: WaitingDraft) -> str:
        """Return the missing names, each with a link to the form in which it is added."""
        return format_html_join("", '<p>{} <a class="text-link" href="{}">{}</a></p>', _links(waiting))

    @display(description=_("as entered"))
    def entered(self, waiting: WaitingDraft) -> str:
        rows = ((HEADINGS.get(name, name), value) for name, value in waiting.fields.items())
        return format_html("<dl>{}</dl>", format_html_join("", "<div><dt>{}</dt><dd>{}</dd></div>", rows))


def _links(waiting: WaitingDraft) -> list[tuple[Any, str, str]]:
    return [
        (HEADINGS[field], reverse(f"admin:pledges_{model}_add", query={column: name}), name)
        for field, name in waiting.missing.items()
        for model, column in [NAMED[field]]
    ]
