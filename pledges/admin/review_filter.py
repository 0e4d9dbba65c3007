from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RadioFilter

from pledges.models.followups import FollowUpQuerySet


class AwaitingFilter(RadioFilter):
    title = _("awaiting review")
    parameter_name = "awaiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("me", _("by me"))]

    def queryset(self, request: HttpRequest, queryset: FollowUpQuerySet) -> FollowUpQuerySet:
        return queryset.awaiting(request.user) if self.value() == "me" else queryset
