"""Add the drafts that wait for a name once it is saved: as that of a new row, or as another name of an existing one."""

from typing import Any

from django.http import HttpRequest
from unfold.admin import ModelAdmin

from pledges.admin.waiting_draft import report_completed


class CompletesDraftsMixin(ModelAdmin):
    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        report_completed(self, request)
