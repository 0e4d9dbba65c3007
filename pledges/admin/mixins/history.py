"""The history page of a row in the admin."""

from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from pledges.admin.timeline import event_querysets, history_entries, timeline

EVENTS_PER_PAGE = 50


class HistoryMixin(ModelAdmin):
    """Shows the events that triggers have recorded instead of Django's admin log, for deleted rows as well."""

    object_history_template = "admin/pledges/object_history.html"

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        querysets = event_querysets(self.opts.concrete_model, primary_key_from_url(self.opts, object_id), request.user)
        page = self.get_paginator(request, timeline(querysets), EVENTS_PER_PAGE).get_page(request.GET.get("p", 1))
        if row is None and not page.object_list:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return]
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of %(row)s") % {"row": row or f"{self.opts.verbose_name} {object_id}"},
            "page": page,
            "entries": history_entries(page.object_list, querysets),
            "object": row,
            "opts": self.opts,
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.object_history_template, context)


def primary_key_from_url(opts: Any, object_id: str) -> Any:
    """Return the primary key in the URL of an admin page, or None if it is not valid."""
    try:
        return opts.pk.to_python(unquote(object_id))
    except ValidationError:
        return None
