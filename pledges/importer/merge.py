"""Merge the staging table into a table of the record, without overwriting values that editors have changed.

Of rows that judged pledges follow from, the judged columns are not changed either: an amendment is proposed. Nor does a
load publish a pledge that supersedes a judged one: it adds it as a draft, and proposes the publication.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.db.backends.utils import CursorWrapper

from pledges.models.triggers.judged_columns import UNJUDGED, judged_pledges


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that an editor has changed, and for which the file has another value."""

    file: str
    line: int
    name: str
    field: str
    edited: str | None
    loaded: str | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A judged column for which the file has another value. `state` is that of the amendment, or `new`."""

    file: str
    line: int
    name: str
    field: str
    judged: str | None
    loaded: str | None
    state: str


@dataclass(frozen=True, slots=True)
class Merge:
    """How rows of the staging table become rows of one table of the record.

    `protected` are columns that change by an amendment only where the SQL condition `is_protected` is true, of the row
    `t` and the loaded row `s`. `initial` maps columns to SQL for their values in a new row, if not the loaded ones.

    `source` is a query for file, line, name (for messages), the key and the columns. `columns` maps each
    compared column to SQL for its value in messages; `{}` is the row. A row is updated if a compared
    column differs, except columns that the row's `edited_fields` lists. `always_updated` columns are written
    whenever the row is; `never_forced` columns keep an editor's value even with force.
    """

    table: str
    source: str
    key: tuple[str, ...]
    columns: Mapping[str, str]
    always_updated: tuple[str, ...] = field(default=())
    never_forced: tuple[str, ...] = field(default=())
    protected: tuple[str, ...] = field(default=())
    is_protected: str = "false"
    initial: Mapping[str, str] = field(default_factory=dict)

    def conflicts(self, cursor: CursorWrapper) -> Iterator[Conflict]:
        differing = ", ".join(
            f"('{_field(column)}', {text.format('t')}, {text.format('s')}, t.{column} IS DISTINCT FROM s.{column})"
            for column, text in self.columns.items()
        )
        cursor.execute(
            f"""
            SELECT s.file, s.line, s.name, v.field, v.edited, v.loaded
            FROM ({self.source}) s JOIN {self.table} t ON {self._same_key},
                LATERAL (VALUES {differing}) v(field, edited, loaded, differs)
            WHERE t.edited_fields <> '{{}}' AND v.field = ANY(t.edited_fields) AND v.differs
            ORDER BY s.file, s.line, v.field
            """
        )
        return (Conflict(*row) for row in cursor.fetchall())

    def update(self, cursor: CursorWrapper, *, force: bool) -> int:
        """Update rows that differ. Return their number. Values of editors are kept unless `force` is true.

        Judged columns of judged rows are kept in any case: see `propose()`.
        """
        self._clear_resolved_edits(cursor, force=force)
        is_free = {
            column: f"NOT {self._is_edited(column)}"
            + (f" AND NOT {self._is_amended(column)}" if column in self._judged_columns else "")
            for column in self.columns
        }
        changes = ", ".join(
            [f"{name} = CASE WHEN {is_free[name]} THEN s.{name} ELSE t.{name} END" for name in self.columns]
            + [f"{name} = s.{name}" for name in self.always_updated]
        )
        is_changed = " OR ".join(
            f"(t.{column} IS DISTINCT FROM s.{column} AND {is_free[column]})" for column in self.columns
        )
        cursor.execute(
            f"UPDATE {self.table} t SET {changes} FROM ({self.source}) s WHERE {self._same_key} AND ({is_changed})"
        )
        return int(cursor.rowcount)

    def _clear_resolved_edits(self, cursor: CursorWrapper, *, force: bool) -> None:
        """Remove fields that now equal the file from `edited_fields` or, with `force`, all except `never_forced`."""
        resolved = ", ".join(
            f"'{_field(column)}'"
            if force and column not in self.never_forced
            else f"CASE WHEN t.{column} IS NOT DISTINCT FROM s.{column} THEN '{_field(column)}' END"
            for column in self.columns
        )
        kept = f"ARRAY(SELECT unnest(t.edited_fields) EXCEPT SELECT unnest(ARRAY[{resolved}]) ORDER BY 1)"
        cursor.execute(
            f"""
            UPDATE {self.table} t SET edited_fields = {kept} FROM ({self.source}) s
            WHERE {self._same_key} AND t.edited_fields <> '{{}}' AND t.edited_fields <> {kept}
            """
        )

    def propose(self, cursor: CursorWrapper) -> Iterator[Proposal]:
        """Propose an amendment for each judged row of which judged columns differ, and yield these columns.

        What is proposed already, or was rejected, is not proposed again.
        """
        differing = ", ".join(
            f"('{column}', to_jsonb(t.{column}), to_jsonb(s.{column}), {text.format('t')}, {text.format('s')},"
            f" {self._is_edited(column)}, {self._is_amended(column)})"
            for column, text in self.columns.items()
            if column in self._judged_columns
        )
        cursor.execute(
            f"""
            SELECT s.file, s.line, s.name, json_agg(json_build_array(v.field, v.judged, v.loaded) ORDER BY v.field),
                jsonb_build_array(jsonb_build_object(
                    'table', '{self._short_name}', 'key', t.id::text,
                    'before', jsonb_object_agg(v.field, v.before), 'after', jsonb_object_agg(v.field, v.after)
                ))::text
            FROM ({self.source}) s JOIN {self.table} t ON {self._same_key},
                LATERAL (VALUES {differing}) v(field, before, after, judged, loaded, is_edited, is_amended)
            WHERE v.before IS DISTINCT FROM v.after AND NOT v.is_edited AND v.is_amended
            GROUP BY s.file, s.line, s.name, t.id ORDER BY s.file, s.line
            """
        )
        for file, line, name, fields, changes in cursor.fetchall():
            state = propose(cursor, changes, reason=f"载入的文件与记录不同：{Path(file).name}，第 {line} 行。")
            for column, judged, loaded in fields:
                yield Proposal(file, line, name, _field(column), judged, loaded, state)

    def insert(self, cursor: CursorWrapper) -> int:
        """Insert missing rows. Return their number."""
        columns = ", ".join([*self.key, *self.columns, *self.always_updated])
        values = ", ".join(
            self.initial.get(column, f"s.{column}") for column in [*self.key, *self.columns, *self.always_updated]
        )
        cursor.execute(
            f"""
            INSERT INTO {self.table} ({columns}, edited_fields)
            SELECT {values}, '{{}}' FROM ({self.source}) s
            WHERE NOT EXISTS (SELECT FROM {self.table} t WHERE {self._same_key})
            ORDER BY s.file, s.line
            """
        )
        count = int(cursor.rowcount)
        if count:  # otherwise, the planner would assume that the table is empty
            cursor.execute(f"ANALYZE {self.table}")
        return count

    @property
    def _short_name(self) -> str:
        return self.table.removeprefix("pledges_")

    @property
    def _judged_columns(self) -> list[str]:
        return [column for column in self.columns if column not in UNJUDGED[self._short_name]]

    @property
    def _is_judged(self) -> str:
        return f"EXISTS (SELECT FROM pledges_pledge pledge WHERE {judged_pledges(self._short_name, 't.id')})"

    def _is_amended(self, column: str) -> str:
        return f"({self._is_judged} OR {self.is_protected})" if column in self.protected else self._is_judged

    @staticmethod
    def _is_edited(column: str) -> str:
        return f"'{_field(column)}' = ANY(t.edited_fields)"

    @property
    def _same_key(self) -> str:
        return " AND ".join(f"t.{column} = s.{column}" for column in self.key)


def propose(cursor: CursorWrapper, changes: str, *, reason: str) -> str:
    """Propose an amendment, unless one with these changes, as JSON, exists. Return its state, or "new"."""
    cursor.execute(
        "SELECT state FROM pledges_amendment WHERE changes = %s::jsonb AND state <> 'approved' ORDER BY id LIMIT 1",
        [changes],
    )
    if found := cursor.fetchone():
        return str(found[0])
    cursor.execute("INSERT INTO pledges_amendment (changes, reason) VALUES (%s::jsonb, %s)", [changes, reason])
    return "new"


def _field(column: str) -> str:
    return column.removesuffix("_id")
