"""What must hold of the whole record, asked of the rows themselves.

Constraints and triggers hold all of this while they are at work, which `enforcement` asks. What came in past them, by
a restore or by SQL with triggers switched off, is found here.
"""

from collections.abc import Iterator
from typing import NamedTuple

from django.db import connection

from pledges.models.triggers.follow_up import DAY_OF, TODAY, VERDICT_LIST


class Invariant(NamedTuple):
    """A fact, the words for its opposite, and the query for whatever breaks it: one name in each row."""

    name: str
    words: str
    query: str


class Violation(NamedTuple):
    found: str  # reference, key or name of what is wrong
    words: str

    def __str__(self) -> str:
        return f"{self.found}: {self.words}"


FOLLOW_UP = """
    SELECT 'follow-up ' || follow_up.id || ' of ' || pledge.ref
    FROM pledges_followup follow_up JOIN pledges_pledge pledge ON pledge.id = follow_up.pledge_id
"""
CIRCLE = """
    WITH RECURSIVE above AS (
        SELECT id, {column} AS next FROM {table} WHERE {column} IS NOT NULL
        UNION
        SELECT above.id, linked.{column} FROM above JOIN {table} linked ON linked.id = above.next
    )
    SELECT {name} FROM {table} WHERE id IN (SELECT id FROM above WHERE next = id)
"""

NEWEST_EVENT = """
    LEFT JOIN LATERAL (
        SELECT * FROM {event} event WHERE event.pgh_obj_id = {table}.id ORDER BY pgh_id DESC LIMIT 1
    ) event ON true
"""


def _differs(table: str, *columns: str) -> str:
    rows = (", ".join(f"{row}.{column}" for column in columns) for row in (table, "event"))
    return "({}) IS DISTINCT FROM ({})".format(*rows)


FOLLOW_UP_DIFFERS = _differs(
    "follow_up",
    *("pledge_id", "status", "actual", "unit_id", "as_of", "summary", "reason", "state"),
    *("author_id", "submitter_id", "reviewer_id", "review_note", "supersedes_id"),
)
EVIDENCE_DIFFERS = _differs(
    "evidence", "follow_up_id", "url", "file_id", "statement_id", "title", "publisher", "published_on", "quote"
)

