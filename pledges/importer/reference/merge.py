"""Write reference rows to the record: add missing ones, and update those that changed in their file.

As with pledges, values that editors have changed are kept, and what a verdict follows from is proposed as an amendment.
Which values editors have changed is read from the history.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pghistory
from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.backends.utils import CursorWrapper

from pledges.importer.merge import Conflict, Proposal, propose
from pledges.importer.reference.entries import KINDS, Kind
from pledges.importer.reference.validation import ReferenceRows, Row
from pledges.models.triggers.judged_columns import UNJUDGED, judged_pledges

# The loads that the history of a row tells apart: of `fixtures/`, and of a record's own files.
SHIPPED, OWN = "shipped", "own"
# Commands that wrote reference data before loads were marked in the history.
LOADING_COMMANDS = {"prepare", "run", "load_pledges", "load_sample"}


@dataclass(slots=True)
class ReferenceReport:
    """The numbers of rows that were added and updated, and the values that were kept or proposed as amendments."""

    added: int = 0
    updated: int = 0
    conflicts: list[Conflict] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)


def merge(cursor: CursorWrapper, found: ReferenceRows, *, force: bool = False) -> ReferenceReport:
    """Add and update rows. With `force`, also overwrite values that editors have changed."""
    merge = _Merge(cursor, SHIPPED if found.is_shipped else OWN, force=force)
    with _marked_in_history(cursor, merge.load):
        for plural, kind in KINDS.items():
            merge.read_keys(kind)
            rows, stored = found.rows[plural], found.stored[plural]
            merge.add(kind, [row for key, row in rows.items() if key not in stored])
            for key, row in rows.items():
                if key in stored:
                    merge.update(row, stored[key])
    return merge.report


@contextmanager
def _marked_in_history(cursor: CursorWrapper, load: str) -> Iterator[None]:
    with pghistory.context(load=load):
        yield
    pghistory.context(load="")  # an outer context keeps what an inner one has set,
    cursor.execute("SELECT set_config('pghistory.context_metadata', '', true)")  # and so does the transaction


class _Merge:
    def __init__(self, cursor: CursorWrapper, load: str, *, force: bool) -> None:
        self.cursor, self.load, self.force = cursor, load, force
        self.report = ReferenceReport()
        self.primary_keys: dict[str, dict[str, Any]] = {}  # by kind and key

    def read_keys(self, kind: Kind) -> None:
        self.primary_keys[kind.plural] = dict(kind.stored.values_list(kind.key, "pk"))

    def add(self, kind: Kind, rows: list[Row]) -> None:
        """Insert rows. They get their primary keys before, since rows can refer to each other."""
        new = zip((row.key for row in rows), self._new_keys(kind, rows), strict=True)
        self.primary_keys[kind.plural] |= new
        keys = self.primary_keys[kind.plural]
        kind.stored.bulk_create(kind.model(pk=keys[row.key], **self._columns(kind, row.values)) for row in rows)
        self.report.added += len(rows)

    def _new_keys(self, kind: Kind, rows: list[Row]) -> list[Any]:
        meta = kind.model._meta
        if meta.pk.name == kind.key:
            return [row.key for row in rows]
        sequence = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
        self.cursor.execute(sequence, [meta.db_table, meta.pk.column, len(rows)])
        return [key for (key,) in self.cursor.fetchall()]

    def update(self, row: Row, stored: Mapping[str, Any]) -> None:
        """Write the values that differ, except those that an editor has changed, or from which a verdict follows."""
        kind, key = row.kind, self.primary_keys[row.kind.plural][row.key]
        changed = {name: value for name, value in row.values.items() if stored[name] != value}
        if not changed:
            return
        edited = set() if self.force else _edited_fields(kind, key, changed, self.load)
        judged = _judged_fields(self.cursor, kind, key, changed.keys() - edited)
        written = {name: value for name, value in changed.items() if name not in edited | judged}
        for name in sorted(edited):
            values = _text(stored[name]), _text(changed[name])
            self.report.conflicts.append(Conflict(row.file, row.line, row.key, name, *values))
        if judged:
            state = _propose(self.cursor, row, key, self._columns(kind, {name: changed[name] for name in judged}))
            for name in sorted(judged):
                values = _text(stored[name]), _text(changed[name])
                self.report.proposals.append(Proposal(row.file, row.line, row.key, name, *values, state=state))
        if written:
            kind.stored.filter(pk=key).update(**self._columns(kind, written))
            self.report.updated += 1

    def _columns(self, kind: Kind, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of columns, with primary keys for references."""
        columns = {kind.column(name): value for name, value in values.items()}
        for name, plural in kind.references.items():
            if values.get(name) is not None:
                columns[kind.column(name)] = self.primary_keys[plural][values[name]]
        return columns


