"""Merge the staging table into a table of the record, without overwriting values that editors have changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.db.backends.utils import CursorWrapper


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
class Merge:
    """How rows of the staging table become rows of one table of the record.

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
        """Update rows that differ. Return their number. Values of editors are kept unless `force` is true."""
        self._clear_resolved_edits(cursor, force=force)
        is_unedited = {column: f"NOT '{_field(column)}' = ANY(t.edited_fields)" for column in self.columns}
        changes = ", ".join(
            [f"{name} = CASE WHEN {is_unedited[name]} THEN s.{name} ELSE t.{name} END" for name in self.columns]
            + [f"{name} = s.{name}" for name in self.always_updated]
        )
        is_changed = " OR ".join(
            f"({is_unedited[column]} AND t.{column} IS DISTINCT FROM s.{column})" for column in self.columns
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

    def insert(self, cursor: CursorWrapper) -> int:
        """Insert missing rows. Return their number."""
        columns = ", ".join([*self.key, *self.columns, *self.always_updated])
        values = ", ".join(f"s.{column}" for column in [*self.key, *self.columns, *self.always_updated])
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
    def _same_key(self) -> str:
        return " AND ".join(f"t.{column} = s.{column}" for column in self.key)


def _field(column: str) -> str:
    return column.removesuffix("_id")
