"""The tables of the record and how each is merged from the staging table."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.backends.utils import CursorWrapper

from pledges.importer import staging
from pledges.importer.file_problems import FileProblem
from pledges.importer.merge import Merge, Proposal, propose
from pledges.importer.supersession import CHANGES_JUDGED, SUPERSEDES_JUDGED
from pledges.lookups.wording import format_value
from pledges.models import Pledge
from pledges.models.pledge_columns import loaded_fields


def _document_values() -> str:
    """Return SQL for the values of a document, from its staged rows."""
    return ", ".join(f"min(document_{column}) AS {column}" for column in staging.DOCUMENT)


# All rows of a document or statement have the same values (see `staging.conflicting_values`), so any one is used.
DOCUMENTS = Merge(
    table="pledges_document",
    source=f"""
        SELECT file, line, page.* FROM (
            SELECT min(position) AS position, document AS name, document AS slug, {_document_values()}
            FROM staging GROUP BY document
        ) page JOIN staging USING (position)
    """,
    key=("slug",),
    columns={column: f"{{}}.{column}::text" for column in staging.DOCUMENT},
)

# `statements.match` has inserted the new ones.
STATEMENTS = Merge(
    table="pledges_statement",
    source="SELECT *, concat_ws(' ', document, nullif(official, ''), body) AS name FROM staged_statement",
    key=("id",),
    columns={
        "post_id": """(SELECT concat_ws(' · ', title, body.name, district.name) FROM pledges_post post
            JOIN pledges_district district ON district.id = post.district_id
            LEFT JOIN pledges_body body ON body.id = post.body_id WHERE post.id = {}.post_id)""",
        "body_id": "(SELECT slug FROM pledges_body WHERE id = {}.body_id)",
        "headline": "{}.headline",
    },
)

# SQL for the name of a row that a foreign key refers to, for messages about conflicts. `{}` is the row with the key.
REFERENCED_ROWS = {
    "statement_id": """(SELECT document.slug || ' ' || concat_ws(' · ', official.slug, post.title, body.slug)
        FROM pledges_statement statement
        JOIN pledges_document document ON document.id = statement.document_id
        LEFT JOIN pledges_official official ON official.id = statement.official_id
        LEFT JOIN pledges_post post ON post.id = statement.post_id
        LEFT JOIN pledges_body body ON body.id = statement.body_id
        WHERE statement.id = {}.statement_id)""",
    "district_id": "(SELECT slug FROM pledges_district WHERE id = {}.district_id)",
    "metric_id": "(SELECT slug FROM pledges_metric WHERE id = {}.metric_id)",
    "compared_with_id": "(SELECT slug FROM pledges_metric WHERE id = {}.compared_with_id)",
    "compared_with_district_id": "(SELECT slug FROM pledges_district WHERE id = {}.compared_with_district_id)",
}


def _as_text(field: Any) -> str:
    """Return SQL for the value of a pledge's column in messages. `{}` stands for the row."""
    if isinstance(field, models.DecimalField):
        return f"trim_scale({{}}.{field.column})::text"
    if isinstance(field, ArrayField):
        return f"array_to_string({{}}.{field.column}, ', ')"
    return REFERENCED_ROWS.get(field.column, f"{{}}.{field.column}::text")


def _staged_keys() -> str:
    """Return SQL for the staged primary keys."""
    keys = (field for field in staging.PLEDGE_FIELDS.values() if field.is_relation)
    return ", ".join(f"staging.{field.name} AS {field.column}" for field in keys)


PLEDGES = Merge(
    table="pledges_pledge",
    source=f"""
        SELECT staging.*, staging.ref AS name, statement.id AS statement_id, {_staged_keys()},
            'published' AS state, staging.file AS loaded_from
        FROM staging
        JOIN staged_statement statement USING ({", ".join(staging.STATEMENT)})
    """,
    key=("ref",),
    columns={field.column: _as_text(field) for field in loaded_fields(Pledge)},
    always_updated=("loaded_from",),
    never_forced=("state",),
    protected=("state", "supersedes"),
    is_protected=CHANGES_JUDGED,
    initial={"state": f"CASE WHEN {SUPERSEDES_JUDGED.format(row='s')} THEN 'draft' ELSE s.state END"},
)
# A pledge that is not retracted without an amendment.
NEEDS_AMENDMENT = f"(current_follow_up_id IS NOT NULL OR {SUPERSEDES_JUDGED.format(row='pledge')})"


def add_officials_and_posts(cursor: CursorWrapper, new_officials: Sequence[str]) -> None:
    """Insert the officials with the given slugs, and missing posts. Existing rows are never changed.

    Raises IntegrityError if somebody else has just added an official with such a slug, who may be another person.
    """
    cursor.execute(
        """
        INSERT INTO pledges_official (slug, name)
        SELECT official, (array_agg(official_name ORDER BY position))[1] FROM staging
        WHERE official = ANY(%s) GROUP BY official
        """,
        [list(new_officials)],
    )
    cursor.execute(
        """
        INSERT INTO pledges_post (district_id, body_id, title)
        SELECT DISTINCT post_district, nullif(organisation_id, 0), post FROM staging WHERE post <> ''
        ON CONFLICT (district_id, body_id, title) DO NOTHING
        """
    )
    cursor.execute("ANALYZE pledges_official, pledges_post")