INVARIANTS = [
    Invariant(
        "links_lead_somewhere",
        "it refers to a missing row",
        """
        SELECT 'follow-up ' || id FROM pledges_followup
        WHERE NOT EXISTS (SELECT FROM pledges_pledge pledge WHERE pledge.id = pledge_id)
            OR EXISTS (
                SELECT FROM unnest(ARRAY[author_id, submitter_id, reviewer_id]) colleague
                WHERE colleague IS NOT NULL AND NOT EXISTS (SELECT FROM auth_user WHERE auth_user.id = colleague)
            )
        UNION ALL
        SELECT ref FROM pledges_pledge pledge
        WHERE supersedes_id IS NOT NULL
            AND NOT EXISTS (SELECT FROM pledges_pledge earlier WHERE earlier.id = pledge.supersedes_id)
        UNION ALL
        SELECT 'evidence ' || id FROM pledges_evidence
        WHERE NOT EXISTS (SELECT FROM pledges_followup follow_up WHERE follow_up.id = follow_up_id)
            OR (file_id IS NOT NULL AND NOT EXISTS (SELECT FROM pledges_storedfile WHERE sha256 = file_id))
            OR (statement_id IS NOT NULL
                AND NOT EXISTS (SELECT FROM pledges_statement statement WHERE statement.id = statement_id))
        """,
    ),
    Invariant(
        "pledge_status",
        "status, `status_since` or `last_checked_on` differ from the newest approved follow-up",
        f"""
        SELECT ref FROM pledges_pledge pledge LEFT JOIN (
            SELECT DISTINCT ON (pledge_id) * FROM pledges_followup WHERE state = 'approved'
            ORDER BY pledge_id, reviewed_at DESC
        ) newest ON newest.pledge_id = pledge.id
        WHERE (pledge.status, pledge.status_since, pledge.last_checked_on) IS DISTINCT FROM
            (coalesce(newest.status, 'unchecked'), newest.as_of, {DAY_OF.format("newest.reviewed_at")})
        """,
    ),
    Invariant(
        "pledge_missed",
        "marked as missed before its last day had passed",
        f"""
        SELECT ref FROM pledges_pledge
        WHERE status = 'missed'
            AND least(status_since, {TODAY} - 1) < coalesce(deadline, make_date(year, 12, 31))
        """,
    ),
    Invariant(
        "pledge_amount",
        "the amount in base units differs from the value in its unit",
        """
        SELECT ref FROM pledges_pledge JOIN pledges_unit ON symbol = unit_id
        WHERE (amount, amount_max) IS DISTINCT FROM (round(value * factor, 6), round(value_max * factor, 6))
        """,
    ),
    Invariant(
        "pledge_deadline",
        "the deadline is before the day of the statement",
        """
        SELECT ref FROM pledges_pledge pledge
        JOIN pledges_statement statement ON statement.id = pledge.statement_id
        JOIN pledges_document document ON document.id = statement.document_id
        WHERE pledge.deadline < document.date_earliest
        """,
    ),
    Invariant(
        "pledge_counts",
        "the stored count differs from the number of pledges",
        """
        SELECT concat('pledges of ', year, ' that are ', status, ', of metric ', metric_id) FROM (
            SELECT year, status, metric_id, 1 AS number FROM pledges_pledge WHERE state = 'published'
            UNION ALL
            SELECT year, status, metric_id, -count FROM pledges_pledgecount
        ) kind
        GROUP BY year, status, metric_id HAVING sum(number) <> 0
        """,
    ),
    Invariant(
        "pledge_circle",
        "cycle of `supersedes`",
        CIRCLE.format(table="pledges_pledge", column="supersedes_id", name="ref"),
    ),
    Invariant(
        "pledge_last_change",
        "differs from its newest entry in the change log",
        """
        SELECT coalesce(pledge.ref, newest.ref) FROM pledges_pledge pledge FULL JOIN (
            SELECT DISTINCT ON (ref) ref, status FROM pledges_change
            JOIN pledges_revision revision ON revision.id = revision_id
            ORDER BY ref, revision.number DESC NULLS FIRST
        ) newest ON newest.ref = pledge.ref
        WHERE CASE WHEN pledge.state = 'published' THEN pledge.status END IS DISTINCT FROM newest.status
        """,
    ),
    Invariant(
        "district_circle",
        "cycle of parents",
        CIRCLE.format(table="pledges_district", column="parent_id", name="'district ' || slug"),
    ),
    Invariant(
        "follow_up_evidence",
        "verdict without evidence",
        f"""
        {FOLLOW_UP}
        WHERE follow_up.state IN ('submitted', 'approved') AND follow_up.status IN ({VERDICT_LIST})
            AND NOT EXISTS (SELECT FROM pledges_evidence WHERE follow_up_id = follow_up.id)
        """,
    ),
    Invariant(
        "follow_up_as_of",
        "`as_of` is missing or in the future",
        f"""
        {FOLLOW_UP}
        WHERE (follow_up.state IN ('submitted', 'approved') AND follow_up.as_of IS NULL)
            OR follow_up.as_of > {TODAY}
            OR (follow_up.state = 'submitted' AND follow_up.as_of > {DAY_OF.format("follow_up.submitted_at")})
            OR (follow_up.state = 'approved' AND follow_up.as_of > {DAY_OF.format("follow_up.reviewed_at")})
        """,
    ),
    Invariant(
        "follow_up_unit",
        "its unit and the pledge's are of different dimensions",
        f"""
        {FOLLOW_UP}
        JOIN pledges_unit own ON own.symbol = follow_up.unit_id
        JOIN pledges_unit promised ON promised.symbol = pledge.unit_id
        WHERE follow_up.state IN ('submitted', 'approved') AND own.dimension_id <> promised.dimension_id
        """,
    ),
    Invariant(
        "follow_up_review",
        "review is incomplete: time of submission, reviewer or time of review is missing",
        f"""
        {FOLLOW_UP}
        WHERE (follow_up.state <> 'draft' AND follow_up.submitted_at IS NULL)
            OR (follow_up.state IN ('approved', 'returned')
                AND (follow_up.reviewed_at IS NULL OR follow_up.reviewer_id IS NULL))
        """,
    ),
    Invariant(
        "follow_up_supersedes",
        "does not supersede the follow-up approved before it",
        f"""
        WITH approved AS (
            SELECT id, lag(id) OVER (PARTITION BY pledge_id ORDER BY reviewed_at) AS before
            FROM pledges_followup WHERE state = 'approved'
        )
        {FOLLOW_UP}
        LEFT JOIN approved ON approved.id = follow_up.id
        WHERE follow_up.supersedes_id IS DISTINCT FROM approved.before
        """,
    ),
    Invariant(
        "stored_file_hash",
        "the content does not match its SHA-256",
        "SELECT 'file ' || sha256 FROM pledges_storedfile WHERE sha256 <> encode(sha256(content), 'hex')",
    ),
    Invariant(
        "follow_up_reviewer",
        "approved by its author or submitter, without ONE_PERSON_DESK",
        f"""
        {FOLLOW_UP} WHERE follow_up.state = 'approved' AND NOT follow_up.approved_alone
            AND follow_up.reviewer_id IN (follow_up.author_id, follow_up.submitter_id)
        """,
    ),
    Invariant(
        "follow_up_history",
        "differs from its history",
        f"""
        {FOLLOW_UP}
        {NEWEST_EVENT.format(table="follow_up", event="pledges_followupevent")} WHERE {FOLLOW_UP_DIFFERS}
        """,
    ),
    Invariant(
        "evidence_history",
        "differs from its history",
        f"""
        SELECT 'evidence ' || evidence.id FROM pledges_evidence evidence
        {NEWEST_EVENT.format(table="evidence", event="pledges_evidenceevent")} WHERE {EVIDENCE_DIFFERS}
        """,
    ),
]


def violations(invariants: list[Invariant]) -> Iterator[Violation]:
    """Whatever breaks one of them; read piece by piece, so that any number of them fits the memory."""
    for invariant in invariants:
        with connection.chunked_cursor() as cursor:
            cursor.execute(invariant.query)
            for (found,) in cursor:
                yield Violation(found, invariant.words)
