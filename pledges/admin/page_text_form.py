"""The form that gives a document its text: pasted, from a file, or from a link."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from pledges.models import Document
from pledges.reading.links import read_link
from pledges.reading.page import Page, ReadingError
from pledges.reading.uploaded_files import read_uploaded_file

TEXT = Document._meta.get_field("text")


class PageTextForm(forms.Form):
    """After validation, `warnings` tells what has to be checked in the text of a file or link."""

    text = forms.CharField(
        help_text=TEXT.help_text, required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 16})
    )
    file = forms.FileField(
        label=_("Or read it from a file: text, HTML, PDF or DOCX"),
        required=False,
        widget=UnfoldAdminFileFieldWidget,
    )
    link = forms.CharField(
        label=_("Or read it from a web page"), required=False, widget=UnfoldAdminTextInputWidget(attrs={"type": "url"})
    )
    warnings: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        sources = [name for name in ("text", "file", "link") if data.get(name)]
        if len(sources) != 1:
            raise ValidationError(_("Paste the text, choose a file, or enter a link."))
        try:
            page = _read(**{sources[0]: data[sources[0]]})
        except ReadingError as error:
            raise ValidationError({sources[0]: str(error)}) from error
        self.warnings = page.warnings
        return data | {"text": TEXT.clean(page.text, None)}


def _read(*, text: str = "", file: Any = None, link: str = "") -> Page:
    if file:
        return read_uploaded_file(file.read())
    return read_link(link) if link else Page(text, "text")
