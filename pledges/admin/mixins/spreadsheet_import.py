"""Import actual figures from a spreadsheet in three steps: upload, preview and confirmation."""

from dataclasses import asdict
from itertools import chain
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
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldBooleanWidget

from pledges.admin.mixins.exports import XLSX, Table
from pledges.admin.mixins.suggested_status import percent
from pledges.admin.write_errors import error_message
from pledges.domain.numbers import plain
from pledges.locale.display_names import joined_first
from pledges.models import Pledge
from pledges.models.choices import Bound, ReviewState, Status
from pledges.spreadsheet_import import pending_uploads, submission
from pledges.spreadsheet_import.cells import SheetError
from pledges.spreadsheet_import.header import HEADINGS
from pledges.spreadsheet_import.preview import Preview, preview
from pledges.spreadsheet_import.rows import ImportRow
from pledges.spreadsheet_import.sheets import MAX_ROWS, check_size
from pledges.spreadsheet_import.uploaded_sheets import read_uploaded_sheet

KIND = "actuals"
MAX_ROWS_SHOWN = 200
MAX_HELD_ROWS = 1000


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Spreadsheet"), widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".csv,.txt,.xlsx"})
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        try:
            check_size(file.size)
        except SheetError as error:
            raise forms.ValidationError(list(error.reasons)) from error
        return file


class ConfirmationForm(forms.Form):
    upload = forms.CharField(widget=forms.HiddenInput)
    digest = forms.CharField(widget=forms.HiddenInput)
    skip_invalid = forms.BooleanField(label=_("Skip rows with errors"), required=False, widget=UnfoldBooleanWidget)
    accept_held = forms.BooleanField(
        label=_("The texts and figures of the held rows are right as shown"), required=False, widget=UnfoldBooleanWidget
    )


def redirect_to_upload(model_admin: ModelAdmin, request: HttpRequest, page: str) -> HttpResponse:
    """Return to the page of an upload that has expired, or was imported in another window."""
    text = _("Already imported, or the upload has expired. Upload the file again.")
    model_admin.message_user(request, text, messages.ERROR)
    return HttpResponseRedirect(reverse(page))


