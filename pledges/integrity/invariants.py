"""Invariants of the whole record, each a query for the rows that violate it.

Constraints and triggers enforce all of this while they are in place, which `schema_drift` checks. The invariants find
rows that bypassed them, by a restore or by SQL with triggers disabled.
"""

from collections.abc import Iterator
from typing import NamedTuple

from django.db import connection

from pledges.integrity.follow_up_writers import MISSING_WRITERS
from pledges.integrity.texts import OUTDATED_SEARCH_TEXTS, unclean_texts
from pledges.models.triggers.conditions import (
    FOLLOW_UPS_BEFORE_STATEMENT,
    FOLLOW_UPS_IN_OTHER_DIMENSION,
    TODAY,
    current_follow_up,
    day_of,
    in_base_units,
    is_missed_as_of_too_early,
    is_missed_too_early,
    lacks_evidence,
    last_day,
)
from pledges.models.triggers.judged_columns import is_target_amended, judged_values
from pledges.models.triggers.redirect import IDENTIFIERS


class Invariant(NamedTuple):
    """A rule, the message for a row that violates it, and a query for the names of these rows."""

    name: str
    message: str
    query: str


class Violation(NamedTuple):
    subject: str  # a reference, key or name
    message: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.message}"


FOLLOW_UP_NAME = "'follow-up ' || follow_up.id || ' of ' || pledge.ref"
FOLLOW_UP = f"""
    SELECT {FOLLOW_UP_NAME}
    FROM pledges_followup follow_up JOIN pledges_pledge pledge ON pledge.id = follow_up.pledge_id
"""
CYCLE = """
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
    *("pledge_id", "status", "actual", "actual_bound", "unit_id", "as_of", "summary", "reason", "state"),
    *("author_id", "submitter_id", "reviewer_id", "review_note", "supersedes_id", "confirmed_warnings"),
)
AMENDMENT_DIFFERS = _differs("amendment", "state", "proposer_id", "reviewer_id", "review_note")
EVIDENCE_DIFFERS = _differs(
    "evidence", "follow_up_id", "url", "file_id", "statement_id", "title", "publisher", "published_on", "quote"
)

INVARIANTS = [
    Invariant("texts_are_clean", "it has a text with characters that the record doesn't keep", unclean_texts()),
    Invariant("search_text", "the text for searches is not that of its names", OUTDATED_SEARCH_TEXTS),
    Invariant(
        "references_exist",
        "it refers to a row that does not exist",
        """
        SELECT 'follow-up ' || id FROM pledges_followup
        WHERE NOT EXISTS (SELECT FROM pledges_pledge pledge WHERE pledge.id = pledge_id)
            OR EXISTS (
                SELECT FROM unnest(ARRAY[author_id, submitter_id, reviewer_id]) staff_user
                WHERE staff_user IS NOT NULL
                    AND NOT EXISTS (SELECT FROM auth_user WHERE auth_user.id = staff_user)
            )
        UNION ALL
        SELECT pledge.ref FROM pledges_pledge pledge, unnest(supersedes) superseded
        WHERE NOT EXISTS (SELECT FROM pledges_pledge earlier WHERE earlier.ref = superseded)
        UNION ALL
        SELECT pledge.ref FROM pledges_pledge pledge, unnest(responsible_bodies) responsible
        WHERE NOT EXISTS (SELECT FROM pledges_body body WHERE body.slug = responsible)
        UNION ALL
        SELECT 'evidence ' || id FROM pledges_evidence
        WHERE NOT EXISTS (SELECT FROM pledges_followup follow_up WHERE follow_up.id = follow_up_id)
            OR (file_id IS NOT NULL AND NOT EXISTS (SELECT FROM pledges_storedfile WHERE sha256 = file_id))
            OR (statement_id IS NOT NULL
                AND NOT EXISTS (SELECT FROM pledges_statement statement WHERE statement.id = statement_id))
        """,
    ),
    Invariant(
        "redirects",
        "it must lead from a row that was merged to one that exists",
        " UNION ALL ".join(
            f"""
            SELECT 'redirect of {kind} ' || source FROM pledges_redirect
            WHERE kind = '{kind}' AND (
                EXISTS (SELECT FROM pledges_{kind} WHERE {column}::text = source)
                OR NOT EXISTS (SELECT FROM pledges_{kind} WHERE {column}::text = target)
            )
            """
            for kind, column in IDENTIFIERS.items()
        ),
    ),
    Invariant(
        "merges",
        "it was approved, but its rows were not merged",
        """
        SELECT DISTINCT 'amendment ' || amendment.id
        FROM pledges_amendment amendment, jsonb_to_recordset(merges) merge (kind TEXT, old TEXT)
        WHERE is_applied AND NOT EXISTS (
            SELECT FROM pledges_redirect redirect WHERE (redirect.kind, source) = (merge.kind, merge.old)
        ) AND NOT EXISTS (
            SELECT FROM pledges_amendment later
            WHERE later.is_applied AND merge.kind = 'official' AND later.parted ->> 'slug' = merge.old
                AND later.reviewed_at > amendment.reviewed_at
        )
        """,
    ),
    Invariant(
        "pledge_status",
        "its status, or one of the days of the status, is not that of the follow-up that determines it",
        f"""
        SELECT ref FROM pledges_pledge pledge LEFT JOIN LATERAL ({current_follow_up("pledge.id")}) current ON true
        WHERE (pledge.status, pledge.status_since, pledge.last_checked_on, pledge.current_follow_up_id)
            IS DISTINCT FROM
            (coalesce(current.status, 'unchecked'), current.as_of, {day_of("current.reviewed_at")}, current.id)
            OR pledge.on_earlier_target <> {is_target_amended("pledge.id", "current")}
        """,
    ),
    Invariant(
        "pledge_missed",
        "it is marked as missed, but its last day was not over",
        f"""
        SELECT ref FROM pledges_pledge
        WHERE NOT on_earlier_target AND (
            {is_missed_too_early("status", "last_day")}
            OR {is_missed_as_of_too_early("status", "status_since", "last_day")}
        )
        """,
    ),
    Invariant(
        "pledge_amount",
        "the amount in base units differs from the value in its unit",
        f"""
        SELECT ref FROM pledges_pledge JOIN pledges_unit unit ON unit.symbol = unit_id
        WHERE (amount, amount_max) IS DISTINCT FROM
            ({in_base_units("value", "unit")}, {in_base_units("value_max", "unit")})
        """,
    ),
    Invariant(
        "pledge_last_day",
        "the last day is neither its deadline nor the end of its year",
        f"SELECT ref FROM pledges_pledge pledge WHERE last_day IS DISTINCT FROM {last_day('pledge')}",
    ),
    Invariant(
        "pledge_deadline",
        "the deadline is before the date of its document",
        """
        SELECT ref FROM pledges_pledge pledge
        JOIN pledges_statement statement ON statement.id = pledge.statement_id
        JOIN pledges_document document ON document.id = statement.document_id
        WHERE pledge.deadline < document.date_earliest
        """,
    ),
    Invariant(
        "pledge_counts",
        "the precomputed count differs from the number of pledges",
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
        "pledge_cycle",
        "it supersedes itself, directly or through other pledges",
        """
        WITH RECURSIVE link AS (
            SELECT ref, superseded FROM pledges_pledge, unnest(supersedes) superseded
        ),
        earlier AS (
            SELECT ref, superseded FROM link
            UNION SELECT earlier.ref, link.superseded FROM earlier JOIN link ON link.ref = earlier.superseded
        )
        SELECT ref FROM earlier WHERE superseded = ref
        """,
    ),
    Invariant(
        "pledge_last_change",
        "its newest entry in the change log has another public status",
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
        "revision_complete",
        "it has no number, or the pledges that show its changed rows are not logged",
        """
        SELECT 'revision ' || id FROM (
            SELECT id FROM pledges_revision WHERE number IS NULL
            UNION SELECT revision_id FROM pledges_changedrow
        ) incomplete
        WHERE id::text IS DISTINCT FROM current_setting('duixian.revision', true)  -- not that of this transaction
        """,
    ),
    Invariant(
        "cycle_of_parents",
        "it is its own ancestor",
        " UNION ALL ".join(
            f"({CYCLE.format(table=f'pledges_{kind}', column='parent_id', name=repr(kind + ' ') + ' || slug')})"
            for kind in ("district", "body")
        ),
    ),
    Invariant(
        "district_successor_cycle",
        "it is its own successor",
        CYCLE.format(table="pledges_district", column="successor_id", name="'district ' || slug"),
    ),
    Invariant(
        "follow_up_evidence",
        "verdict without evidence",
        f"""
        {FOLLOW_UP}
        WHERE follow_up.state IN ('submitted', 'approved') AND {lacks_evidence("follow_up")}
        """,
    ),
    Invariant(
        "follow_up_confirmed_warnings",
        "warnings were confirmed without a reason",
        f"{FOLLOW_UP} WHERE follow_up.confirmed_warnings <> '{{}}' AND follow_up.reason !~ '[^[:space:]]'",
    ),
    Invariant(
        "follow_up_as_of",
        "its `as_of` day is missing or was in the future",
        f"""
        {FOLLOW_UP}
        WHERE (follow_up.state IN ('submitted', 'approved') AND follow_up.as_of IS NULL)
            OR follow_up.as_of > {TODAY}
            OR (follow_up.state = 'submitted' AND follow_up.as_of > {day_of("follow_up.submitted_at")})
            OR (follow_up.state = 'approved' AND follow_up.as_of > {day_of("follow_up.reviewed_at")})
        """,
    ),
    Invariant(
        "follow_up_after_statement",
        "its `as_of` day, or evidence that was after the statement at the approval, is before the statement",
        f"SELECT {FOLLOW_UP_NAME} FROM {FOLLOW_UPS_BEFORE_STATEMENT}",
    ),
    Invariant(
        "follow_up_unit",
        "its unit has another dimension than the pledge's",
        f"""
        SELECT {FOLLOW_UP_NAME} FROM {FOLLOW_UPS_IN_OTHER_DIMENSION}
        WHERE follow_up.state = 'submitted'
        """,
    ),
    Invariant(
        "follow_up_judged_values",
        "it lacks the target that it judged, or its figure is in another unit than the one compared with it",
        f"""
        {FOLLOW_UP}
        LEFT JOIN pledges_unit unit ON unit.symbol = follow_up.unit_id
        WHERE follow_up.state = 'approved' AND follow_up.judged_values IS NULL
            OR follow_up.state IN ('draft', 'returned') AND follow_up.judged_values IS NOT NULL
            OR follow_up.state = 'approved' AND (
                NOT follow_up.judged_values ? 'actual_unit'
                -- Units that were merged differ in their names only.
                OR follow_up.unit_id IS NOT NULL
                AND NOT to_jsonb(unit) @> coalesce(
                    nullif(follow_up.judged_values -> 'actual_unit', 'null') - ARRAY['symbol', 'name_en'], 'null'
                )
                AND NOT EXISTS (
                    SELECT FROM pledges_amendment WHERE is_applied AND changes @> jsonb_build_array(
                        jsonb_build_object('table', 'unit', 'key', follow_up.unit_id))
                )
            )
        """,
    ),
    Invariant(
        "judged_values",
        "it differs from what its newest approved follow-up or amendment found",
        f"""
        SELECT ref FROM pledges_pledge pledge CROSS JOIN LATERAL (
            SELECT judged_values - 'actual_unit' AS expected, reviewed_at FROM pledges_followup
                WHERE pledge_id = pledge.id AND state = 'approved'
            UNION ALL
            SELECT values_after, reviewed_at
                FROM pledges_amendedpledge JOIN pledges_amendment amendment ON amendment.id = amendment_id
                WHERE pledge_id = pledge.id
            ORDER BY reviewed_at DESC LIMIT 1
        ) newest
        WHERE NOT {judged_values("pledge.id")} @> newest.expected  -- columns that were added since are not compared
        """,
    ),
    Invariant(
        "amendment_review",
        "it was not applied on approval, was applied without, or was approved by the user who proposed it",
        """
        SELECT 'amendment ' || id FROM pledges_amendment
        WHERE is_applied <> (state = 'approved') OR (reviewed_at IS NULL) <> (state = 'proposed')
            OR (state = 'approved' AND NOT approved_alone AND reviewer_id = proposer_id)
        """,
    ),
    Invariant(
        "follow_up_review",
        "it has a review state without the times and the reviewer that belong to it",
        f"""
        {FOLLOW_UP}
        WHERE (follow_up.state <> 'draft' AND follow_up.submitted_at IS NULL)
            OR (follow_up.state IN ('approved', 'returned')
                AND (follow_up.reviewed_at IS NULL OR follow_up.reviewer_id IS NULL))
        """,
    ),
    Invariant(
        "follow_up_supersedes",
        "it supersedes another than an earlier approved follow-up of its pledge",
        f"""
        {FOLLOW_UP}
        LEFT JOIN pledges_followup earlier ON earlier.id = follow_up.supersedes_id
            AND earlier.pledge_id = follow_up.pledge_id AND earlier.state = 'approved'
            AND (follow_up.state <> 'approved' OR earlier.reviewed_at < follow_up.reviewed_at)
        WHERE follow_up.supersedes_id IS NOT NULL AND earlier.id IS NULL
        """,
    ),
    Invariant(
        "follow_up_statuses",
        "its statuses before and after differ from those of its neighbours and of its pledge",
        f"""
        WITH approved AS (
            SELECT id, lag(resulting_status, 1, 'unchecked') OVER by_time AS before,
                lead(previous_status) OVER by_time AS after
            FROM pledges_followup WHERE state = 'approved'
            WINDOW by_time AS (PARTITION BY pledge_id ORDER BY reviewed_at)
        )
        {FOLLOW_UP}
        LEFT JOIN approved ON approved.id = follow_up.id
        WHERE follow_up.previous_status IS DISTINCT FROM approved.before
            OR follow_up.resulting_status IS DISTINCT FROM
                CASE WHEN approved.id IS NOT NULL THEN coalesce(approved.after, pledge.status) END
        """,
    ),
    Invariant(
        "stored_file_hash",
        "its content does not match its hash",
        "SELECT 'file ' || sha256 FROM pledges_storedfile WHERE sha256 <> encode(sha256(content), 'hex')",
    ),
    Invariant(
        "follow_up_reviewer",
        "it was approved by its submitter or one of its writers, without ONE_PERSON_DESK",
        f"""
        {FOLLOW_UP} WHERE follow_up.state = 'approved' AND NOT follow_up.approved_alone
            AND follow_up.reviewer_id = ANY(follow_up.writers || follow_up.submitter_id || follow_up.author_id)
        """,
    ),
    Invariant(
        "follow_up_writers",
        "its author, or a user who wrote a part of it by its history, is missing among its writers",
        MISSING_WRITERS,
    ),
    Invariant(
        "follow_up_history",
        "it differs from its newest history event",
        f"""
        {FOLLOW_UP}
        {NEWEST_EVENT.format(table="follow_up", event="pledges_followupevent")} WHERE {FOLLOW_UP_DIFFERS}
        """,
    ),
    Invariant(
        "amendment_history",
        "it differs from its newest history event",
        f"""
        SELECT 'amendment ' || amendment.id FROM pledges_amendment amendment
        {NEWEST_EVENT.format(table="amendment", event="pledges_amendmentevent")} WHERE {AMENDMENT_DIFFERS}
        """,
    ),
    Invariant(
        "evidence_history",
        "it differs from its newest history event",
        f"""
        SELECT 'evidence ' || evidence.id FROM pledges_evidence evidence
        {NEWEST_EVENT.format(table="evidence", event="pledges_evidenceevent")} WHERE {EVIDENCE_DIFFERS}
        """,
    ),
]


def violations(invariants: list[Invariant]) -> Iterator[Violation]:
    """Yield all violations. A server-side cursor keeps memory constant."""
    for invariant in invariants:
        with connection.chunked_cursor() as cursor:
            cursor.execute(invariant.query)
            for (subject,) in cursor:
                yield Violation(subject, invariant.message)
