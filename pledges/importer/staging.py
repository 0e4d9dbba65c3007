"""The rows of all files in one temporary table, and what only shows when all are there."""

from collections.abc import Iterable, Iterator, Sequence

from django.db.backends.utils import CursorWrapper

from pledges.importer.file_problems import Problem

COLUMNS = {
    "file": "text",
    "line": "integer",
    "document": "text",
    "document_title": "text",
    "document_publisher": "text",
    "document_date": "text",
    "document_url": "text",
    "official": "text",
    "official_name": "text",
    "post_district": "bigint",
    "organisation": "text",
    "post": "text",
    "headline": "text",
    "ref": 'text COLLATE "C"',
    "quote": "text",
    "district": "bigint",
    "metric": "bigint",
    "label": "text",
    "measure": "text",
    "bound": "text",
    "value": "numeric(24, 6)",
    "value_max": "numeric(24, 6)",
    "unit": "text",
    "baseline": "numeric(24, 6)",
    "year": "smallint",
    "deadline": "date",
    "strength": "text",
    "tier": "text",
    "success_criterion": "text",
    "supersedes": 'text COLLATE "C"',
    "note": "text",
}
# The place of a row that is itself in error, so that its reference still counts as taken.
BARE = ("file", "line", "ref")

# What must be said alike wherever it is repeated: by what, in which columns, and what it is called.
REPEATED = (
    (("document",), ("document_title", "document_publisher", "document_date", "document_url"), "this page"),
    (("official",), ("official_name",), "this official"),
    (
        ("document", "official"),
        ("post_district", "organisation", "post", "headline"),
        "this official's statement on this page",
    ),
)


def create(cursor: CursorWrapper) -> None:
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    cursor.execute(f"CREATE TEMPORARY TABLE staging ({columns}) ON COMMIT DROP")


def fill(cursor: CursorWrapper, rows: Iterable[Sequence[object]]) -> None:
    with cursor.copy(f"COPY staging ({', '.join(COLUMNS)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    cursor.execute("ANALYZE staging")


def bare(file: str, line: int, ref: str) -> Sequence[object]:
    """A row with nothing but its place and its reference."""
    known: dict[str, object] = dict(zip(BARE, (file, line, ref), strict=True))
    return [known.get(column) for column in COLUMNS]


def drop(cursor: CursorWrapper) -> None:
    cursor.execute("DROP TABLE staging")


def contradictions(cursor: CursorWrapper) -> Iterator[Problem]:
    """References that stand twice, and pages or statements that are told in two ways."""
    cursor.execute(
        """
        SELECT file, line, ref, first_file, first_line FROM (
            SELECT file, line, ref,
                first_value(file) OVER by_ref AS first_file,
                first_value(line) OVER by_ref AS first_line,
                row_number() OVER by_ref AS number
            FROM staging WHERE ref IN (SELECT ref FROM staging GROUP BY ref HAVING count(*) > 1)
            WINDOW by_ref AS (PARTITION BY ref ORDER BY file, line)
        ) AS repeated WHERE number > 1 ORDER BY file, line
        """
    )
    for file, line, ref, first_file, first_line in cursor.fetchall():
        message = f"duplicate reference (first at {first_file}:{first_line})"
        yield Problem(file, line, message, ref=ref, field="ref")
    for keys, columns, what in REPEATED:
        for column in columns:
            yield from _told_in_two_ways(cursor, keys, column, what)


def _told_in_two_ways(cursor: CursorWrapper, keys: Sequence[str], column: str, what: str) -> Iterator[Problem]:
    key = ", ".join(keys)
    cursor.execute(
        f"""
        SELECT DISTINCT ON ({key}, staging.{column})
            file, line, ref, {column}::text, first_value({column}::text) OVER told, first_value(file) OVER told,
            first_value(line) OVER told
        FROM staging
        WHERE ({key}) IN (SELECT {key} FROM staging GROUP BY {key} HAVING min({column}) <> max({column}))
        WINDOW told AS (PARTITION BY {key} ORDER BY file, line)
        ORDER BY {key}, staging.{column}, file, line
        """
    )
    for file, line, ref, found, first, first_file, first_line in cursor.fetchall():
        if found != first:
            message = f"found “{found}”, but {what} has “{first}” at {first_file}:{first_line}"
            yield Problem(file, line, message, ref=ref, field=column)