class SpreadsheetImportMixin(ModelAdmin):
    """Adds the import of actual figures to the list of follow-ups."""

    actions_list = ["import_actuals"]

    def get_urls(self) -> list[Any]:
        template = path(
            "import/template/",
            self.admin_site.admin_view(self.actuals_template),
            name="pledges_followup_actuals_template",
        )
        return [template, *super().get_urls()]

    def has_import_actuals_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request) and request.user.has_perm("pledges.change_followup")

    @action(description=_("Import actual figures"), url_path="import", icon="upload", permissions=["import_actuals"])
    def import_actuals(self, request: HttpRequest) -> HttpResponse:
        if "upload" in request.POST:
            return self._confirm(request)
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            try:
                sheet = read_uploaded_sheet(form.cleaned_data["file"].read())
                found = preview(sheet)
            except SheetError as error:
                form.add_error("file", list(error.reasons))
            else:
                return self._show_preview(request, found, pending_uploads.store(sheet, kind=KIND, by=request.user))  # type: ignore[arg-type]
        context = {"form": form, "most_rows": MAX_ROWS, "headings": _headings()}
        return self._page(request, "upload", context)

    def actuals_template(self, request: HttpRequest) -> HttpResponse:
        """Return an empty spreadsheet with the header row that the import expects."""
        if not self.has_import_actuals_permission(request):
            raise PermissionDenied
        return _xlsx_response("actual-figures.xlsx", Table(_headings(), []))

    def _confirm(self, request: HttpRequest) -> HttpResponse:
        form = ConfirmationForm(request.POST)
        confirmed = form.cleaned_data if form.is_valid() else {}
        key = confirmed.get("upload", "")
        sheet = pending_uploads.find(key, kind=KIND, by=request.user)  # type: ignore[arg-type]
        if sheet is None:
            return redirect_to_upload(self, request, "admin:pledges_followup_import_actuals")
        if "download" in request.POST:
            return self._download(preview(sheet))
        try:
            with transaction.atomic():
                if not pending_uploads.delete(key):  # confirmed in another window
                    return redirect_to_upload(self, request, "admin:pledges_followup_import_actuals")
                count = submission.confirm(
                    sheet,
                    digest=confirmed["digest"],
                    skip_invalid=confirmed["skip_invalid"],
                    accept_held=confirmed["accept_held"],
                    by=request.user,  # type: ignore[arg-type]
                )
        except submission.PreviewChangedError as error:
            if error.found.digest != confirmed["digest"]:
                self.message_user(
                    request, _("The data changed in the meantime. Check the preview again."), messages.WARNING
                )
            elif error.found.held and not confirmed["accept_held"]:
                self.message_user(
                    request, _("Nothing was imported. Check the held rows and confirm them."), messages.WARNING
                )
            return self._show_preview(request, error.found, key)
        except DatabaseError as error:
            self.message_user(
                request, _("Nothing was imported: %(reason)s") % {"reason": error_message(error)}, messages.ERROR
            )
            return self._show_preview(request, preview(sheet), key)
        message = ngettext("%(count)d follow-up was submitted.", "%(count)d follow-ups were submitted.", count)
        self.message_user(request, message % {"count": count}, messages.SUCCESS)
        query = {"state": ReviewState.SUBMITTED}
        return HttpResponseRedirect(reverse("admin:pledges_followup_changelist", query=query))

    def _download(self, found: Preview) -> HttpResponse:
        """Return all rows as they would be imported: the page shows only the first ones of a long file."""
        headings = [_("Row"), *_headings(), _("errors and warnings")]
        return _xlsx_response(
            "preview.xlsx", Table([str(heading) for heading in headings], map(_preview_cells, found.rows))
        )

    def _show_preview(self, request: HttpRequest, found: Preview, key: str) -> HttpResponse:
        held = found.held
        others = [row for row in found.valid if not row.warnings]
        # All held rows are shown, because nobody can confirm what they don't see.
        shown = [*found.invalid[:MAX_ROWS_SHOWN], *held[:MAX_HELD_ROWS]]
        shown += others[: max(MAX_ROWS_SHOWN - len(shown), 0)]
        context = {
            "preview": found,
            "valid": len(found.valid),
            "invalid": len(found.invalid),
            "held": len(held),
            "most_held": MAX_HELD_ROWS,
            "other_sheets": joined_first(found.sheet.other_names, len(found.sheet.other_names)),
            "hidden_rows": row_ranges(found.sheet.hidden_rows),
            "hidden_columns": joined_first(found.sheet.hidden_columns, len(found.sheet.hidden_columns)),
            "rows": _preview_rows(shown),
            "form": ConfirmationForm(initial={"upload": key, "digest": found.digest}),
        }
        return self._page(request, "preview", context)

    def _page(self, request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
        common = {**self.admin_site.each_context(request), "title": _("Import actual figures"), "opts": self.opts}
        return TemplateResponse(request, f"admin/pledges/spreadsheet_import/{name}.html", common | context)


def _xlsx_response(name: str, table: Table) -> HttpResponse:
    file = XLSX()
    return HttpResponse(
        file.export_data(table),
        content_type=file.get_content_type(),
        headers={"Content-Disposition": content_disposition_header(True, name)},
    )


def _headings() -> list[str]:
    return [str(heading) for heading in HEADINGS.values()]


def row_ranges(numbers: list[int]) -> str:
    """Return ascending numbers as ranges: 2, 4–6."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return joined_first((f"{first}–{last}" if last > first else str(first) for first, last in runs), len(runs))


def _preview_cells(row: ImportRow) -> list[Any]:
    status = str(Status(row.status).label) if row.status else None
    bound = None if row.actual_bound == Bound.EXACT else str(Bound(row.actual_bound).label)
    read = {"actual_bound": bound, "actual": row.actual, "unit": row.unit, "as_of": row.as_of, "status": status}
    values = row.cells | {field: value for field, value in read.items() if value is not None}
    notes = [(note.column, _("found: %(found)s; expected: %(expected)s") % asdict(note)) for note in row.problems]
    notes += [(note.column, _("to be confirmed: %(found)s (%(reason)s)") % asdict(note)) for note in row.warnings]
    return [
        row.number,
        *(values.get(field) for field in HEADINGS),
        "\n".join(filter(None, [*map(str, chain.from_iterable(notes)), row.correction, row.note])),
    ]


def _figure(row: ImportRow) -> str | None:
    """Return the actual figure with its qualifier, if any."""
    if row.actual is None:
        return None
    qualifier = "" if row.actual_bound == Bound.EXACT else f"{Bound(row.actual_bound).label} "
    return qualifier + plain(row.actual)


def _preview_rows(rows: list[ImportRow]) -> list[dict[str, Any]]:
    """Return the template context of rows: their pledges, statuses and completion ratios."""
    keys = [row.pledge for row in rows if row.pledge]
    pledges = Pledge.objects.select_related("district", "metric", "unit").defer("search_text").in_bulk(keys)
    return [
        {
            "row": row,
            "pledge": pledges.get(row.pledge or 0),
            "status": Status(row.status).label if row.status else "",
            "actual": _figure(row),
            "percentage": percent(row.suggested.ratio) if row.suggested else "",
        }
        for row in rows
    ]
