"""Propose an amendment when an editor changes judged fields of a row that judged pledges follow from."""

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import flatten_fieldsets
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminTextareaWidget

from pledges.domain.text import clean_text
from pledges.locale.display_names import joined
from pledges.models import Amendment
from pledges.models.choices import State
from pledges.models.texts import CleanedFormField
from pledges.workflow.amendments import (
    fields_to_amend,
    is_judged,
    judged_fields,
    propose,
    row_change,
    supersedes_judged,
)

REASON = "amendment_reason"


class AmendmentForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form that needs a reason if judged fields change."""

    amendment_reason = CleanedFormField(
        clean_with=clean_text,
        label=_("reason for the amendment"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text=_(
            "Verdicts follow from this row. If you change what they judged, your change is proposed, and made when"
            " another person approves it. The reason is public."
        ),
    )

    @cached_property
    def amended_fields(self) -> list[Any]:
        fields = fields_to_amend(self.instance, self.cleaned_data)
        if self.instance.pk is None:  # a new pledge stays a draft
            return fields[:1]
        return [field for field in fields if field.name in self.changed_data]

    def clean(self) -> Any:
        cleaned = super().clean()
        if self.amended_fields and not self.cleaned_data.get(REASON, "").strip():
            names = joined(str(field.verbose_name) for field in self.amended_fields)
            self.add_error(REASON, _("Give a reason for amending: %(names)s.") % {"names": names})
        return cleaned


class AmendmentMixin(ModelAdmin):
    """Forms of rows that judged pledges follow from propose amendments, and save only the other fields."""

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if not self._can_amend(request, obj):
            return fieldsets
        return [*fieldsets, (_("Amendment"), {"fields": [REASON]})]

    def get_form(
        self, request: HttpRequest, obj: models.Model | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if not self._can_amend(request, obj):
            return super().get_form(request, obj, change=change, **kwargs)
        fields = kwargs.pop("fields", None) or flatten_fieldsets(self.get_fieldsets(request, obj))
        kwargs["fields"] = [name for name in fields if name != REASON]
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (AmendmentForm, form), {})

    def propose_amendment(self, request: HttpRequest, obj: Any, form: Any) -> None:
        """Propose the changes of judged fields, and take them out of `obj` and `form.changed_data`."""
        amended = form.amended_fields if isinstance(form, AmendmentForm) else []
        if amended:
            after = {field.column: field.value_from_object(obj) for field in amended}
            if obj.pk is None:
                obj.state = State.DRAFT
                obj.save()
            amendment = propose(
                [row_change(obj, after)],
                reason=form.cleaned_data[REASON],
                by=request.user,  # type: ignore[arg-type]  # not anonymous in the admin
            )
            obj.refresh_from_db(fields=[field.name for field in amended])
            self._report(request, amendment, amended)
        proposed = {field.name for field in amended} | {REASON}
        form.changed_data = [name for name in form.changed_data if name not in proposed]

    def _report(self, request: HttpRequest, amendment: Amendment, amended: list[Any]) -> None:
        url = reverse("admin:pledges_amendment_change", args=[amendment.pk])
        names = joined(str(field.verbose_name) for field in amended)
        text = _("Proposed, and not changed until another person approves it: %(names)s.") % {"names": names}
        self.message_user(request, format_html('<a class="text-link" href="{}">{}</a>', url, text), messages.WARNING)

    def _can_amend(self, request: HttpRequest, obj: models.Model | None) -> bool:
        if not judged_fields(self.model) or not self.has_change_permission(request, obj):
            return False
        # The form of a pledge that supersedes a judged one, which its publication takes out of force.
        posted = re.findall(r"[^\s,，]+", request.POST.get("supersedes", ""))
        refs = [*posted, *getattr(obj, "supersedes", [])]
        if refs and supersedes_judged(refs):
            return True
        if obj is None:
            return False
        if not hasattr(request, "judged_rows"):
            request.judged_rows = {}  # type: ignore[attr-defined]  # a form asks several times
        known: dict[Any, bool] = request.judged_rows  # type: ignore[attr-defined]
        if obj.pk not in known:
            known[obj.pk] = is_judged(obj)
        return known[obj.pk]
