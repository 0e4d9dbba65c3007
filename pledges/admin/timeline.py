"""The history of rows, read from the events that triggers record: each change with its time, user and channel.

The history of a pledge merges the events of several models, which have a table each. They are merged in two steps: a
UNION of the keys of all events, which is sorted and paginated, and a query for each model that reads the
events of one page.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.db import models
from django.db.models import F, OuterRef, QuerySet, Subquery, Value
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pledges.admin.amended_rows import amended_rows
from pledges.domain.numbers import plain
from pledges.locale.display_names import display_name, joined
from pledges.models import Amendment, Evidence, FollowUp, Pledge, Statement, StoredFile
from pledges.models.choices import RowKind

CHANNELS = {"admin": _("admin"), "api": _("API"), "command": _("command")}
ACTIONS = {"insert": _("added"), "update": _("changed"), "delete": _("deleted")}
# Foreign keys that `str()` of a row of these models follows.
RELATED_IN_NAME = {Statement: ("official", "body", "document"), FollowUp: ("pledge",)}

MAX_AMENDED_ROWS = 20

TimelineKey = tuple[datetime, int, int, int | None]
"""Time, index of the event queryset, key of the event, and key of the event before it on the same row, if any."""


@dataclass(frozen=True)
class FieldChange:
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class HistoryEntry:
    """An event as text in the current language."""

    when: datetime
    who: str
    channel: str
    action: str
    row: str
    changes: list[FieldChange]

    def __str__(self) -> str:
        changes = gettext("; ").join(
            gettext("%(label)s: %(old)s → %(new)s")
            % {"label": change.label, "old": change.old or "–", "new": change.new or "–"}
            for change in self.changes
        )
        return gettext("%(when)s · %(who)s (%(channel)s) · %(row)s: %(action)s · %(changes)s") % {
            "when": timezone.localtime(self.when).strftime("%Y-%m-%d %H:%M"),
            "who": self.who or "–",
            "channel": self.channel,
            "row": self.row,
            "action": self.action,
            "changes": changes,
        }


def events_of(model: type[models.Model]) -> QuerySet[Any]:
    """Return the events of a model, annotated with `previous`: the key of the event before it on the same row."""
    event: Any = model._meta.get_field("events").related_model
    before = event.objects.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id")).order_by("-pgh_id")
    events: QuerySet[Any] = event.objects.annotate(previous=Subquery(before.values("pgh_id")[:1]))
    return events


def event_querysets(model: type[models.Model], key: Any, user: AbstractBaseUser | AnonymousUser) -> list[QuerySet[Any]]:
    """Return the events of a row and, if the user may view them, of its follow-ups and evidence, even if deleted."""
    events = {model: events_of(model).filter(pgh_obj_id=key)}
    if issubclass(model, Pledge):
        events[FollowUp] = events_of(FollowUp).filter(pledge_id=key)
        events[Evidence] = events_of(Evidence).filter(follow_up_id__in=events[FollowUp].values("pgh_obj_id"))
    elif model is FollowUp:
        events[Evidence] = events_of(Evidence).filter(follow_up_id=key)
    return [queryset for tracked, queryset in events.items() if tracked is model or _may_view(user, tracked)]


def _may_view(user: AbstractBaseUser | AnonymousUser, model: type[models.Model]) -> bool:
    return isinstance(user, User) and user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")


def timeline(querysets: Sequence[QuerySet[Any]]) -> QuerySet[Any, TimelineKey]:
    """Return the keys of all events, newest first. Within a transaction, they are in the order of the querysets."""
    first, *others = (
        events.order_by().annotate(index=Value(index)).values_list("pgh_created_at", "index", "pgh_id", "previous")
        for index, events in enumerate(querysets)
    )
    keys: QuerySet[Any, TimelineKey] = first.union(*others, all=True)
    return keys.order_by(F("pgh_created_at").desc(), "index", F("pgh_id").desc())


def history_entries(keys: Iterable[TimelineKey], querysets: Sequence[QuerySet[Any]]) -> list[HistoryEntry]:
    """Return the events with these keys.

    The number of queries does not depend on the number of events, except for those of amendments.
    """
    keys = list(keys)
    wanted: dict[int, set[int]] = defaultdict(set)
    for _when, index, key, previous in keys:
        wanted[index] |= {key, previous} if previous else {key}
    events = {index: querysets[index].model.objects.in_bulk(ids) for index, ids in wanted.items()}
    names = _related_names([event for by_key in events.values() for event in by_key.values()])
    return [_entry(events[index][key], events[index].get(previous), names) for _when, index, key, previous in keys]


def _entry(event: Any, previous: Any, names: dict[Any, dict[Any, str]]) -> HistoryEntry:
    model = event.pgh_tracked_model
    old, new = (event, None) if event.pgh_label == "delete" else (previous, event)
    changes = [
        FieldChange(str(model._meta.get_field(field.name).verbose_name), before, after)
        for field in _fields(type(event))
        if (before := _display_value(old, field, names)) != (after := _display_value(new, field, names))
    ]
    if model is Amendment:
        changes += _content_of(Amendment.objects.get(pk=event.pgh_obj_id))
    context = event.pgh_context or {}
    user = context.get("user")
    return HistoryEntry(
        when=event.pgh_created_at,
        who=names[User].get(user, f"#{user}") if user else "",
        channel=" ".join(
            [str(CHANNELS.get(context.get("channel", ""), _("database"))), context.get("command") or ""]
        ).strip(),
        action=str(ACTIONS[event.pgh_label]),
        row=f"{model._meta.verbose_name} {_row_name(event, names)}",
        changes=changes,
    )


def _content_of(amendment: Amendment) -> list[FieldChange]:
    """Return what an amendment changes, and why. Its events don't have it, because it stays the same."""
    merges = [FieldChange(str(RowKind(merge["kind"]).label), *merge["names"]) for merge in amendment.merges]
    rows = [
        FieldChange(gettext("%(row)s: %(field)s") % {"row": row.name, "field": field.label}, field.before, field.after)
        for row in amended_rows(amendment, MAX_AMENDED_ROWS)
        for field in row.fields
    ]
    if (others := len(amendment.changes) - MAX_AMENDED_ROWS) > 0:
        rows.append(FieldChange(gettext("other rows"), "", str(others)))
    return [FieldChange(gettext("reason"), "", amendment.reason), *merges, *rows]


