"""Sums of targets and actual figures. Only additive figures are summed, and each target is counted once."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import F, QuerySet

from pledges.models import Pledge
from pledges.models.choices import Measure, State, Strength
from pledges.models.triggers.conditions import in_base_units
from pledges.statistics.counts import Key

# Totals of a period and increases add up; levels, rates, shares and ranks do not.
ADDITIVE = [Measure.TOTAL, Measure.INCREASE]
FIRMEST_FIRST = [Strength.FIRM, Strength.PLANNED, Strength.EXPECTED, Strength.ASPIRED]
REASONS = {
    "not_additive": "A level, rate, share or rank, or a figure in a unit that can't be summed, such as days.",
    "superseded": "Another published pledge supersedes it.",
    "aspired": "Aspired to, beside a firmer figure for the same metric and label in the same statement.",
    "repeated": "The same amount of the same metric and measure is stated elsewhere for the same district and year, or"
    " twice in one statement with the same label.",
    "contained": "A larger district that contains this one has a figure of its own, under the name of the metric or the"
    " same label.",
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
    *(
        "id",
        "ref",
        "status",
        "district_id",
        "year",
        "period",
        "statement_id",
        "metric_id",
        "label",
        "measure",
        "bound",
        "strength",
    ),
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
            metric.name AS metric_name, coalesce(amount_max, amount) AS upper,
            bound = 'at_most' AS is_limit, date_earliest AS said, array_position(%s, strength::text) AS softness,
            CASE
                WHEN NOT (is_additive AND measure = ANY(%s)) THEN 'not_additive'
                WHEN (
                    SELECT true FROM pledges_pledge later
                    -- Few pledges supersede any, which makes PostgreSQL prefer the index to a scan.
                    WHERE later.supersedes <> '{{}}' AND later.supersedes @> ARRAY[found.ref] AND later.state = %s
                    LIMIT 1
                ) THEN 'superseded'
            END AS reason
        FROM found
        JOIN place ON place.id = district_id
        JOIN pledges_unit unit ON unit.symbol = unit_id
        JOIN pledges_dimension dimension ON dimension.id = unit.dimension_id
        JOIN pledges_metric metric ON metric.id = metric_id
        JOIN pledges_statement statement ON statement.id = statement_id
        JOIN pledges_document document ON document.id = statement.document_id
    ),
    beside AS (
        SELECT *, {is_aspired} AND bool_or(NOT {is_aspired}) OVER (
            PARTITION BY {comparable}, place, statement_id, label
        ) AS is_beside_firmer FROM pledge
    ),
    -- A figure that one statement has beside a firmer one is also left out where another statement has it alone.
    in_force AS (
        SELECT *, coalesce(reason, CASE WHEN bool_and({is_aspired}) OVER same AND bool_or(is_beside_firmer) OVER same
            THEN 'aspired' END) AS set_aside
        FROM beside WINDOW same AS (PARTITION BY {comparable}, place, amount, upper, label)
    ),
    -- The things that one statement tells apart by their labels, and its rows for each of them.
    labelled AS (
        SELECT *,
            dense_rank() OVER (PARTITION BY {same}, statement_id ORDER BY label) AS thing,
            row_number() OVER (PARTITION BY {same}, statement_id, label ORDER BY softness, id) AS row_of_thing
        FROM in_force
    ),
    counted AS (
        SELECT *, max(thing) OVER (PARTITION BY {same}, statement_id) AS things,
            min(softness) OVER (PARTITION BY {same}, statement_id) AS firmest
        FROM labelled
    ),
    -- Of several statements of one amount, the one that tells most things apart counts, the firmest, then the latest.
    ranked AS (
        SELECT *, dense_rank() OVER (
            PARTITION BY {same} ORDER BY things DESC, firmest, said DESC, statement_id DESC
        ) AS precedence FROM counted
    ),
    classified AS (
        SELECT *, CASE
            WHEN set_aside IS NOT NULL THEN set_aside
            WHEN precedence > 1 OR row_of_thing > 1 THEN 'repeated'
            WHEN place <= max(last_place) OVER (PARTITION BY {comparable}, set_aside, label {wider})
                OR place <= max(last_place) FILTER (WHERE label = metric_name)
                    OVER (PARTITION BY {comparable}, set_aside {wider}) THEN 'contained'
        END AS left_out FROM ranked
    )
    SELECT {by} left_out, dimension, base_unit, measure, is_limit, period,
        count(DISTINCT metric_id), count(*), sum(amount), sum(upper),
        count(reached), sum(reached), sum(compared)
    -- Figures and targets as they were judged: both with the factors of that time. Those of a pledge whose measure,
    -- period or dimension was amended since measure something else.
    FROM classified LEFT JOIN LATERAL (
        SELECT {reached} AS reached, {compared} AS compared
        FROM pledges_followup follow_up
        CROSS JOIN LATERAL (SELECT {factor_of_actual}) own
        CROSS JOIN LATERAL (SELECT {factor_of_target}) judged_unit
        WHERE follow_up.id = classified.current_follow_up_id AND left_out IS NULL AND actual IS NOT NULL
            AND judged_values -> 'target' ->> 'measure' = classified.measure
            AND judged_values -> 'target' ->> 'period' = classified.period
            AND judged_values -> 'unit' ->> 'dimension' = classified.dimension
    ) current ON true
    GROUP BY {by} left_out, dimension, base_unit, measure, is_limit, period
    ORDER BY {by} dimension, measure, is_limit, period
"""


