"""Hold a form until an editor confirms what is possible but probably wrong."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from pledges.models.entry_warnings import EntryWarning
from pledges.workflow.warnings import UnconfirmedWarningsError


class ConfirmationField(forms.MultipleChoiceField):
    """Checkboxes for warnings, whose keys are the values. The choices are known only after the form was saved."""

    def __init__(self, **kwargs: Any) -> None:
        defaults = {
            "label": _("Confirm"),
            "required": False,
            "widget": UnfoldAdminCheckboxSelectMultipleWidget,
            "help_text": _("Correct what is wrong, and confirm what is right."),
        }
        super().__init__(**defaults | kwargs)

    def valid_value(self, value: str) -> bool:
        return True

    def offer(self, warnings: Sequence[EntryWarning]) -> None:
        self.choices = [(warning.key, str(warning)) for warning in warnings]


class ConfirmationForm(forms.ModelForm):  # type: ignore[type-arg]
    unconfirmed: Sequence[EntryWarning] = ()
    """The warnings that have to be confirmed before the row can be saved."""

    confirm = ConfirmationField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        confirm: Any = self.fields["confirm"]
        confirm.offer(self.unconfirmed)

    def clean(self) -> Any:
        cleaned = super().clean()
        for warning in self.unconfirmed:
            self.add_error(warning.field if warning.field in self.fields else None, str(warning))
        return cleaned


class ConfirmationMixin(ModelAdmin):
    """Shows a form again, with checkboxes, if saving it raises `UnconfirmedWarningsError`."""

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"unconfirmed": getattr(request, "unconfirmed", ())})

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)  # type: ignore[no-any-return]
        except UnconfirmedWarningsError as error:  # the transaction was rolled back
            request.unconfirmed = error.warnings  # type: ignore[attr-defined]
        return super().changeform_view(request, *args, **kwargs)  # type: ignore[no-any-return]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        form.changed_data = [name for name in form.changed_data if name != "confirm"]  # it is no column
        super().save_model(request, obj, form, change)
