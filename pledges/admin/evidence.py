"""The evidence of a follow-up, edited in its form: a link, an uploaded file or a statement of the record."""

from typing import Any

from django import forms
from django.db import models
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import StackedInline
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminTextareaWidget

from pledges.admin.form_fields import AdminDateField
from pledges.models import Evidence, FollowUp
from pledges.models.violations import violation_messages
from pledges.workflow.uploads import ACCEPTED, Upload, read_upload, store


class EvidenceFileField(forms.FileField):
    """A file whose type is detected from its content; `cleaned_data` holds an `Upload`."""

    widget = UnfoldAdminFileFieldWidget(attrs={"accept": ACCEPTED})

    def clean(self, data: Any, initial: Any = None) -> Upload | None:
        file = super().clean(data, initial)
        return read_upload(file) if file else None


class EvidenceForm(forms.ModelForm):  # type: ignore[type-arg]
    upload = EvidenceFileField(
        label=_("file"),
        required=False,
        allow_empty_file=True,  # `read_upload` rejects an empty file with its own message
        help_text=_("A PDF, an image or plain text, up to 20 MiB."),
    )

    class Meta:
        widgets = {"quote": UnfoldAdminTextareaWidget(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.file_id and "upload" in self.fields:
            self.fields["upload"].help_text = format_html(
                "{} {}", file_link(self.instance), _("A new upload replaces it.")
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        has_file = bool(cleaned.get("upload") or self.instance.file_id)
        pieces = [cleaned.get("url"), has_file, cleaned.get("statement")]
        if not self.errors and sum(map(bool, pieces)) != 1:
            raise forms.ValidationError(violation_messages()["evidence_is_link_file_or_statement"])
        return cleaned

    def save(self, commit: bool = True) -> Any:
        if upload := self.cleaned_data.get("upload"):
            self.instance.file = store(upload)
            self.instance.file_name = upload.name
        return super().save(commit)


class EvidenceInline(StackedInline):
    model = Evidence
    form = EvidenceForm
    formfield_overrides = {
        models.URLField: {"assume_scheme": "https"},
        models.DateField: {"form_class": AdminDateField},
    }
    verbose_name = _("piece of evidence")
    verbose_name_plural = _("evidence")
    autocomplete_fields = ["statement"]
    fields = ["url", "upload", "statement", ("title", "publisher", "published_on"), "quote"]

    def get_extra(self, request: HttpRequest, obj: FollowUp | None = None, **kwargs: Any) -> int:
        return 0 if obj else 1

    def get_queryset(self, request: HttpRequest) -> Any:
        evidence = super().get_queryset(request)
        return evidence.select_related("file", "statement__official", "statement__body", "statement__document").defer(
            "file__content", "statement__document__text"
        )

    def has_add_permission(self, request: HttpRequest, obj: FollowUp | None = None) -> bool:
        return _is_changeable(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: FollowUp | None = None) -> bool:
        return _is_changeable(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: FollowUp | None = None) -> bool:
        return _is_changeable(obj) and super().has_delete_permission(request, obj)


def _is_changeable(follow_up: FollowUp | None) -> bool:
    return follow_up is None or follow_up.is_changeable


def file_link(evidence: Evidence) -> str:
    """Return a link to the stored file, with the name that it was uploaded under and its size."""
    url = reverse("evidence-file", args=[evidence.pk, evidence.file_name])
    size = filesizeformat(evidence.file.size) if evidence.file else ""
    return format_html('<a class="text-link" href="{}">{}</a> ({})', url, evidence.file_name, size)
