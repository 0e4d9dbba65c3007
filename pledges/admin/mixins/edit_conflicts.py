"""Detect concurrent edits of a row.

A change form holds the key of the newest event of each table that it edits. On saving, newer events are shown, and
the form has to be saved again.
"""

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

from pledges.admin.mixins.history import primary_key_from_url
from pledges.admin.timeline import HistoryEntry, events_of, history_entries, timeline
from pledges.database.locks import lock

SEEN_EVENTS_FIELD = "_seen"


def newest_events(querysets: Sequence[QuerySet[Any]]) -> str:
    """Return the key of the newest event of each queryset, joined by hyphens: the value of the hidden field."""
    return "-".join(str(events.aggregate(newest=Max("pgh_id"))["newest"] or 0) for events in querysets)


def entries_since(querysets: Sequence[QuerySet[Any]], seen: str | None) -> list[HistoryEntry]:
    """Return the events newer than those in the hidden field, or an empty list if the request lacks the field."""
    if seen is None:
        return []
    known = [int(key) for key in seen.split("-")] if re.fullmatch(r"[0-9]{1,18}(-[0-9]{1,18})*", seen) else []
    known += [0] * len(querysets)
    newer = [events.filter(pgh_id__gt=key) for events, key in zip(querysets, known, strict=False)]
    return history_entries(timeline(newer), newer)


class EditConflictForm(forms.ModelForm):  # type: ignore[type-arg]
    """A change form that is invalid, and keeps the input, if the row has changed since the form was opened."""

    data: QueryDict
    newer_entries: list[HistoryEntry]
    fields_without_history: frozenset[str]
    """Fields that events do not record, such as the text of a page. Their initial values are compared instead."""

    def clean(self) -> Any:
        cleaned = super().clean()
        if self.newer_entries:
            self.add_error(
                None,
                _(
                    "Not saved: somebody changed this in the meantime (see below). Save again: fields you edited "
                    "take your values, the others keep theirs."
                ),
            )
        for name in self.fields_without_history.intersection(self.changed_data):
            self._compare_with_initial(name)
        return cleaned

    def _compare_with_initial(self, name: str) -> None:
        initial_value = self.data.get(self.add_initial_prefix(name))
        current_value = str(self.initial.get(name) or "")
        if initial_value is None or initial_value.splitlines() == current_value.splitlines():
            return
        self.add_error(
            name, _("A colleague changed this field in the meantime. Save again to replace it with your text.")
        )
        self.data = self.data.copy()
        self.data[self.add_initial_prefix(name)] = current_value  # saving again compares with this value


class EditConflictMixin(ModelAdmin):
    """Shows the changes of other users before a form can overwrite them.

    Saving locks the row and the rows of its inlines, so that the second of two concurrent saves detects the first.
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
                if response := self._redirect_if_read_only(request, row):
                    return response
            # Read the events before the rows. An event in between is then shown twice instead of never.
            seen = {"seen_events": newest_events(self._edited_events(request, row))}
            return super().changeform_view(  # type: ignore[no-any-return]
                request, object_id, form_url, (extra_context or {}) | seen
            )

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if not (change and obj and request.method == "POST"):
            return form
        tracked = {field.name for field in events_of(type(obj)).model._meta.concrete_fields}
        attributes = {
            "newer_entries": entries_since(self._edited_events(request, obj), request.POST.get(SEEN_EVENTS_FIELD)),
            "fields_without_history": frozenset(form.base_fields) - tracked,
        }
        return type(form.__name__, (EditConflictForm, form), attributes)

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        key = primary_key_from_url(self.opts, object_id)
        deletions = events_of(self.opts.concrete_model).filter(pgh_label="delete", pgh_obj_id=key)
        entries = history_entries(timeline([deletions])[:1], [deletions])
        if not entries:
            return super()._get_obj_does_not_exist_redirect(request, opts, object_id)  # type: ignore[no-any-return]
        self.message_user(request, _("It no longer exists: %(deletion)s") % {"deletion": entries[0]}, messages.ERROR)
        return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))

    def _redirect_if_read_only(self, request: HttpRequest, row: Any) -> HttpResponse | None:
        """Redirect and report newer events if the row became read-only, as a draft does once it is submitted."""
        if self.has_change_permission(request, self.get_object(request, row.pk)):
            return None
        newer = entries_since(self._edited_events(request, row), request.POST.get(SEEN_EVENTS_FIELD))
        for entry in newer:
            self.message_user(
                request, _("Not saved. Changed in the meantime: %(entry)s") % {"entry": entry}, messages.ERROR
            )
        return HttpResponseRedirect(request.get_full_path()) if newer else None

    def _edited_events(self, request: HttpRequest, row: Any) -> list[QuerySet[Any]]:
        """Return the events of the row and of the rows of its editable inlines."""
        inline_events = [
            events_of(inline.model).filter(**{inline.get_formset(request, row).fk.attname: row.pk})
            for inline in self._editable_inlines(request, row)
        ]
        return [events_of(self.opts.concrete_model).filter(pgh_obj_id=row.pk), *inline_events]

    def _lock(self, request: HttpRequest, row: Any) -> None:
        querysets = [
            self.opts.concrete_model.objects.filter(pk=row.pk),
            *(
                inline.model.objects.filter(**{inline.get_formset(request, row).fk.name: row})
                for inline in self._editable_inlines(request, row)
            ),
        ]
        for queryset in querysets:
            lock(queryset)

    def _editable_inlines(self, request: HttpRequest, row: Any) -> list[Any]:
        return [
            inline
            for inline in self.get_inline_instances(request, row)
            if not set(flatten_fieldsets(inline.get_fieldsets(request, row)))
            <= set(inline.get_readonly_fields(request, row))
        ]
