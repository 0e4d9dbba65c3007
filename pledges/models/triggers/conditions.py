"""SQL conditions that several triggers, and the checks of `pledges.integrity`, have in common.

The same rules for forms and files are in `pledges.domain.follow_up_rules`; a property test compares both.
"""

from pledges.models.choices import VERDICTS

_VERDICT_LIST = ", ".join(f"'{status}'" for status in sorted(VERDICTS))


def day_of(timestamp: str) -> str:
    """Return the calendar day of a timestamp in the time zone of the record, which may not be that of the server."""
    return f"({timestamp} AT TIME ZONE pledges_time_zone())::date"


TODAY = day_of("now()")


def last_day(pledge: str) -> str:
    """Return the last day on which a pledge can be met: its deadline or, without one, the end of its plan year."""
    return f"coalesce({pledge}.deadline, pledges_year_end({pledge}.year))"


def in_base_units(figure: str, unit: str) -> str:
    """Return the amount of a figure in a unit. It is multiplied first, so that only the amount is rounded."""
    return f"round({figure} * {unit}.numerator / {unit}.denominator, 6)"


def exact_in_base_units(figure: str, unit: str) -> str:
    """Return the amount with so many decimals that a sum of such amounts is exact to six: 3 × 1 亩 are 2000 m²."""
    return f"round(round({figure} * {unit}.numerator, 40) / {unit}.denominator, 30)"


def is_missed_too_early(status: str, last_day: str) -> str:
    return f"({status} = 'missed' AND {TODAY} <= {last_day})"


def is_missed_as_of_too_early(status: str, as_of: str, last_day: str) -> str:
    return f"({status} = 'missed' AND {as_of} < {last_day})"


def lacks_evidence(follow_up: str) -> str:
    return (
        f"({follow_up}.status IN ({_VERDICT_LIST})"
        f" AND NOT EXISTS (SELECT FROM pledges_evidence WHERE follow_up_id = {follow_up}.id))"
    )


def current_follow_up(pledge: str, *, into: str = "", corrected_by: str = "") -> str:
    """Return a query for the approved follow-up that determines the status of a pledge.

    It is that with the latest `as_of` day and, of one day, the one approved later. Those that another approved one
    supersedes do not count, nor does the one that the row `corrected_by` supersedes.
    """
    return f"""
        SELECT * {into} FROM pledges_followup follow_up WHERE pledge_id = {pledge} AND state = 'approved'
            AND NOT EXISTS (
                SELECT FROM pledges_followup later WHERE later.supersedes_id = follow_up.id AND later.state = 'approved'
            )
            {corrected_by and f"AND id IS DISTINCT FROM {corrected_by}.supersedes_id"}
        ORDER BY as_of DESC, reviewed_at DESC LIMIT 1
    """


# Follow-ups that are not approved, with aliases for joined rows, whose actual figure can't be compared with the target.
# An approved one keeps the target that it judged.
FOLLOW_UPS_IN_OTHER_DIMENSION = """
    pledges_followup follow_up
    JOIN pledges_pledge pledge ON pledge.id = follow_up.pledge_id
    JOIN pledges_unit target_unit ON target_unit.symbol = pledge.unit_id
    JOIN pledges_unit actual_unit
        ON actual_unit.symbol = follow_up.unit_id AND actual_unit.dimension_id <> target_unit.dimension_id
        AND follow_up.state <> 'approved'
"""


# Follow-ups in force, with the aliases of joined rows, that are as of a day before the statement, or have evidence that
# is before it and wasn't when they were approved. Evidence before the statement can be confirmed with a reason.
FOLLOW_UPS_BEFORE_STATEMENT = r"""
    pledges_followup follow_up
    JOIN pledges_pledge pledge ON pledge.id = follow_up.pledge_id
    JOIN pledges_statement statement ON statement.id = pledge.statement_id
    JOIN pledges_document document ON document.id = statement.document_id
    CROSS JOIN LATERAL (SELECT follow_up.judged_values -> 'document' ->> 'date' AS date) judged
    WHERE follow_up.state = 'approved'
        AND NOT EXISTS (
            SELECT FROM pledges_followup later WHERE later.supersedes_id = follow_up.id AND later.state = 'approved'
        )
        AND (follow_up.as_of < document.date_earliest OR EXISTS (
            SELECT FROM pledges_evidence evidence
            LEFT JOIN pledges_statement report ON report.id = evidence.statement_id
            LEFT JOIN pledges_document page ON page.id = report.document_id AND page.date ~ '^\d{4}-\d\d-\d\d$'
            CROSS JOIN LATERAL (VALUES (evidence.published_on), (page.date_earliest)) evidence_day (day)
            WHERE evidence.follow_up_id = follow_up.id AND day < document.date_earliest
                AND day >= make_date(
                    left(judged.date, 4)::integer,
                    coalesce(nullif(substr(judged.date, 6, 2), ''), '1')::integer,
                    coalesce(nullif(substr(judged.date, 9, 2), ''), '1')::integer
                )
        ))
"""
