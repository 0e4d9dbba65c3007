"""Sums of targets and actual figures. Only additive figures are summed, and each target is counted once."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import F, QuerySet

from pledges.models import Pledge
from pledges.models.choices import Measure, State, Strength
from pledges.statistics.counts import Key

# Totals of a period and increases add up; levels, rates, shares and ranks do not.
ADDITIVE = [Measure.TOTAL, Measure.INCREASE]
FIRMEST_FIRST = [Strength.FIRM, Strength.PLANNED, Strength.EXPECTED, Strength.ASPIRED]
REASONS = {
    "not_additive": "A level, rate, share or rank, or a figure in a unit that can't be summed, such as days.",
    "superseded": "Another published pledge supersedes it.",
    "repeated": "Stated more firmly or later elsewhere, for the same district, year, metric, label and measure.",
    "contained": "A larger district that contains this one has its own figure for the same target.",
}
GROUP_COLUMNS = {
    "status": "status",
    "district": "district_id",
    "year": "year",
    "topic": "topic_id",
    "metric": "metric_id",
    "official": "official_id",
}
PLEDGE_COLUMNS = [
    *("id", "status", "district_id", "year", "statement_id", "metric_id", "label", "measure", "bound", "strength"),
    *("unit_id", "amount", "amount_max", "current_follow_up_id"),
]

# Districts numbered depth-first. A district contains the districts numbered from `number` + 1 to `last`.
NUMBERED_DISTRICTS = """
    WITH RECURSIVE path AS (
        SELECT id, ARRAY[id] AS places FROM pledges_district WHERE parent_id IS NULL
        UNION ALL
        SELECT child.id, places || child.id FROM path JOIN pledges_district child ON child.parent_id = path.id
    ),
    numbered AS (SELECT places, row_number() OVER (ORDER BY places) AS number FROM path)
    SELECT id, min(number) AS number, max(number) AS last FROM numbered, unnest(places) AS id GROUP BY id
"""
SUMS = """
    WITH place AS ({places}),
    found AS ({found}),
    pledge AS (
        SELECT found.*, place.number AS place, place.last AS last_place, dimension.slug AS dimension, base_unit,
            bound = 'at_most' AS is_limit, date_earliest AS said, array_position(%s, strength::text) AS softness,
            CASE
                WHEN NOT (is_additive AND measure = ANY(%s)) THEN 'not_additive'
                WHEN (
                    SELECT true FROM pledges_pledge later
                    WHERE later.supersedes_id = found.id AND later.state = %s LIMIT 1
                ) THEN 'superseded'
            END AS reason
        FROM found
        JOIN place ON place.id = district_id
        JOIN pledges_unit unit ON unit.symbol = unit_id
        JOIN pledges_dimension dimension ON dimension.id = unit.dimension_id
        JOIN pledges_statement statement ON statement.id = statement_id
        JOIN pledges_document document ON document.id = statement.document_id
    ),
    ranked AS (
        SELECT *, rank() OVER (
            PARTITION BY {target}, place ORDER BY softness, said DESC, statement_id DESC
        ) AS precedence FROM pledge
    ),
    classified AS (
        SELECT *, CASE
            WHEN reason IS NOT NULL THEN reason
            WHEN precedence > 1 THEN 'repeated'
            WHEN place <= max(last_place) OVER (
                PARTITION BY {target} ORDER BY place RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) THEN 'contained'
        END AS left_out FROM ranked
    )
    SELECT {by} left_out, dimension, base_unit, measure, is_limit,
        count(DISTINCT metric_id), count(*), sum(amount), sum(coalesce(amount_max, amount)),
        count(reached), sum(reached), sum(amount) FILTER (WHERE reached IS NOT NULL)
    FROM classified LEFT JOIN LATERAL (
        SELECT actual * (SELECT factor FROM pledges_unit own WHERE own.symbol = follow_up.unit_id) AS reached
        FROM pledges_followup follow_up
        WHERE follow_up.id = classified.current_follow_up_id AND left_out IS NULL
    ) current ON true
    GROUP BY {by} left_out, dimension, base_unit, measure, is_limit
    ORDER BY {by} dimension, measure, is_limit
"""


class TargetSum(NamedTuple):
    """The sum of targets. `amount_max` is the sum with the upper ends of ranges, or None without ranges."""

    pledges: int
    amount: Decimal
    amount_max: Decimal | None


class ActualSum(NamedTuple):
    """The number of pledges with an actual figure, the sum of these figures, and the sum of their targets."""

    pledges: int
    amount: Decimal | None
    target: Decimal | None


class Total(NamedTuple):
    dimension: str
    base_unit: str
    measure: str
    limit: bool
    metrics: int
    target: TargetSum
    actual: ActualSum


class Totals(NamedTuple):
    """The sums of a group, and the number of pledges left out of them, by reason."""

    totals: list[Total]
    left_out: dict[str, int]


EMPTY_TOTALS = Totals([], dict.fromkeys(REASONS, 0))


def totals(pledges: QuerySet[Pledge], by: Sequence[str]) -> dict[Key, Totals]:
    """Return the sums of each group. Within a group, a target that is stated several times is added once."""
    found: dict[Key, Totals] = {}
    for row in _sums(pledges, by):
        key, (reason, dimension, base_unit, measure, is_limit, *sums) = row[: len(by)], row[len(by) :]
        metrics, count, amount, amount_max, with_actual, reached, target = sums
        group = found.setdefault(key, Totals([], dict.fromkeys(REASONS, 0)))
        if reason:
            group.left_out[reason] += count
        else:
            targets = TargetSum(count, amount, None if amount_max == amount else amount_max)
            actuals = ActualSum(with_actual, reached, target)
            group.totals.append(Total(dimension, base_unit, measure, is_limit, metrics, targets, actuals))
    return found


def _sums(pledges: QuerySet[Pledge], by: Sequence[str]) -> list[tuple[Any, ...]]:
    columns = pledges.order_by().values(
        *PLEDGE_COLUMNS, topic_id=F("metric__topic_id"), official_id=F("statement__official_id")
    )
    found, parameters = columns.query.sql_with_params()
    groups = "".join(f"{GROUP_COLUMNS[name]}, " for name in by)
    target = f"{groups}reason, dimension, measure, is_limit, year, metric_id, label"
    sql = SUMS.format(places=NUMBERED_DISTRICTS, found=found, by=groups, target=target)
    with connection.cursor() as cursor:
        cursor.execute(sql, [*parameters, FIRMEST_FIRST, ADDITIVE, State.PUBLISHED])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
