"""What colleagues have changed since a form was opened."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.db import transaction
from django.db.models import Max, Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from pledges.admin.mixins.history import Entry, entries, events_of, key_of, timeline
from pledges.database.locks import lock

SEEN = "_seen"  # the form's hidden field


def newest(streams: Sequence[QuerySet[Any]]) -> str:
    """Up to where the events of each stream go, to be given to a form when it is opened."""
    return "-".join(str(events.aggregate(newest=Max("pgh_id"))["newest"] or 0) for events in streams)


def since(streams: Sequence[QuerySet[Any]], seen: str | None) -> list[Entry]:
    """What happened after a form was opened; nothing is known of a form that doesn't say what it had seen."""
    if seen is None:
        return []
    known = [int(key) for key in seen.split("-")] if re.fullmatch(r"[0-9]{1,18}(-[0-9]{1,18})*", seen) else []
    known += [0] * len(streams)
    newer = [events.filter(pgh_id__gt=key) for events, key in zip(streams, known, strict=False)]
    return entries(timeline(newer), newer)


class EditConflictForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form that is shown again, with what its editor typed, when a colleague was faster."""

    data: QueryDict
    newer: list[Entry]
    without_history: frozenset[str]
    """Fields whose changes leave no event, such as the text of a page."""

    def clean(self) -> Any:
        cleaned = super().clean()
        if self.newer:
            self.add_error(
                None,
                _(
                    "Not saved: this was changed meanwhile, see below. Save again and what you changed holds; what you"
                    " left alone stays as your colleague has it."
                ),
            )
        for name in self.without_history.intersection(self.changed_data):
            self._compare(name)
        return cleaned

    def _compare(self, name: str) -> None:
        opened = self.data.get(self.add_initial_prefix(name))
        now = str(self.initial.get(name) or "")
        if opened is None or opened.splitlines() == now.splitlines():
            return
        self.add_error(name, _("A colleague changed this meanwhile. Save again and what you wrote replaces it."))
        self.data = self.data.copy()
        self.data[self.add_initial_prefix(name)] = now  # seen with this answer


class EditConflictMixin(ModelAdmin):
    """Nothing that a colleague saved meanwhile is overwritten unseen.

    The form says which events it had seen when it was opened. Whoever saves locks the row and the rows that are
    edited with it, so that of two who save at once the second one sees what the first has done.
    """

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        row = self.get_object(request, unquote(object_id)) if object_id else None
        if row is None:
            return super().changeform_view(request, object_id, form_url, extra_context)  # type: ignore[no-any-return]
        with transaction.atomic():
            if request.method == "POST":
                self._lock(request, row)
                if refusal := self._refuse_if_taken(request, row):
                    return refusal
            # Before the form is filled: what happens in between is told once too often rather than never.
            seen = {"seen": newest(self._edited(request, row))}
            return super().changeform_view(  # type: ignore[no-any-return]
                request, object_id, form_url, (extra_context or {}) | seen
            )

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if not (change and obj and request.method == "POST"):
            return form
        tracked = {field.name for field in events_of(type(obj)).model._meta.concrete_fields}
        told = {
            "newer": since(self._edited(request, obj), request.POST.get(SEEN)),
            "without_history": frozenset(form.base_fields) - tracked,
        }
        return type(form.__name__, (EditConflictForm, form), told)

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        gone = events_of(self.opts.concrete_model).filter(pgh_label="delete", pgh_obj_id=key_of(self.opts, object_id))
        told = entries(timeline([gone])[:1], [gone])
        if not told:
            return super()._get_obj_does_not_exist_redirect(request, opts, object_id)  # type: ignore[no-any-return]
        self.message_user(request, _("It is gone: %(deletion)s") % {"deletion": told[0]}, messages.ERROR)
        return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))

    def _refuse_if_taken(self, request: HttpRequest, row: Any) -> HttpResponse | None:
        """Tell what happened to a row that can't be changed any more, such as a draft that was handed in."""
        if self.has_change_permission(request, self.get_object(request, row.pk)):
            return None
        newer = since(self._edited(request, row), request.POST.get(SEEN))
        for entry in newer:
            self.message_user(request, _("Not saved. Meanwhile: %(entry)s") % {"entry": entry}, messages.ERROR)
        return HttpResponseRedirect(request.get_full_path()) if newer else None

    def _edited(self, request: HttpRequest, row: Any) -> list[QuerySet[Any]]:
        """The events of all that the form edits."""
        below = [
            events_of(inline.model).filter(**{f"{inline.get_formset(request, row).fk.attname}": row.pk})
            for inline in self._edited_inlines(request, row)
        ]
        return [events_of(self.opts.concrete_model).filter(pgh_obj_id=row.pk), *below]

    def _lock(self, request: HttpRequest, row: Any) -> None:
        rows = [
            self.opts.concrete_model.objects.filter(pk=row.pk),
            *(
                inline.model.objects.filter(**{inline.get_formset(request, row).fk.name: row})
                for inline in self._edited_inlines(request, row)
            ),
        ]
        for some in rows:
            lock(some)

    def _edited_inlines(self, request: HttpRequest, row: Any) -> list[Any]:
        return [
            inline
            for inline in self.get_inline_instances(request, row)
            if not set(flatten_fieldsets(inline.get_fieldsets(request, row)))
            <= set(inline.get_readonly_fields(request, row))
        ]
