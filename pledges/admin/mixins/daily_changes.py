"""A page for chief editors: all changes of the public record on a day, by person."""

from collections import Counter
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.db.models import Count, Exists, Func, OuterRef, Q, QuerySet, TextField, Value
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import action

from pledges.admin.form_fields import AdminDateField
from pledges.admin.timeline import events_of, history_entries, timeline
from pledges.locale.display_names import display_name
from pledges.models import (
    Amendment,
    District,
    Document,
    FollowUp,
    Metric,
    Official,
    Pledge,
    Post,
    Statement,
    Topic,
    Unit,
)
from pledges.models.choices import ReviewState, State
from pledges.models.unit import Dimension

CHANGES_PER_PAGE = 100
PledgeEvent: Any = Pledge._meta.get_field("events").related_model
# Other changes are not public: those of drafts, unless they were published before, and of follow-ups before approval.
PUBLIC_CHANGES = {
    Pledge: ~Q(state=State.DRAFT)
    | Exists(PledgeEvent.objects.filter(pgh_id=OuterRef("previous")).exclude(state=State.DRAFT)),
    FollowUp: Q(state=ReviewState.APPROVED),
    **dict.fromkeys((Amendment, Statement, Document, Official, Post, District, Metric, Topic, Unit, Dimension), Q()),
}


class DayForm(forms.Form):
    day = AdminDateField(required=False)
    user = forms.IntegerField(required=False, min_value=0)
    """The key of a user, or 0 for changes without one, by commands and SQL."""


class DailyChangesMixin(ModelAdmin):
    """Adds the page to the list of pledges."""

    actions_list = ["daily_changes"]

    def has_daily_changes_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("pledges.approve_followup")

    @action(description=_("Changes by day"), url_path="changes", icon="history", permissions=["daily_changes"])
    def daily_changes(self, request: HttpRequest) -> HttpResponse:
        form = DayForm(request.GET)
        chosen = form.cleaned_data if form.is_valid() else {}
        day, user = chosen.get("day") or timezone.localdate(), chosen.get("user")
        changes = _changes_on(day)
        shown = changes if user is None else [_by(user, events) for events in changes]
        page = Paginator(timeline(shown), CHANGES_PER_PAGE).get_page(request.GET.get("p", 1))
        context = self.admin_site.each_context(request) | {
            "title": gettext("Changes of the public record on %(day)s") % {"day": day},
            "opts": self.opts,
            "day": day,
            "before": day - timedelta(days=1),
            "after": day + timedelta(days=1),
            "user_key": user,
            "people": _people(changes),
            "page": page,
            "entries": history_entries(page.object_list, shown),
        }
        return TemplateResponse(request, "admin/pledges/daily_changes.html", context)


def _changes_on(day: Any) -> list[QuerySet[Any]]:
    start = timezone.make_aware(datetime.combine(day, time.min))
    on_day = {"pgh_created_at__gte": start, "pgh_created_at__lt": start + timedelta(days=1)}
    return [events_of(model).filter(is_public, **on_day) for model, is_public in PUBLIC_CHANGES.items()]


def _by(user: int, events: QuerySet[Any]) -> QuerySet[Any]:
    """Return the events of a user or, for 0, those of commands and SQL."""
    if user:
        return events.filter(pgh_context__user=user)
    # As text: a missing key, a null, and a missing context are all null.
    key = Func("pgh_context", Value("user"), function="jsonb_extract_path_text", output_field=TextField())
    by_nobody: QuerySet[Any] = events.alias(user=key).filter(user=None)
    return by_nobody


def _people(changes: list[QuerySet[Any]]) -> list[tuple[int, str, int]]:
    """Return the key, the name and the number of changes of each person, most changes first."""
    counts: Counter[int] = Counter()
    for events in changes:
        for key, count in events.order_by().values_list("pgh_context__user").annotate(count=Count("pk")):
            counts[key or 0] += count
    users = User.objects.in_bulk(counts)
    return [
        (key, display_name(users[key]) if key in users else gettext("command or database"), count)
        for key, count in counts.most_common()
    ]
