"""The follow-ups of a pledge, listed below its form."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from pledges.admin.base import ReadOnlyInline
from pledges.locale.display_names import display_name
from pledges.models import FollowUp
from pledges.models.follow_up import FollowUpQuerySet


class FollowUpsOfPledge(ReadOnlyInline):
    model = FollowUp
    fields = readonly_fields = ["linked_status", "figure", "as_of", "written_by", "state", "reviewed_by"]
    hide_title = True

    def get_queryset(self, request: HttpRequest) -> FollowUpQuerySet:
        follow_ups: FollowUpQuerySet = super().get_queryset(request)
        return follow_ups.select_related("pledge", "unit", "author", "reviewer").newest_first()

    def has_change_permission(self, request: HttpRequest, obj: FollowUp | None = None) -> bool:
        return False

    @display(description=_("status"))
    def linked_status(self, follow_up: FollowUp) -> str:
        url = reverse("admin:pledges_followup_change", args=[follow_up.pk])
        return format_html('<a class="text-link" href="{}">{}</a>', url, follow_up.get_status_display())

    @display(description=_("author"))
    def written_by(self, follow_up: FollowUp) -> str:
        return display_name(follow_up.author)

    @display(description=_("reviewer"), empty_value="–")
    def reviewed_by(self, follow_up: FollowUp) -> str | None:
        return display_name(follow_up.reviewer) if follow_up.reviewer else None

    @display(description=_("actual figure"), empty_value="–")
    def figure(self, follow_up: FollowUp) -> str | None:
        return follow_up.actual_in_words or None
