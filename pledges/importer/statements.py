"""Find the statement of the record that each staged statement continues, and insert those without one.

A statement is identified by document, official, post and body. Its post and its body can change: the file is corrected,
or an editor has corrected them and the file still has the former ones.
"""

from django.db.backends.utils import CursorWrapper

from pledges.importer.staging import NOBODY, STATEMENT, statement_of

COLUMNS = ", ".join(STATEMENT)

CREATE = f"""
    CREATE TEMPORARY TABLE staged_statement ON COMMIT DROP AS
    SELECT staged.*, document.id AS document_id, official.id AS official_id, post.id AS post_id,
        nullif(speaking_body_id, {NOBODY}) AS body_id, NULL::bigint AS id
    FROM (
        SELECT file, line, body, stated.* FROM (
            SELECT {COLUMNS}, min(headline) AS headline, min(position) AS position
            FROM staging GROUP BY {COLUMNS}
        ) stated JOIN (SELECT position, file, line, body FROM staging) first_row USING (position)
    ) staged
    JOIN pledges_document document ON document.slug = staged.document
    LEFT JOIN pledges_official official ON official.slug = staged.official
    LEFT JOIN pledges_post post
        ON post.district_id = staged.post_district
        AND (coalesce(post.body_id, {NOBODY}), post.title) = (staged.organisation_id, staged.post)
"""


def _speaker(row: str) -> str:
    """Return SQL for what identifies the statement of a row. Nulls become 0, so that rows can be joined by hash."""
    columns = (f"coalesce({row}.{column}, 0)" for column in ("official_id", "post_id", "body_id"))
    return f"({row}.document_id, {', '.join(columns)})"


MATCH_SAME_SPEAKER = f"""
    UPDATE staged_statement staged SET id = statement.id FROM pledges_statement statement
    WHERE {_speaker("statement")} = {_speaker("staged")}
"""

MATCH_CORRECTED = """
    UPDATE staged_statement staged SET id = matched.id FROM (
        SELECT DISTINCT ON (document_id, official_id, post_id, body_id) * FROM (
            SELECT DISTINCT ON (statement.id) statement.id,
                staged.document_id, staged.official_id, staged.post_id, staged.body_id, staged.file, staged.line
            FROM staged_statement staged
            JOIN pledges_statement statement
                ON (statement.document_id, coalesce(statement.official_id, 0))
                    = (staged.document_id, coalesce(staged.official_id, 0))
            WHERE staged.id IS NULL
                AND NOT EXISTS (SELECT FROM staged_statement other WHERE other.id = statement.id)
                AND ({is_corrected_in_file} OR {is_corrected_by_editor})
            ORDER BY statement.id, staged.file, staged.line
        ) candidate
        ORDER BY document_id, official_id, post_id, body_id, id
    ) matched
    WHERE {same_speaker}
""".format(
    same_speaker=f"{_speaker('staged')} = {_speaker('matched')}",
    # The files have all of its pledges, and some of them under the new post or body.
    is_corrected_in_file=f"""(
        EXISTS (
            SELECT FROM pledges_pledge pledge JOIN staging ON staging.ref = pledge.ref
            WHERE pledge.statement_id = statement.id
                AND ({statement_of("staging")}) = ({statement_of("staged")})
        ) AND NOT EXISTS (
            SELECT FROM pledges_pledge pledge LEFT JOIN staging ON staging.ref = pledge.ref
            WHERE pledge.statement_id = statement.id AND staging.ref IS NULL
        )
    )""",
    is_corrected_by_editor="""(
        ARRAY['post', 'body']::varchar[] && statement.edited_fields AND (
            EXISTS (
                SELECT FROM pledges_statementevent former
                WHERE former.pgh_obj_id = statement.id
                    AND (former.post_id, former.body_id) IS NOT DISTINCT FROM (staged.post_id, staged.body_id)
            ) OR EXISTS (
                SELECT FROM pledges_postevent former
                WHERE former.pgh_obj_id = statement.post_id
                    AND (former.district_id, coalesce(former.body_id, 0), former.title)
                        = (staged.post_district, staged.organisation_id, staged.post)
            )
        )
    )""",
)

INSERT = """
    INSERT INTO pledges_statement (document_id, official_id, post_id, body_id, headline, edited_fields)
    SELECT document_id, official_id, post_id, body_id, headline, '{}' FROM staged_statement
    WHERE id IS NULL ORDER BY file, line
"""


def match(cursor: CursorWrapper) -> int:
    """Create the table `staged_statement` with the primary key of each statement, and return their number.

    Documents, officials, posts and bodies must be in the record.
    """
    cursor.execute(CREATE)
    count = int(cursor.rowcount)
    cursor.execute("ANALYZE staged_statement")
    cursor.execute(MATCH_SAME_SPEAKER)
    cursor.execute(MATCH_CORRECTED)
    cursor.execute(INSERT)
    if cursor.rowcount:
        cursor.execute("ANALYZE pledges_statement")
        cursor.execute(f"{MATCH_SAME_SPEAKER} AND staged.id IS NULL")
    return count
