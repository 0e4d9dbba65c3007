"""What must hold of the whole record, asked of the rows themselves.

Constraints and triggers hold all of this while they are at work. What came in past them, by a restore or by SQL with
triggers switched off, is found here.
"""

from collections.abc import Iterator
from typing import NamedTuple

import pgtrigger
from django.db import connection

from .models.followup_triggers import TODAY, VERDICT_LIST


class Invariant(NamedTuple):
    """A fact, the words for its opposite, and the query for whatever breaks it: one name in each row."""

    name: str
    words: str
    query: str


class Violation(NamedTuple):
    invariant: Invariant
    found: str  # reference, key or name of what breaks it

    def __str__(self) -> str:
        return f"{self.found}: {self.invariant.words}"


DAY_OF = "({} AT TIME ZONE 'Asia/Shanghai')::date"
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

INVARIANTS = [
    Invariant(
        "rules_at_work",
        "this rule of the database is missing or switched off",
        """
        SELECT wanted FROM unnest(%(triggers)s::text[]) wanted WHERE wanted NOT IN (SELECT tgname FROM pg_trigger)
        UNION ALL
        SELECT tgrelid::regclass || '.' || tgname FROM pg_trigger
        WHERE tgrelid::regclass::text LIKE 'pledges\\_%%' AND tgenabled NOT IN ('O', 'A')
        """,
    ),
    Invariant(
        "links_lead_somewhere",
        "it belongs to something that is not there",
        """
        SELECT 'follow-up ' || id FROM pledges_followup
        WHERE NOT EXISTS (SELECT FROM pledges_pledge pledge WHERE pledge.id = pledge_id)
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
        "status, its day and the day of the last check are not those of the newest approved follow-up",
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
        "it is said to be missed, but its last day was not over",
        f"""
        SELECT ref FROM pledges_pledge
        WHERE status = 'missed'
            AND least(status_since, {TODAY} - 1) < coalesce(deadline, make_date(year, 12, 31))
        """,
    ),
    Invariant(
        "pledge_amount",
        "the amount in base units is not the value in its unit",
        """
        SELECT ref FROM pledges_pledge JOIN pledges_unit ON symbol = unit_id
        WHERE (amount, amount_max) IS DISTINCT FROM (round(value * factor, 6), round(value_max * factor, 6))
        """,
    ),
    Invariant(
        "pledge_deadline",
        "the deadline lies before the day on which it was said",
        """
        SELECT ref FROM pledges_pledge pledge
        JOIN pledges_statement statement ON statement.id = pledge.statement_id
        JOIN pledges_document document ON document.id = statement.document_id
        WHERE pledge.deadline < document.date_earliest
        """,
    ),
    Invariant(
        "pledge_circle",
        "it supersedes itself, by way of others or not",
        CIRCLE.format(table="pledges_pledge", column="supersedes_id", name="ref"),
    ),
    Invariant(
        "district_circle",
        "it lies below itself",
        CIRCLE.format(table="pledges_district", column="parent_id", name="'district ' || slug"),
    ),
    Invariant(
        "follow_up_evidence",
        "it is a verdict without evidence",
        f"""
        {FOLLOW_UP}
        WHERE follow_up.state IN ('submitted', 'approved') AND follow_up.status IN ({VERDICT_LIST})
            AND NOT EXISTS (SELECT FROM pledges_evidence WHERE follow_up_id = follow_up.id)
        """,
    ),
    Invariant(
        "follow_up_as_of",
        "it does not say for which day it holds, or that day was still to come",
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
        "its unit measures something else than the pledge's",
        f"""
        {FOLLOW_UP}
        JOIN pledges_unit own ON own.symbol = follow_up.unit_id
        JOIN pledges_unit promised ON promised.symbol = pledge.unit_id
        WHERE follow_up.state IN ('submitted', 'approved') AND own.dimension_id <> promised.dimension_id
        """,
    ),
    Invariant(
        "follow_up_review",
        "it has not gone through review: submitted on a day, then approved or returned by somebody",
        f"""
        {FOLLOW_UP}
        WHERE (follow_up.state <> 'draft' AND follow_up.submitted_at IS NULL)
            OR (follow_up.state IN ('approved', 'returned')
                AND (follow_up.reviewed_at IS NULL OR follow_up.reviewer_id IS NULL))
        """,
    ),
    Invariant(
        "follow_up_supersedes",
        "it does not supersede the one that was approved before it",
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
        "its content is not the one that its hash was made of",
        "SELECT 'file ' || sha256 FROM pledges_storedfile WHERE sha256 <> encode(sha256(content), 'hex')",
    ),
]

# Not one of them where one person does all the work.
OWN_APPROVAL = Invariant(
    "follow_up_reviewer",
    "it was approved by its author",
    f"{FOLLOW_UP} WHERE follow_up.state = 'approved' AND follow_up.reviewer_id = follow_up.author_id",
)


def violations(invariants: list[Invariant]) -> Iterator[Violation]:
    """Whatever breaks one of them; read piece by piece, so that any number of them fits the memory."""
    triggers = [trigger.get_pgid(model) for model, trigger in pgtrigger.registered()]
    for invariant in invariants:
        with connection.chunked_cursor() as cursor:
            cursor.execute(invariant.query, {"triggers": triggers})
            for (found,) in cursor:
                yield Violation(invariant, found)
