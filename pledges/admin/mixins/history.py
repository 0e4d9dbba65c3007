"""The history of a row in words: who changed what, when and through which channel, as triggers have written it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.admin.utils import unquote
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import F, OuterRef, QuerySet, Subquery, Value
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from pledges.domain.numbers import plain
from pledges.models import Evidence, FollowUp, Pledge, Statement, StoredFile
from pledges.workflow.display_names import display_name

EVENTS_PER_PAGE = 50
CHANNELS = {"admin": _("admin"), "api": _("API"), "command": _("command")}
DEEDS = {"insert": _("added"), "update": _("changed"), "delete": _("deleted")}
# Rows that are called by the names of others, which are read along; nothing else is.
NAMED_AFTER = {Statement: ("official", "document"), FollowUp: ("pledge",)}

Mark = tuple[datetime, int, int, int | None]
"""When, the number of the stream, the key of the event there, and that of the event before it on the same row."""


@dataclass(frozen=True)
class Change:
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Entry:
    when: datetime
    who: str
    channel: str
    deed: str
    row: str
    changes: list[Change]

    def __str__(self) -> str:
        changes = "；".join(f"{change.label}: {change.old or '–'} → {change.new or '–'}" for change in self.changes)
        when = timezone.localtime(self.when).strftime("%Y-%m-%d %H:%M")
        return f"{when} · {self.who or '–'} ({self.channel}) · {self.row}: {self.deed} · {changes}"


def events_of(model: type[models.Model]) -> QuerySet[Any]:
    """All events of a model, with the key of the event before each on the same row."""
    event: Any = model._meta.get_field("events").related_model
    before = event.objects.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id")).order_by("-pgh_id")
    events: QuerySet[Any] = event.objects.annotate(previous=Subquery(before.values("pgh_id")[:1]))
    return events


def streams_of(model: type[models.Model], key: Any, user: AbstractBaseUser | AnonymousUser) -> list[QuerySet[Any]]:
    """The events of a row and, as far as the user may see them, of what lies below it; also of what is gone."""
    streams = {model: events_of(model).filter(pgh_obj_id=key)}
    if issubclass(model, Pledge):
        streams[FollowUp] = events_of(FollowUp).filter(pledge_id=key)
        streams[Evidence] = events_of(Evidence).filter(follow_up_id__in=streams[FollowUp].values("pgh_obj_id"))
    elif model is FollowUp:
        streams[Evidence] = events_of(Evidence).filter(follow_up_id=key)
    return [events for kind, events in streams.items() if kind is model or _may_view(user, kind)]


def _may_view(user: AbstractBaseUser | AnonymousUser, model: type[models.Model]) -> bool:
    return isinstance(user, User) and user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")


def timeline(streams: Sequence[QuerySet[Any]]) -> QuerySet[Any, Mark]:
    """The events of all streams, newest first; those of one transaction in the order of the streams."""
    marks = [
        events.order_by().annotate(stream=Value(number)).values_list("pgh_created_at", "stream", "pgh_id", "previous")
        for number, events in enumerate(streams)
    ]
    first, *others = marks
    events: QuerySet[Any, Mark] = first.union(*others, all=True)
    return events.order_by(F("pgh_created_at").desc(), "stream", F("pgh_id").desc())


def entries(marks: Iterable[Mark], streams: Sequence[QuerySet[Any]]) -> list[Entry]:
    """What events of a time line say; the number of queries does not depend on how many there are."""
    marks = list(marks)
    wanted: dict[int, set[int]] = defaultdict(set)
    for _when, stream, key, previous in marks:
        wanted[stream] |= {key, previous} if previous else {key}
    events = {stream: streams[stream].model.objects.in_bulk(keys) for stream, keys in wanted.items()}
    names = _names([event for of_stream in events.values() for event in of_stream.values()])
    return [_entry(events[stream][key], events[stream].get(previous), names) for _when, stream, key, previous in marks]


def _entry(event: Any, previous: Any, names: dict[Any, dict[Any, str]]) -> Entry:
    model = event.pgh_tracked_model
    old, new = (event, None) if event.pgh_label == "delete" else (previous, event)
    changes = [
        Change(str(model._meta.get_field(field.name).verbose_name), before, after)
        for field in _fields(type(event))
        if (before := _word(old, field, names)) != (after := _word(new, field, names))
    ]
    context = event.pgh_context or {}
    user = context.get("user")
    return Entry(
        when=event.pgh_created_at,
        who=names[User].get(user, f"#{user}") if user else "",
        channel=" ".join([str(CHANNELS.get(context.get("channel", ""), "SQL")), context.get("command") or ""]).strip(),
        deed=str(DEEDS[event.pgh_label]),
        row=f"{model._meta.verbose_name} {event.pgh_obj_id}",
        changes=changes,
    )


def _fields(event: type[models.Model]) -> list[Any]:
    return [field for field in event._meta.concrete_fields if field.name != "id" and field.name[:4] != "pgh_"]


def _names(events: Iterable[Any]) -> dict[Any, dict[Any, str]]:
    """What the rows are called that events point at; those that are gone are missing."""
    keys: dict[Any, set[Any]] = defaultdict(set)
    for event in events:
        keys[User].add((event.pgh_context or {}).get("user"))
        for field in _fields(type(event)):
            if field.is_relation and field.related_model is not StoredFile:  # a file is called by its hash
                keys[field.related_model].add(getattr(event, field.attname))
    names: dict[Any, dict[Any, str]] = defaultdict(dict)
    for model, wanted in keys.items():
        rows = model.objects.select_related(*NAMED_AFTER.get(model, [None])).in_bulk(wanted - {None})
        names[model] = {key: _name(row) for key, row in rows.items()}
    return names


def _name(row: models.Model) -> str:
    return display_name(row) if isinstance(row, User) else str(row)


def _word(event: Any, field: Any, names: dict[Any, dict[Any, str]]) -> str:
    value = getattr(event, field.attname, None)
    if value is None:
        return ""
    if field.is_relation:
        return names[field.related_model].get(value, str(value))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    match value:
        case Decimal():
            return plain(value)
        case datetime():
            return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
        case date():
            return value.isoformat()
        case list():
            return "、".join(value)
    return str(value)


class HistoryMixin(ModelAdmin):
    """The page “History” tells what triggers have recorded, also of a row that is gone."""

    object_history_template = "admin/pledges/object_history.html"

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        streams = streams_of(self.opts.concrete_model, key_of(self.opts, object_id), request.user)
        page = self.get_paginator(request, timeline(streams), EVENTS_PER_PAGE).get_page(request.GET.get("p", 1))
        if row is None and not page.object_list:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return]
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of %(row)s") % {"row": row or f"{self.opts.verbose_name} {object_id}"},
            "page": page,
            "entries": entries(page.object_list, streams),
            "object": row,
            "opts": self.opts,
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.object_history_template, context)


def key_of(opts: Any, object_id: str) -> Any:
    """The key of a row as an address has it; None if it can't be one."""
    try:
        return opts.pk.to_python(unquote(object_id))
    except ValidationError:
        return None
