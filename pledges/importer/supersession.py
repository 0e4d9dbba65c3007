"""Links between pledges by `supersedes`: checks for unknown references and cycles, and links to judged pledges."""

from collections.abc import Iterator

from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _

from pledges.importer.file_problems import FileProblem
from pledges.lookups.wording import format_value

# SQL conditions for a row `t` of the record, or a loaded row `s`, that begins or ceases to supersede a judged pledge.
# An editor's values of `state` and `supersedes` are kept.
CHANGES_JUDGED = """((t.supersedes <> '{}' OR s.supersedes <> '{}') AND EXISTS (
    SELECT FROM pledges_pledge earlier
    WHERE earlier.ref = ANY(t.supersedes || s.supersedes) AND earlier.current_follow_up_id IS NOT NULL
        AND (t.state = 'published' AND earlier.ref = ANY(t.supersedes)) <> (
            CASE WHEN 'state' = ANY(t.edited_fields) THEN t.state ELSE s.state END = 'published'
            AND earlier.ref = ANY(CASE WHEN 'supersedes' = ANY(t.edited_fields) THEN t.supersedes ELSE s.supersedes END)
        )
))"""
SUPERSEDES_JUDGED = """({row}.supersedes <> '{{}}' AND EXISTS (
    SELECT FROM pledges_pledge earlier
    WHERE earlier.ref = ANY({row}.supersedes) AND earlier.current_follow_up_id IS NOT NULL
))"""

# Transitive closure of `supersedes`, starting at staged pledges and those that they supersede.
CLOSURE = """
    WITH RECURSIVE link AS NOT MATERIALIZED (
        SELECT ref, earlier FROM {table}, unnest(supersedes) earlier
    ),
    closure AS (
        SELECT ref, earlier FROM link WHERE ref IN (
            SELECT ref FROM staging WHERE supersedes <> '{{}}' UNION SELECT unnest(supersedes) FROM staging
        )
        UNION
        SELECT closure.ref, link.earlier FROM closure JOIN link ON link.ref = closure.earlier
    )
"""


def unknown_references(cursor: CursorWrapper) -> Iterator[FileProblem]:
    """Yield a problem for each `supersedes` that refers to no pledge of the files or the record."""
    cursor.execute(
        """
        SELECT file, line, ref, superseded FROM staging, unnest(supersedes) superseded
        WHERE NOT EXISTS (SELECT FROM staging earlier WHERE earlier.ref = superseded)
            AND NOT EXISTS (SELECT FROM pledges_pledge earlier WHERE earlier.ref = superseded)
        ORDER BY file, line, superseded
        """
    )
    for file, line, ref, found in cursor.fetchall():
        message = _("found %(found)s, expected the reference of a pledge in the files or in the record") % {
            "found": format_value(found)
        }
        yield FileProblem(file, line, message, ref=ref, field="supersedes")


def cycles_in_the_files(cursor: CursorWrapper) -> Iterator[FileProblem]:
    return _cycles(cursor, CLOSURE.format(table="staging"))


def cycles_in_the_record(cursor: CursorWrapper) -> Iterator[FileProblem]:
    """Find cycles that involve pledges of the record. Call this after the merge."""
    # Without new statistics, the planner would assume that the column is always empty.
    cursor.execute("ANALYZE pledges_pledge (supersedes)")
    return _cycles(cursor, CLOSURE.format(table="pledges_pledge"))


def _cycles(cursor: CursorWrapper, closure: str) -> Iterator[FileProblem]:
    cursor.execute(
        f"""
        {closure}
        SELECT file, line, staging.ref, superseded FROM staging, unnest(supersedes) superseded
        WHERE superseded = staging.ref
            OR EXISTS (SELECT FROM closure WHERE closure.ref = superseded AND closure.earlier = staging.ref)
        ORDER BY file, line, superseded
        """
    )
    for file, line, ref, found in cursor.fetchall():
        message = _("found %(found)s, which directly or indirectly supersedes this pledge")
        if found == ref:
            message = _("found %(found)s, a pledge can't supersede itself")
        yield FileProblem(file, line, message % {"found": format_value(found)}, ref=ref, field="supersedes")


def keep_hidden_links(cursor: CursorWrapper) -> None:
    """Add links to pledges that are not public: exports omit them, and loading an export must not remove them."""
    cursor.execute(
        """
        UPDATE staging SET supersedes = ARRAY(
            SELECT unnest(staging.supersedes) AS superseded UNION SELECT unnest(hidden.refs) ORDER BY superseded
        )
        FROM (
            SELECT own.ref, array_agg(earlier.ref) AS refs FROM pledges_pledge own
            JOIN pledges_pledge earlier ON earlier.ref = ANY(own.supersedes) AND earlier.state <> 'published'
            WHERE own.ref IN (SELECT ref FROM staging) AND own.supersedes <> '{}'
            GROUP BY own.ref
        ) hidden
        WHERE hidden.ref = staging.ref
        """
    )
