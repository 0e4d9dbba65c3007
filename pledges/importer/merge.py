"""From the staging table into the record: set by set, and never over an editor's value."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.db.backends.utils import CursorWrapper


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that an editor has changed and that the file has otherwise."""

    file: str
    line: int
    name: str
    field: str
    edited: str | None
    loaded: str | None


@dataclass(frozen=True, slots=True)
class Merge:
    """How one table takes its rows from the staging table.

    `source` is a query that gives file, line, name (for messages), the key and the columns. A column is
    compared, and is left alone where the row's `edited_fields` names it; what only follows a change
    stands in `along`, and what stays an editor's even with force in `unforced`. The values of `columns`
    are SQL that words one for a person, `{}` being the row.
    """

    table: str
    source: str
    key: tuple[str, ...]
    columns: Mapping[str, str]
    along: tuple[str, ...] = field(default=())
    unforced: tuple[str, ...] = field(default=())

    def conflicts(self, cursor: CursorWrapper) -> Iterator[Conflict]:
        differing = ", ".join(
            f"('{_field(column)}', {words.format('t')}, {words.format('s')}, t.{column} IS DISTINCT FROM s.{column})"
            for column, words in self.columns.items()
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
        """Bring changed rows up to date, keeping what editors changed; with force, that too."""
        self._settle(cursor, force=force)
        is_open = {column: f"NOT '{_field(column)}' = ANY(t.edited_fields)" for column in self.columns}
        changes = ", ".join(
            [f"{column} = CASE WHEN {is_open[column]} THEN s.{column} ELSE t.{column} END" for column in self.columns]
            + [f"{column} = s.{column}" for column in self.along]
        )
        is_changed = " OR ".join(
            f"({is_open[column]} AND t.{column} IS DISTINCT FROM s.{column})" for column in self.columns
        )
        cursor.execute(
            f"UPDATE {self.table} t SET {changes} FROM ({self.source}) s WHERE {self._same_key} AND ({is_changed})"
        )
        return int(cursor.rowcount)

    def _settle(self, cursor: CursorWrapper, *, force: bool) -> None:
        """Forget the edits that the file agrees with by now; with force, all of them."""
        settled = ", ".join(
            f"'{_field(column)}'"
            if force and column not in self.unforced
            else f"CASE WHEN t.{column} IS NOT DISTINCT FROM s.{column} THEN '{_field(column)}' END"
            for column in self.columns
        )
        kept = f"ARRAY(SELECT unnest(t.edited_fields) EXCEPT SELECT unnest(ARRAY[{settled}]) ORDER BY 1)"
        cursor.execute(
            f"""
            UPDATE {self.table} t SET edited_fields = {kept} FROM ({self.source}) s
            WHERE {self._same_key} AND t.edited_fields <> '{{}}' AND t.edited_fields <> {kept}
            """
        )

    def insert(self, cursor: CursorWrapper) -> int:
        columns = ", ".join([*self.key, *self.columns, *self.along])
        values = ", ".join(f"s.{column}" for column in [*self.key, *self.columns, *self.along])
        cursor.execute(
            f"""
            INSERT INTO {self.table} ({columns}, edited_fields)
            SELECT {values}, '{{}}' FROM ({self.source}) s
            WHERE NOT EXISTS (SELECT FROM {self.table} t WHERE {self._same_key})
            ORDER BY s.file, s.line
            """
        )
        count = int(cursor.rowcount)
        if count:  # or a plan for what comes next would take the table for empty
            cursor.execute(f"ANALYZE {self.table}")
        return count

    @property
    def _same_key(self) -> str:
        return " AND ".join(f"t.{column} = s.{column}" for column in self.key)


def _field(column: str) -> str:
    return column.removesuffix("_id")