def _edited_fields(kind: Kind, key: Any, changed: Mapping[str, Any], load: str) -> set[str]:
    """Return the fields of which the current value was not written by a load.

    For shipped files, values that a record has loaded count as edited. Otherwise, each load would undo the other.
    """
    loads = {SHIPPED, OWN} if load == OWN else {SHIPPED}
    columns = {name: kind.column(name) for name in changed}
    events: models.QuerySet[Any] = models.QuerySet(apps.get_model("pledges", f"{kind.model.__name__}Event"))
    history = list(
        events.filter(pgh_obj_id=key).order_by("-pgh_id").values("pgh_label", "pgh_context", *columns.values())
    )
    return {name for name, column in columns.items() if not _is_written_by(loads, history, column)}


def _is_written_by(loads: Set[str], history: list[dict[str, Any]], column: str) -> bool:
    """Return whether one of these loads wrote the current value. The history begins with the newest event."""
    wrote = None
    for event in history:
        if event[column] != history[0][column]:
            break
        wrote = event
    if wrote is None:
        return False
    context = wrote["pgh_context"] or {}
    if "load" not in context:
        return context.get("command") in LOADING_COMMANDS
    return context["load"] in loads


def _judged_fields(cursor: CursorWrapper, kind: Kind, key: Any, names: Collection[str]) -> set[str]:
    """Return those of the fields from which a verdict follows."""
    table = str(kind.model._meta.model_name)
    if table not in UNJUDGED:
        return set()
    judged = {name for name in names if kind.column(name) not in UNJUDGED[table]}
    if judged:
        condition = judged_pledges(table, "%(key)s")
        cursor.execute(f"SELECT EXISTS (SELECT FROM pledges_pledge pledge WHERE {condition})", {"key": key})
    return judged if judged and cursor.fetchone()[0] else set()


def _propose(cursor: CursorWrapper, row: Row, key: Any, columns: dict[str, Any]) -> str:
    """Propose an amendment of the row. Return its state, or "new"."""
    meta = row.kind.model._meta
    cursor.execute(
        f"""
        SELECT jsonb_build_array(jsonb_build_object(
            'table', %(table)s::text, 'key', %(key)s::text,
            'before', (SELECT jsonb_object_agg(name, old -> name) FROM unnest(%(names)s::text[]) name),
            'after', (SELECT jsonb_object_agg(name, new -> name) FROM unnest(%(names)s::text[]) name)
        ))::text
        FROM (
            SELECT to_jsonb(t) AS old, to_jsonb(jsonb_populate_record(t, %(columns)s::jsonb)) AS new
            FROM {meta.db_table} t WHERE {meta.pk.column} = %(key)s
        ) changed
        """,
        {
            "table": meta.model_name,
            "key": key,
            "names": list(columns),
            "columns": json.dumps(columns, cls=DjangoJSONEncoder),
        },
    )
    (changes,) = cursor.fetchone()
    return propose(cursor, changes, reason=f"载入的文件与记录不同：{Path(row.file).name}，第 {row.line} 行。")


def _text(value: Any) -> str | None:
    return ", ".join(value) if isinstance(value, list) else None if value is None else str(value)
