"""Links between pledges by `supersedes`: checks for unknown references and cycles, and the order of the merge."""

from collections.abc import Iterator

from django.db.backends.utils import CursorWrapper

from pledges.importer.file_problems import FileProblem, format_value

# Transitive closure of `supersedes`, starting at staged pledges.
CLOSURE = """
    WITH RECURSIVE link AS NOT MATERIALIZED ({links}),
    closure AS (
        SELECT ref, earlier FROM link WHERE ref IN (SELECT ref FROM staging WHERE supersedes IS NOT NULL)
        UNION
        SELECT closure.ref, link.earlier FROM closure JOIN link ON link.ref = closure.earlier
    )
"""
CLOSURE_IN_FILES = CLOSURE.format(links="SELECT ref, supersedes AS earlier FROM staging WHERE supersedes IS NOT NULL")
NEW_CLOSURE_IN_FILES = CLOSURE.format(
    links="""
        SELECT ref, supersedes AS earlier FROM staging
        WHERE supersedes IS NOT NULL
            AND NOT EXISTS (SELECT FROM pledges_pledge earlier WHERE earlier.ref = staging.supersedes)
    """
)
CLOSURE_IN_RECORD = CLOSURE.format(
    links="""
        SELECT later.ref, earlier.ref AS earlier
        FROM pledges_pledge later JOIN pledges_pledge earlier ON earlier.id = later.supersedes_id
    """
)


def unknown_references(cursor: CursorWrapper) -> Iterator[FileProblem]:
    """Yield a problem for each `supersedes` that refers to no pledge of the files or the record."""
    cursor.execute(
        """
        SELECT file, line, ref, supersedes FROM staging
        WHERE supersedes IS NOT NULL
            AND NOT EXISTS (SELECT FROM staging earlier WHERE earlier.ref = staging.supersedes)
            AND NOT EXISTS (SELECT FROM pledges_pledge earlier WHERE earlier.ref = staging.supersedes)
        ORDER BY file, line
        """
    )
    for file, line, ref, found in cursor.fetchall():
        message = f"found {format_value(found)}, expected the reference of a pledge in the files or in the record"
        yield FileProblem(file, line, message, ref=ref, field="supersedes")


def cycles_in_the_files(cursor: CursorWrapper) -> Iterator[FileProblem]:
    return _cycles(cursor, CLOSURE_IN_FILES)


def cycles_in_the_record(cursor: CursorWrapper) -> Iterator[FileProblem]:
    """Find cycles that involve pledges of the record. Call this after the merge."""
    # Without new statistics, the planner would assume that the column is always null.
    cursor.execute("ANALYZE pledges_pledge (supersedes_id)")
    return _cycles(cursor, CLOSURE_IN_RECORD)


def _cycles(cursor: CursorWrapper, closure: str) -> Iterator[FileProblem]:
    cursor.execute(
        f"""
        {closure}
        SELECT file, line, ref, supersedes FROM staging
        WHERE supersedes IS NOT NULL AND ref IN (SELECT ref FROM closure WHERE earlier = closure.ref)
        ORDER BY file, line
        """
    )
    for file, line, ref, found in cursor.fetchall():
        message = "which directly or indirectly supersedes this pledge"
        if found == ref:
            message = "a pledge can't supersede itself"
        yield FileProblem(file, line, f"found {format_value(found)}, {message}", ref=ref, field="supersedes")


def merge_pass_count(cursor: CursorWrapper) -> int:
    """Return the number of merge passes needed to insert every pledge after the one that it supersedes."""
    cursor.execute(
        f"{NEW_CLOSURE_IN_FILES} SELECT max(steps) FROM (SELECT count(*) AS steps FROM closure GROUP BY ref) depths"
    )
    (steps,) = cursor.fetchone()
    return 1 + (steps or 0)
