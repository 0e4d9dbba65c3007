"""The temporary table with the rows of all files, and the checks that compare rows with each other."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledges.importer.file_problems import FileProblem, place
from pledges.models import Pledge
from pledges.models.pledge_columns import loaded_fields

Row = Mapping[str, object]
"""A value for each of COLUMNS."""

PLACE = ("file", "line")
# The columns of a document, besides its slug. In a row, their names begin with `document_`.
DOCUMENT = {
    "title": "text",
    "kind": "text",
    "publisher": "text",
    "date": "text",
    "published": "text",
    "url": "text",
    "archived_url": "text",
    "archived_on": "date",
}
# The document, the official, the post, the body that speaks and the statement, inlined in each row. Where only a body
# speaks, `official` and `post` are empty, and `post_district` is NOBODY. `organisation_id` and `speaking_body_id` are
# the keys of bodies, or NOBODY (`bodies.identify()`).
NOBODY = 0
SOURCE = {
    "document": "text",
    **{f"document_{column}": kind for column, kind in DOCUMENT.items()},
    "official": "text",
    "official_name": "text",
    "official_slug": "text",
    "post_district": "bigint",
    "organisation": "text",
    "organisation_slug": "text",
    "post": "text",
    "body": "text",
    "body_slug": "text",
    "body_district": "bigint",
    "headline": "text",
}
# What identifies a statement, and the same of a row of the record.
STATEMENT = ("document", "official", "post_district", "organisation_id", "post", "speaking_body_id")
RECORDED_STATEMENT = f"""
    document.slug, coalesce(official.slug, ''), coalesce(post.district_id, {NOBODY}), coalesce(post.body_id, {NOBODY}),
    coalesce(post.title, ''), coalesce(statement.body_id, {NOBODY})
"""
# A loaded pledge is published, and its statement is found by document, official, post and body.
NOT_STAGED = ("statement", "state")
PLEDGE_FIELDS = {"ref": Pledge._meta.get_field("ref")} | {
    field.name: field for field in loaded_fields(Pledge) if field.name not in NOT_STAGED
}
COLUMNS = (*PLACE, *SOURCE, *PLEDGE_FIELDS)

# (key, columns, subject): rows with the same key must agree in these columns; messages name the subject.
REPEATED = (
    (
        ("document",),
        tuple(f"document_{column}" for column in DOCUMENT),
        gettext_lazy("this page"),
    ),
    (
        STATEMENT,
        ("headline",),
        gettext_lazy("the same speaker's statement on this page"),
    ),
)


def statement_of(row: str) -> str:
    """Return SQL for what identifies the statement of a staged row."""
    return ", ".join(f"{row}.{column}" for column in STATEMENT)


def create(cursor: CursorWrapper) -> None:
    types = {"file": "text", "line": "integer", **SOURCE} | {
        name: _type_of(field) for name, field in PLEDGE_FIELDS.items()
    }
    columns = ", ".join(f"{name} {kind}" for name, kind in types.items())
    cursor.execute(
        f"CREATE TEMPORARY TABLE staging (position bigint GENERATED ALWAYS AS IDENTITY,"
        f" is_redirected boolean NOT NULL DEFAULT false, {columns},"
        f" organisation_id bigint NOT NULL DEFAULT {NOBODY}, speaking_body_id bigint NOT NULL DEFAULT {NOBODY})"
        " ON COMMIT DROP"
    )


def _type_of(field: Any) -> str:
    parameters = field.db_parameters(connection)
    collation = parameters.get("collation")
    return f'{parameters["type"]} COLLATE "{collation}"' if collation else str(parameters["type"])


def fill(cursor: CursorWrapper, rows: Iterable[Row]) -> None:
    with cursor.copy(f"COPY staging ({', '.join(COLUMNS)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([row[column] for column in COLUMNS])
    cursor.execute("ANALYZE staging")


# Entries under the slug of a merged document, or in a merged post, belong to the row that replaces it. What they say
# about a merged document is not about the one that is kept, which has its own entries in the files or in the record.
FOLLOW_REDIRECTS = f"""
    UPDATE staging SET is_redirected = true, document = kept.document,
            {", ".join(f"document_{column} = kept.document_{column}" for column in DOCUMENT)}
        FROM pledges_redirect redirect
        JOIN LATERAL (
            SELECT document, {", ".join(f"document_{column}" for column in DOCUMENT)}, position
            FROM staging own WHERE own.document = redirect.target
            UNION ALL
            SELECT slug, {", ".join(DOCUMENT)}, NULL FROM pledges_document WHERE slug = redirect.target
            ORDER BY position NULLS LAST LIMIT 1
        ) kept ON true
        WHERE redirect.kind = 'document' AND redirect.source = staging.document;
    UPDATE staging SET is_redirected = true, official_slug = redirect.target, official = redirect.target
        FROM pledges_redirect redirect
        WHERE redirect.kind = 'official' AND redirect.source = staging.official_slug;
    UPDATE staging SET is_redirected = true,
            post_district = post.district_id, organisation_id = coalesce(post.body_id, 0), post = post.title
        FROM pledges_redirect redirect
        JOIN pledges_postevent merged ON merged.pgh_obj_id::text = redirect.source
        JOIN pledges_post post ON post.id::text = redirect.target
        WHERE redirect.kind = 'post'
            AND (merged.district_id, coalesce(merged.body_id, 0), merged.title)
                = (staging.post_district, staging.organisation_id, staging.post)
            AND NOT EXISTS (
                SELECT FROM pledges_post own
                WHERE (own.district_id, coalesce(own.body_id, 0), own.title)
                    = (staging.post_district, staging.organisation_id, staging.post)
            );
