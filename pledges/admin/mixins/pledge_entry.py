"""Enter the pledges of a document beside its text."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import action, display

from pledges.admin.page_text_form import PageTextForm
from pledges.admin.pledge_row_form import CARRIED_OVER, PledgeRowForm, proposed_metrics, proposed_names
from pledges.admin.write_errors import error_message
from pledges.domain.highlights import divide
from pledges.domain.quotes import PageText
from pledges.importer.drafts import PERMISSIONS
from pledges.importer.waiting_drafts import wait_for_names
from pledges.models import Document, Pledge, WaitingDraft

# Keys of `pledge_entry.js`.
KEYS = [
    (["↓", "↑"], _("mark the next or previous clause with a number")),
    (["Shift+→", "Shift+←"], _("move the end of what is marked")),
    (["→", "←"], _("move its beginning")),
    (["Shift+↓", "Shift+↑"], _("move its end to the end of the next or previous clause")),
    (["Enter", "Q"], _("use it as the quote of the row")),
    (["Enter", "Ctrl+Enter"], _("in a field of the row: save; with Ctrl also in texts and lists")),
    (["Esc"], _("from the row back to the text; what was typed stays")),
]


class PledgeEntryMixin(ModelAdmin):
    """Adds a page to documents, with the text at the left and the pledges, one of them in a form, at the right."""

    actions_detail = ["enter_pledges"]

    def get_list_display(self, request: HttpRequest) -> Any:
        columns = super().get_list_display(request)
        return [*columns, "entry_link"] if self.has_enter_pledges_permission(request) else columns

    @display(description=_("Enter pledges"))
    def entry_link(self, document: Document) -> str:
        return format_html('<a class="text-link" href="{}">{}</a>', entry_url(document), _("Enter pledges"))

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        response: HttpResponse = super().response_add(request, obj, post_url_continue)
        is_plain_save = request.POST.keys().isdisjoint({"_continue", "_addanother", IS_POPUP_VAR})
        if is_plain_save and self.has_enter_pledges_permission(request):
            return HttpResponseRedirect(entry_url(obj))
        return response

    def has_enter_pledges_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perms(PERMISSIONS)

    @action(description=_("Enter pledges"), url_path="pledges", icon="edit_note", permissions=["enter_pledges"])
    def enter_pledges(self, request: HttpRequest, object_id: str) -> HttpResponse:
        document = self.get_object(request, unquote(object_id))
        if document is None:
            raise Http404
        if request.method == "POST" and "text" in request.POST:
            return self._enter_text(request, document)
        after = self._row_before(request, document)
        waiting = _waiting(document, request.POST.get("waiting") or request.GET.get("waiting"))
        proposed = _waiting(document, request.GET.get("proposed"))
        carried = {name: text for name, text in proposed.fields.items() if name in CARRIED_OVER} if proposed else {}
        form = PledgeRowForm(
            document, request.POST or None, after=after, entered=waiting.fields if waiting else carried
        )
        if request.method == "POST":
            try:
                if query := self._save_row(request, form, waiting):
                    return HttpResponseRedirect(f"{entry_url(document)}?{query}")
            except DatabaseError as error:
                form.add_error(None, error_message(error))
        saved = after if "after" in request.GET else None
        return self._entry_page(request, document, form, saved=saved, proposed=proposed, waiting=waiting)

    def _save_row(self, request: HttpRequest, form: PledgeRowForm, waiting: WaitingDraft | None) -> str | None:
        """Save the row as a draft, or as one that waits for new names, and return the query of the next page."""
        with transaction.atomic():
            query = None
            if ref := form.save(by=request.user):
                query = f"after={ref}"
            elif form.missing and "propose" in request.POST:
                query = f"proposed={wait_for_names(form.entry, form.missing, by=request.user).pk}"  # type: ignore[arg-type]
            if query and waiting:
                waiting.delete()
        return query

    def _row_before(self, request: HttpRequest, document: Document) -> Pledge | None:
        pledges = Pledge.objects.filter(statement__document=document).select_related("district")
        return pledges.filter(ref=request.GET.get("after", "")).first() or pledges.order_by("pk").last()

    def _enter_text(self, request: HttpRequest, document: Document) -> HttpResponse:
        if not self.has_change_permission(request, document):
            raise PermissionDenied
        text_form = PageTextForm(request.POST, request.FILES)
        if not text_form.is_valid() and not document.text:
            row_form = PledgeRowForm(document, None, after=self._row_before(request, document))
            return self._entry_page(request, document, row_form, text_form=text_form)
        text = text_form.cleaned_data.get("text")
        if text and not Document.objects.filter(pk=document.pk, text="").update(text=text):
            self.message_user(request, _("Somebody else has entered the text."), messages.WARNING)
        for warning in text_form.warnings:
            self.message_user(request, warning, messages.WARNING)
        return HttpResponseRedirect(entry_url(document))

    def _entry_page(
        self,
        request: HttpRequest,
        document: Document,
        form: PledgeRowForm,
        *,
        saved: Pledge | None = None,
        proposed: WaitingDraft | None = None,
        waiting: WaitingDraft | None = None,
        text_form: PageTextForm | None = None,
    ) -> HttpResponse:
        pledges = list(
            Pledge.objects.filter(statement__document=document).with_target().select_related("district").order_by("pk")
        )
        page = PageText(document.text)
        stretches = [
            (stretch.text, [pledges[number] for number in stretch.marks])
            for stretch in divide(document.text, (page.find(pledge.quote) for pledge in pledges))
        ]
        context = self.admin_site.each_context(request) | {
            "title": _("Pledges of %(document)s") % {"document": document},
            "opts": self.opts,
            "document": document,
            "stretches": stretches,
            "text_form": (text_form or PageTextForm()) if self.has_change_permission(request, document) else None,
            "form": form,
            "pledges": pledges,
            "waiting_drafts": WaitingDraft.objects.filter(fields__document=document.slug),
            "metrics": proposed_metrics(),
            "lists": proposed_names(),
            "keys": KEYS,
            "saved": saved,
            "proposed": proposed,
            "waiting": waiting,
            "media": form.media,
        }
        return TemplateResponse(request, "admin/pledges/document/pledges.html", context)


def _waiting(document: Document, key: str | None) -> WaitingDraft | None:
    rows = WaitingDraft.objects.filter(fields__document=document.slug)
    return rows.filter(pk=key).first() if key and key.isdecimal() else None


def entry_url(document: Document) -> str:
    return reverse("admin:pledges_document_enter_pledges", args=[document.pk])
