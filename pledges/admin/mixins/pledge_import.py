"""Import pledges as drafts from a spreadsheet in three steps: upload, preview and confirmation."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin
from unfold.decorators import action
from unfold.widgets import UnfoldBooleanWidget

from pledges.admin.imported_pledges import (
    checked,
    confirmations,
    digest_of_warnings,
    entries,
    headings,
    required_headings,
    template,
)
from pledges.admin.mixins.exports import XLSX
from pledges.admin.mixins.spreadsheet_import import UploadForm, redirect_to_upload, row_ranges
from pledges.admin.write_errors import error_message
from pledges.importer.drafts import MAX_PLEDGES, PERMISSIONS, UnconfirmedDraftsError, add_drafts
from pledges.importer.file_problems import LoadError
from pledges.locale.display_names import joined_first
from pledges.models.choices import State
from pledges.spreadsheet_import import pending_uploads
from pledges.spreadsheet_import.cells import Sheet, SheetError
from pledges.spreadsheet_import.pledge_rows import PledgeRow, read_rows
from pledges.spreadsheet_import.uploaded_sheets import read_uploaded_sheet

KIND = "pledges"
MAX_ROWS_SHOWN = 200


class PledgeConfirmationForm(forms.Form):
    upload = forms.CharField(widget=forms.HiddenInput)
    warnings = forms.CharField(widget=forms.HiddenInput, required=False)
    skip_invalid = forms.BooleanField(label=_("Skip rows with errors"), required=False, widget=UnfoldBooleanWidget)
    accept_held = forms.BooleanField(
        label=_("The held rows are right as shown"), required=False, widget=UnfoldBooleanWidget
    )


class PledgeImportMixin(ModelAdmin):
    """Adds the import of pledges to their list."""

    def get_urls(self) -> list[Any]:
        template = path(
            "import/template/", self.admin_site.admin_view(self.pledges_template), name="pledges_pledge_template"
        )
        return [template, *super().get_urls()]

    def has_import_pledges_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perms(PERMISSIONS)

    @action(description=_("Import pledges"), url_path="import", icon="upload", permissions=["import_pledges"])
    def import_pledges(self, request: HttpRequest) -> HttpResponse:
        if "upload" in request.POST:
            return self._confirm_pledges(request)
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            try:
                sheet = read_uploaded_sheet(form.cleaned_data["file"].read())
                rows = read_rows(sheet)
                key = pending_uploads.store(sheet, kind=KIND, by=request.user)  # type: ignore[arg-type]
                return self._show_pledges(request, sheet, checked(rows, by=request.user), key)
            except SheetError as error:
                form.add_error("file", list(error.reasons))
            except DatabaseError as error:
                form.add_error("file", error_message(error))
        context = {"form": form, "most_rows": MAX_PLEDGES, "headings": headings(), "required": required_headings()}
        return self._import_page(request, "upload", context)

    def pledges_template(self, request: HttpRequest) -> HttpResponse:
        """Return an empty spreadsheet with the header row, and lists of the names in the record."""
        if not self.has_import_pledges_permission(request):
            raise PermissionDenied
        disposition = content_disposition_header(True, "pledges.xlsx")
        return HttpResponse(
            template(), content_type=XLSX().get_content_type(), headers={"Content-Disposition": disposition}
        )

    def _confirm_pledges(self, request: HttpRequest) -> HttpResponse:
        form = PledgeConfirmationForm(request.POST)
        confirmed = form.cleaned_data if form.is_valid() else {}
        key = confirmed.get("upload", "")
        sheet = pending_uploads.find(key, kind=KIND, by=request.user)  # type: ignore[arg-type]
        if sheet is None:
            return redirect_to_upload(self, request, "admin:pledges_pledge_import_pledges")
        rows = checked(read_rows(sheet), by=request.user)
        chosen = [row for row in rows if not row.problems]
        if not chosen or (len(chosen) < len(rows) and not confirmed["skip_invalid"]):
            return self._show_pledges(request, sheet, rows, key)
        is_confirmed = confirmed["accept_held"] and confirmed["warnings"] == digest_of_warnings(rows)
        if any(row.warnings for row in chosen) and not is_confirmed:
            self.message_user(
                request, _("Nothing was imported. Check the held rows and confirm them."), messages.WARNING
            )
            return self._show_pledges(request, sheet, rows, key)
        try:
            with transaction.atomic():
                if not pending_uploads.delete(key):  # confirmed in another window
                    return redirect_to_upload(self, request, "admin:pledges_pledge_import_pledges")
                add_drafts(entries(chosen), by=request.user, confirmed=confirmations(chosen))
        except (LoadError, UnconfirmedDraftsError):
            self.message_user(
                request, _("The data changed in the meantime. Check the preview again."), messages.WARNING
            )
            return self._show_pledges(request, sheet, checked(read_rows(sheet), by=request.user), key)
        except DatabaseError as error:
            text = _("Nothing was imported: %(reason)s") % {"reason": error_message(error)}
            self.message_user(request, text, messages.ERROR)
            return self._show_pledges(request, sheet, rows, key)
        message = ngettext("%(count)d draft was added.", "%(count)d drafts were added.", len(chosen))
        self.message_user(request, message % {"count": len(chosen)}, messages.SUCCESS)
        query = {"state": State.DRAFT}
        return HttpResponseRedirect(reverse("admin:pledges_pledge_changelist", query=query))

    def _show_pledges(self, request: HttpRequest, sheet: Sheet, rows: list[PledgeRow], key: str) -> HttpResponse:
        invalid = [row for row in rows if row.problems]
        held = [row for row in rows if row.warnings]
        others = [row for row in rows if not row.problems and not row.warnings]
        shown = [*invalid[:MAX_ROWS_SHOWN], *held]  # nobody can confirm what they don't see
        context = {
            "sheet": sheet,
            "rows": [*shown, *others[: max(0, MAX_ROWS_SHOWN - len(shown))]],
            "valid": len(held) + len(others),
            "held": len(held),
            "invalid": len(invalid),
            "hidden_rows": row_ranges(sheet.hidden_rows),
            "hidden_columns": joined_first(sheet.hidden_columns, len(sheet.hidden_columns)),
            "form": PledgeConfirmationForm(initial={"upload": key, "warnings": digest_of_warnings(rows)}),
        }
        return self._import_page(request, "preview", context)

    def _import_page(self, request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
        common = {**self.admin_site.each_context(request), "title": _("Import pledges"), "opts": self.opts}
        return TemplateResponse(request, f"admin/pledges/pledge_import/{name}.html", common | context)
