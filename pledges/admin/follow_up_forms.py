"""Forms to choose the pledge of a new follow-up, and to edit a follow-up."""

from typing import Any

from django import forms
from django.contrib.admin import site
from django.contrib.admin.widgets import AutocompleteSelect
from django.contrib.auth.models import User
from django.db.models.fields import BLANK_CHOICE_DASH
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from pledges.admin.mixins.confirmation import ConfirmationField, ConfirmationForm
from pledges.admin.mixins.suggested_status import units_for
from pledges.models import FollowUp, Pledge
from pledges.models.violations import violation_messages


class PledgeChoiceForm(forms.Form):
    """A form to choose the pledge of a new follow-up. The query parameter `pledge` preselects it."""

    pledge = forms.ModelChoiceField(
        Pledge.objects.public()
        .select_related("unit", "metric", "district", "statement__document")
        .defer("search_text"),
        label=_("pledge"),
        help_text=_("Quote, metric, official, district or reference"),
        error_messages={"invalid_choice": _("Only a published pledge is followed up: this one isn't, or is gone.")},
        widget=AutocompleteSelect(FollowUp._meta.get_field("pledge"), site),
    )

    def chosen_pledge(self) -> Pledge | None:
        return self.cleaned_data["pledge"] if self.is_valid() else None


class FollowUpForm(ConfirmationForm):
    pledge: Pledge | None = None
    """The pledge of a new follow-up."""
    author: User | None = None
    submission_errors: dict[str, list[str]] = {}
    """The reasons why the follow-up can't be submitted, by field."""

    confirm = ConfirmationField(
        help_text=_("Correct what is wrong. Confirm what is right, and give a reason above; it is public.")
    )

    class Meta:
        widgets = {
            "summary": UnfoldAdminTextareaWidget(attrs={"rows": 3}),
            "reason": UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if bound := self.fields.get("actual_bound"):  # missing in a read-only form
            bound.required = False
        if self.pledge and self.author:
            self.instance.pledge, self.instance.author = self.pledge, self.author
            status = self.fields["status"]
            status.choices = [*BLANK_CHOICE_DASH, *status.choices]  # type: ignore[attr-defined]  # no status is preselected
        if unit := self.fields.get("unit"):  # missing in a read-only form
            unit.queryset = units_for(self.instance.pledge)  # type: ignore[attr-defined]
            self.initial["unit"] = self.initial.get("unit") or self.instance.pledge.unit_id
        if "supersedes" in self.fields:
            correctable = self.instance.pledge.follow_ups.in_force().select_related("unit").newest_first()
            corrected: Any = self.fields["supersedes"]
            corrected.queryset, corrected.label_from_instance = correctable, FollowUp.finding_in_words
        if "status" not in self.fields:  # a read-only form
            del self.fields["confirm"]

    def clean(self) -> Any:
        cleaned = super().clean()
        for field, reasons in self.submission_errors.items():
            self.add_error(field if field in self.fields else None, list(reasons))
        if self.unconfirmed and not self.cleaned_data.get("reason"):
            self.add_error("reason", violation_messages()["follow_up_confirmed_with_reason"])
        return cleaned
