"""The forms with which an editor records what became of a pledge."""

from typing import Any

from django import forms
from django.contrib.admin import site
from django.contrib.admin.widgets import AutocompleteSelect
from django.contrib.auth.models import User
from django.db.models.fields import BLANK_CHOICE_DASH
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from pledges.admin.mixins.suggested_status import units_for
from pledges.models import FollowUp, Pledge


class PledgeChoiceForm(forms.Form):
    """Asks which pledge a new follow-up is about."""

    pledge = forms.ModelChoiceField(
        Pledge.objects.public()
        .select_related("unit", "metric", "district", "supersedes", "statement__document")
        .defer("search_text"),
        label=_("pledge"),
        help_text=_("Quote, metric, official, district, reference"),
        error_messages={"invalid_choice": _("Only a published pledge is followed up: this one isn't, or is gone.")},
        widget=AutocompleteSelect(FollowUp._meta.get_field("pledge"), site),
    )

    def asked(self) -> Pledge | None:
        return self.cleaned_data["pledge"] if self.is_valid() else None


class FollowUpForm(forms.ModelForm):  # type: ignore[type-arg]
    pledge: Pledge | None = None
    """What a new follow-up is about."""
    author: User | None = None
    refused: dict[str, list[str]] = {}
    """Why what was typed can't be submitted, by field."""

    class Meta:
        widgets = {
            "summary": UnfoldAdminTextareaWidget(attrs={"rows": 3}),
            "reason": UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.pledge and self.author:
            self.instance.pledge, self.instance.author = self.pledge, self.author
            status = self.fields["status"]
            status.choices = [*BLANK_CHOICE_DASH, *status.choices]  # type: ignore[attr-defined]  # nothing is chosen yet
        if unit := self.fields.get("unit"):  # it isn't there for a mere reader
            unit.queryset = units_for(self.instance.pledge)  # type: ignore[attr-defined]
            self.initial["unit"] = self.initial.get("unit") or self.instance.pledge.unit_id

    def clean(self) -> Any:
        cleaned = super().clean()
        for field, reasons in self.refused.items():
            self.add_error(field if field in self.fields else None, list(reasons))
        return cleaned