"""


# Likewise, a merged statement says nothing about the headline of the one that is kept.
KEEP_HEADLINES = f"""
    UPDATE staging SET headline = coalesce((
            SELECT own.headline FROM staging own
            WHERE ({statement_of("own")}) = ({RECORDED_STATEMENT})
                AND NOT own.is_redirected AND own.official_name = coalesce(official.name, '')
            ORDER BY own.position LIMIT 1
        ), statement.headline)
    FROM pledges_statement statement
    JOIN pledges_document document ON document.id = statement.document_id
    LEFT JOIN pledges_official official ON official.id = statement.official_id
    LEFT JOIN pledges_post post ON post.id = statement.post_id
    WHERE ({statement_of("staging")}) = ({RECORDED_STATEMENT})
        AND (is_redirected OR official_name <> official.name AND EXISTS (
            SELECT FROM pledges_redirect redirect WHERE (redirect.kind, redirect.target) = ('official', official.slug)
        ))
"""


def follow_redirects(cursor: CursorWrapper) -> None:
    if _has_redirects(cursor):
        cursor.execute(FOLLOW_REDIRECTS)


def keep_headlines(cursor: CursorWrapper) -> None:
    """Ignore the headlines of merged statements, once the officials are identified."""
    if _has_redirects(cursor):
        cursor.execute(KEEP_HEADLINES)


def _has_redirects(cursor: CursorWrapper) -> bool:
    cursor.execute("SELECT EXISTS (SELECT FROM pledges_redirect)")
    return bool(cursor.fetchone()[0])


def placeholder_row(file: str, line: int, ref: str) -> Row:
    """Return a row for an entry with errors. It has only place and reference, so that the reference counts as used."""
    return dict.fromkeys(COLUMNS) | {"file": file, "line": line, "ref": ref}


def drop(cursor: CursorWrapper) -> None:
    cursor.execute("DROP TABLE staging, staged_statement")


def duplicate_references(cursor: CursorWrapper) -> Iterator[FileProblem]:
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
        message = _("duplicate reference; first used at %(place)s") % {"place": place(first_file, first_line)}
        yield FileProblem(file, line, message, ref=ref, field="ref")


def conflicting_values(cursor: CursorWrapper) -> Iterator[FileProblem]:
    """Documents and statements whose values differ between their rows."""
    for keys, columns, subject in REPEATED:
        for column in columns:
            yield from _conflicting_values(cursor, keys, column, str(subject))


def _conflicting_values(cursor: CursorWrapper, keys: Sequence[str], column: str, subject: str) -> Iterator[FileProblem]:
    key = ", ".join(keys)
    cursor.execute(
        f"""
        SELECT DISTINCT ON ({key}, staging.{column})
            file, line, ref, {column}, first_value({column}) OVER by_key,
            first_value(file) OVER by_key, first_value(line) OVER by_key
        FROM staging
        WHERE ({key}) IN (SELECT {key} FROM staging GROUP BY {key} HAVING min({column}) <> max({column}))
        WINDOW by_key AS (PARTITION BY {key} ORDER BY file, line)
        ORDER BY {key}, staging.{column}, file, line
        """
    )
    for file, line, ref, found, first, first_file, first_line in cursor.fetchall():
        if found != first:
            message = _("found “%(found)s”, but %(subject)s has “%(first)s” at %(place)s") % {
                "found": found,
                "subject": subject,
                "first": first,
                "place": place(first_file, first_line),
            }
            yield FileProblem(file, line, message, ref=ref, field=column)
