"""Find the statement of the record that each staged statement continues, and insert those without one.

A statement is identified by document, official and post. Its post can change: the file is corrected, or an editor has
corrected the post and the file still has the former one.
"""

from django.db.backends.utils import CursorWrapper

CREATE = """
    CREATE TEMPORARY TABLE staged_statement ON COMMIT DROP AS
    SELECT staged.*, document.id AS document_id, official.id AS official_id, post.id AS post_id, NULL::bigint AS id
    FROM (
        SELECT file, line, stated.* FROM (
            SELECT document, official, post_district, organisation_id, post, min(headline) AS headline,
                min(position) AS position
            FROM staging GROUP BY document, official, post_district, organisation_id, post
        ) stated JOIN staging USING (position)
    ) staged
    JOIN pledges_document document ON document.slug = staged.document
    JOIN pledges_official official ON official.slug = staged.official
    JOIN pledges_post post
        ON post.district_id = staged.post_district
        AND (coalesce(post.body_id, 0), post.title) = (staged.organisation_id, staged.post)
"""

MATCH_SAME_POST = """
    UPDATE staged_statement staged SET id = statement.id FROM pledges_statement statement
    WHERE (statement.document_id, statement.official_id, statement.post_id)
        = (staged.document_id, staged.official_id, staged.post_id)
"""

MATCH_OTHER_POST = """
    UPDATE staged_statement staged SET id = matched.id FROM (
        SELECT DISTINCT ON (document_id, official_id, post_id) * FROM (
            SELECT DISTINCT ON (statement.id)
                statement.id, staged.document_id, staged.official_id, staged.post_id, staged.file, staged.line
            FROM staged_statement staged
            JOIN pledges_statement statement
                ON (statement.document_id, statement.official_id) = (staged.document_id, staged.official_id)
            WHERE staged.id IS NULL
                AND NOT EXISTS (SELECT FROM staged_statement other WHERE other.id = statement.id)
                AND ({is_corrected_in_file} OR {is_corrected_by_editor})
            ORDER BY statement.id, staged.file, staged.line
        ) candidate
        ORDER BY document_id, official_id, post_id, id
    ) matched
    WHERE (staged.document_id, staged.official_id, staged.post_id)
        = (matched.document_id, matched.official_id, matched.post_id)
""".format(
    # The files have all of its pledges, and some of them under the new post.
    is_corrected_in_file="""(
        EXISTS (
            SELECT FROM pledges_pledge pledge JOIN staging ON staging.ref = pledge.ref
            WHERE pledge.statement_id = statement.id
                AND (staging.document, staging.official, staging.post_district, staging.organisation_id, staging.post)
                    = (staged.document, staged.official, staged.post_district, staged.organisation_id, staged.post)
        ) AND NOT EXISTS (
            SELECT FROM pledges_pledge pledge LEFT JOIN staging ON staging.ref = pledge.ref
            WHERE pledge.statement_id = statement.id AND staging.ref IS NULL
        )
    )""",
    is_corrected_by_editor="""(
        'post' = ANY(statement.edited_fields) AND (
            EXISTS (
                SELECT FROM pledges_statementevent former
                WHERE former.pgh_obj_id = statement.id AND former.post_id = staged.post_id
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
    INSERT INTO pledges_statement (document_id, official_id, post_id, headline, edited_fields)
    SELECT document_id, official_id, post_id, headline, '{}' FROM staged_statement WHERE id IS NULL ORDER BY file, line
"""


def match(cursor: CursorWrapper) -> int:
    """Create the table `staged_statement` with the primary key of each statement, and return their number.

    Documents, officials and posts must be in the record.
    """
    cursor.execute(CREATE)
    count = int(cursor.rowcount)
    cursor.execute("ANALYZE staged_statement")
    cursor.execute(MATCH_SAME_POST)
    cursor.execute(MATCH_OTHER_POST)
    cursor.execute(INSERT)
    if cursor.rowcount:
        cursor.execute("ANALYZE pledges_statement")
        cursor.execute(f"{MATCH_SAME_POST} AND staged.id IS NULL")
    return count