def _row_name(event: Any, names: dict[Any, dict[Any, str]]) -> Any:
    """Return the name that people use for the row, or its key if it has none."""
    own = (getattr(event, name, "") for name in ("ref", "slug", "symbol", "title", "file_name", "url", "name"))
    return next(filter(None, own), None) or names[Pledge].get(getattr(event, "pledge_id", None)) or event.pgh_obj_id


def _fields(event: type[models.Model]) -> list[Any]:
    return [field for field in event._meta.concrete_fields if field.name != "id" and field.name[:4] != "pgh_"]


def _related_names(events: Iterable[Any]) -> dict[Any, dict[Any, str]]:
    """Return the names of the rows that events refer to, by model and key. Deleted rows are missing."""
    keys: dict[Any, set[Any]] = defaultdict(set)
    for event in events:
        keys[User].add((event.pgh_context or {}).get("user"))
        for field in _fields(type(event)):
            if field.is_relation and field.related_model is not StoredFile:  # a file is shown by its hash
                keys[field.related_model].add(getattr(event, field.attname))
    names: dict[Any, dict[Any, str]] = defaultdict(dict)
    for model, wanted in keys.items():
        rows = model.objects.select_related(*RELATED_IN_NAME.get(model, [None])).in_bulk(wanted - {None})
        name = display_name if model is User else str
        names[model] = {key: name(row) for key, row in rows.items()}
    return names


def _display_value(event: Any, field: Any, names: dict[Any, dict[Any, str]]) -> str:
    value = getattr(event, field.attname, None)
    if value is None:
        return ""
    if field.is_relation:
        return names[field.related_model].get(value, str(value))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    match value:
        case bool():
            return gettext("yes") if value else gettext("no")
        case Decimal():
            return plain(value)
        case datetime():
            return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
        case date():
            return value.isoformat()
        case list():
            return joined(value)
    return str(value)