def update_loaded_from(cursor: CursorWrapper) -> None:
    """Store from which file each pledge was loaded last, so that its removal from that file is detected."""
    cursor.execute(
        """
        UPDATE pledges_pledge pledge SET loaded_from = staging.file FROM staging
        WHERE pledge.ref = staging.ref AND pledge.loaded_from <> staging.file
        """
    )


def reference_conflicts(cursor: CursorWrapper) -> Iterator[FileProblem]:
    """Yield a problem for each reference that the record uses for a pledge of another page."""
    cursor.execute(
        """
        SELECT staging.file, staging.line, staging.ref, document.slug, staging.document
        FROM staging
        JOIN pledges_pledge pledge ON pledge.ref = staging.ref
        JOIN pledges_statement statement ON statement.id = pledge.statement_id
        JOIN pledges_document document ON document.id = statement.document_id
        WHERE document.slug <> staging.document AND NOT 'statement' = ANY(pledge.edited_fields)
        ORDER BY staging.file, staging.line
        """
    )
    for file, line, ref, owner, found in cursor.fetchall():
        message = (
            f"found on the page {format_value(found)}, but this reference belongs to a pledge on {format_value(owner)}"
        )
        yield FileProblem(file, line, message, ref=ref, field="ref")


def early_deadlines(cursor: CursorWrapper) -> Iterator[FileProblem]:
    """Yield a problem for each pledge in the record whose deadline is before the new date of its page."""
    cursor.execute(
        """
        SELECT page.file, page.line, pledge.ref, document.date, pledge.deadline
        FROM (SELECT DISTINCT ON (document) document, file, line FROM staging ORDER BY document, position) page
        JOIN pledges_document document ON document.slug = page.document
        JOIN pledges_statement statement ON statement.document_id = document.id
        JOIN pledges_pledge pledge ON pledge.statement_id = statement.id
        WHERE pledge.deadline < document.date_earliest ORDER BY page.file, pledge.ref
        """
    )
    for file, line, ref, found, deadline in cursor.fetchall():
        expected = f"expected no later date: the record has a pledge due on {deadline} on this page"
        message = f"found {format_value(found)}, {expected}"
        yield FileProblem(file, line, message, ref=ref, field="document_date")


def removed_references(cursor: CursorWrapper, paths: Sequence[str]) -> list[str]:
    """Return the references of public pledges that these files, folders or pages had and no longer have.

    A YAML file has all pledges of its page, even under a new path. In JSON Lines, several files can share a page.
    """
    cursor.execute(
        """
        SELECT pledge.ref FROM pledges_pledge pledge
        JOIN pledges_statement statement ON statement.id = pledge.statement_id
        JOIN pledges_document document ON document.id = statement.document_id
        WHERE pledge.state = 'published'
            AND NOT EXISTS (SELECT FROM staging WHERE staging.ref = pledge.ref)
            AND (
                EXISTS (
                    SELECT FROM unnest(%s::text[]) path
                    WHERE pledge.loaded_from = path OR starts_with(pledge.loaded_from, path || '/')
                )
                OR pledge.loaded_from ~* '[.]ya?ml$'
                    AND document.slug IN (SELECT document FROM staging WHERE file ~* '[.]ya?ml$')
            )
        ORDER BY pledge.ref
        """,
        [list(paths)],
    )
    return [ref for (ref,) in cursor.fetchall()]


def retract(cursor: CursorWrapper, refs: Sequence[str]) -> int:
    """Retract pledges, except those that `propose_retractions()` proposes, and those whose state an editor has set.

    Return their number.
    """
    cursor.execute(
        f"""
        UPDATE pledges_pledge pledge SET state = 'retracted'
        WHERE ref = ANY(%s) AND NOT 'state' = ANY(edited_fields) AND NOT {NEEDS_AMENDMENT}
        """,
        [list(refs)],
    )
    return int(cursor.rowcount)


def propose_retractions(cursor: CursorWrapper, refs: Sequence[str]) -> list[Proposal]:
    """Propose to retract those of these pledges that are judged, or that supersede a judged one."""
    cursor.execute(
        f"""
        SELECT ref, loaded_from, jsonb_build_array(jsonb_build_object(
            'table', 'pledge', 'key', id::text,
            'before', jsonb_build_object('state', state), 'after', jsonb_build_object('state', 'retracted')
        ))::text
        FROM pledges_pledge pledge
        WHERE ref = ANY(%s) AND NOT 'state' = ANY(edited_fields) AND {NEEDS_AMENDMENT} ORDER BY ref
        """,
        [list(refs)],
    )
    return [
        Proposal(
            *(file, 0, ref, "state", "published", "retracted"),
            state=propose(cursor, changes, reason=f"载入的文件中已没有这条承诺：{file}。"),
        )
        for ref, file, changes in cursor.fetchall()
    ]
