"""Pledges that supersede earlier ones: whether these are there, and in which order they go into the record."""

from collections.abc import Iterator

from django.db.backends.utils import CursorWrapper

from pledges.importer.file_problems import Problem, shown

# All that is reached from a pledge of the files by going from each to the one that it supersedes.
WAYS = """
    WITH RECURSIVE link AS NOT MATERIALIZED ({links}),
    way AS (
        SELECT ref, earlier FROM link WHERE ref IN (SELECT ref FROM staging WHERE supersedes IS NOT NULL)
        UNION
        SELECT way.ref, link.earlier FROM way JOIN link ON link.ref = way.earlier
    )
"""
IN_THE_FILES = WAYS.format(links="SELECT ref, supersedes AS earlier FROM staging WHERE supersedes IS NOT NULL")
NEW_IN_THE_FILES = WAYS.format(
    links="""
        SELECT ref, supersedes AS earlier FROM staging
        WHERE supersedes IS NOT NULL
            AND NOT EXISTS (SELECT FROM pledges_pledge earlier WHERE earlier.ref = staging.supersedes)
    """
)
IN_THE_RECORD = WAYS.format(
    links="""
        SELECT later.ref, earlier.ref AS earlier
        FROM pledges_pledge later JOIN pledges_pledge earlier ON earlier.id = later.supersedes_id
    """
)


def unknown(cursor: CursorWrapper) -> Iterator[Problem]:
    """Links to what neither the files nor the record have."""
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
        message = f"found {shown(found)}, expected the reference of a pledge in the files or in the record"
        yield Problem(file, line, message, ref=ref, field="supersedes")


def cycles_in_the_files(cursor: CursorWrapper) -> Iterator[Problem]:
    return _cycles(cursor, IN_THE_FILES)


def cycles_in_the_record(cursor: CursorWrapper) -> Iterator[Problem]:
    """Those that files and record close together; to be called when all is merged."""
    # Or a plan would take the column, full by now, for empty.
    cursor.execute("ANALYZE pledges_pledge (supersedes_id)")
    return _cycles(cursor, IN_THE_RECORD)


def _cycles(cursor: CursorWrapper, ways: str) -> Iterator[Problem]:
    cursor.execute(
        f"""
        {ways}
        SELECT file, line, ref, supersedes FROM staging
        WHERE supersedes IS NOT NULL AND ref IN (SELECT ref FROM way WHERE earlier = way.ref)
        ORDER BY file, line
        """
    )
    for file, line, ref, found in cursor.fetchall():
        message = "a pledge can't supersede itself" if found == ref else "a cycle: that pledge supersedes this one"
        yield Problem(file, line, f"found {shown(found)}, {message}", ref=ref, field="supersedes")


def generations(cursor: CursorWrapper) -> int:
    """In how many steps the pledges are merged, so that each finds the one that it supersedes."""
    cursor.execute(
        f"{NEW_IN_THE_FILES} SELECT max(steps) FROM (SELECT count(*) AS steps FROM way GROUP BY ref) longest"
    )
    (steps,) = cursor.fetchone()
    return 1 + (steps or 0)