class TargetSum(NamedTuple):
    """The sum of targets. `amount_max` is the sum with the upper ends of ranges, or None without ranges."""

    pledges: int
    amount: Decimal
    amount_max: Decimal | None


class ActualSum(NamedTuple):
    """The number of pledges with an actual figure, the sum of these figures, and that of the targets they judged."""

    pledges: int
    amount: Decimal | None
    target: Decimal | None


class Total(NamedTuple):
    dimension: str
    base_unit: str
    measure: str
    limit: bool
    period: str
    """The years that each target covers, as 2021/2025; empty for plans of one year."""
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
        key, (reason, dimension, base_unit, measure, is_limit, period, *sums) = row[: len(by)], row[len(by) :]
        metrics, count, amount, amount_max, with_actual, reached, target = sums
        group = found.setdefault(key, Totals([], dict.fromkeys(REASONS, 0)))
        if reason:
            group.left_out[reason] += count
        else:
            targets = TargetSum(count, amount, None if amount_max == amount else amount_max)
            actuals = ActualSum(with_actual, reached, target)
            group.totals.append(Total(dimension, base_unit, measure, is_limit, period, metrics, targets, actuals))
    return found


def _sums(pledges: QuerySet[Pledge], by: Sequence[str]) -> list[tuple[Any, ...]]:
    columns = pledges.order_by().values(
        *PLEDGE_COLUMNS, topic_id=F("metric__topic_id"), official_id=F("statement__official_id")
    )
    found, parameters = columns.query.sql_with_params()
    groups = "".join(f"{GROUP_COLUMNS[name]}, " for name in by)
    comparable = f"{groups}reason, dimension, measure, is_limit, year, period, metric_id"
    sql = SUMS.format(
        places=NUMBERED_DISTRICTS,
        found=found,
        by=groups,
        comparable=comparable,
        same=f"{comparable}, set_aside, place, amount, upper",
        wider="ORDER BY place RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING",
        reached=in_base_units("actual", "own"),
        compared=in_base_units("(judged_values -> 'target' ->> 'value')::numeric", "judged_unit"),
        factor_of_actual=_factor("actual_unit"),
        factor_of_target=_factor("unit"),
        is_aspired=f"(strength = '{Strength.ASPIRED}')",
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*parameters, FIRMEST_FIRST, ADDITIVE, State.PUBLISHED])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _factor(unit: str) -> str:
    """Return the columns of a unit's factor as an approved follow-up judged it."""
    columns = (f"(judged_values -> '{unit}' ->> '{name}')::numeric AS {name}" for name in ("numerator", "denominator"))
    return ", ".join(columns)
