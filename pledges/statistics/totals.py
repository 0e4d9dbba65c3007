"""Sums of targets and actual figures. Only additive figures are summed, and each target is counted once."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import F, QuerySet

from pledges.models import Pledge
from pledges.models.choices import Measure, State, Strength
from pledges.models.triggers.conditions import exact_in_base_units
from pledges.statistics.counts import Key

# Totals of a period and increases add up; levels, rates, shares and ranks do not.
ADDITIVE = [Measure.TOTAL, Measure.INCREASE]
FIRMEST_FIRST = [Strength.FIRM, Strength.PLANNED, Strength.EXPECTED, Strength.ASPIRED]
REASONS = {
    "not_additive": "A level, rate, share, rank or distance from another figure, or a figure in a unit that can't be"
    " summed, such as days.",
    "superseded": "Another published pledge supersedes it, or the same figure in another statement.",
    "aspired": "Aspired to, beside a firmer figure for the same metric in the same statement: with the same label, or"
    " going beyond it. Also where it is stated elsewhere, and an aspired figure that supersedes it.",
    "repeated": "The same amount of the same metric and measure is stated elsewhere for the same district and year, or"
    " twice in one statement with the same label.",
    "contained": "A larger district that contains this one has a figure of its own, under a name that the metric has or"
    " had, or under the same label.",
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
    *("id", "ref", "status", "district_id", "year", "period", "statement_id", "metric_id", "label", "measure", "bound"),
    *(
        "baseline_year",
        "compared_with_id",
        "strength",
        "unit_id",
        "value",
        "value_max",
        "supersedes",
        "current_follow_up_id",
    ),
]

# The districts of the found pledges, and those around them, numbered depth-first. A district contains the districts
# numbered from `number` + 1 to `last`.
NUMBERED_DISTRICTS = """
    WITH RECURSIVE around AS (
        SELECT id, parent_id FROM pledges_district WHERE id IN (SELECT district_id FROM found)
        UNION
        SELECT outer_district.id, outer_district.parent_id
            FROM around JOIN pledges_district outer_district ON outer_district.id = around.parent_id
    ),
    path AS (
        SELECT id, ARRAY[id] AS places FROM around WHERE parent_id IS NULL
        UNION ALL
        SELECT child.id, places || child.id FROM path JOIN around child ON child.parent_id = path.id
    ),
    numbered AS (SELECT places, row_number() OVER (ORDER BY places) AS number FROM path)
    SELECT id, min(number) AS number, max(number) AS last FROM numbered, unnest(places) AS id GROUP BY id
"""
# All names that a metric, or one that was merged into it, has or had. A pledge keeps the name as its label.
NAMES_OF_METRICS = """
    SELECT id, name FROM pledges_metric
    UNION SELECT metric.id, event.name FROM pledges_metricevent event
        LEFT JOIN pledges_redirect redirect ON redirect.kind = 'metric' AND redirect.source = event.slug
        JOIN pledges_metric metric ON metric.slug = coalesce(redirect.target, event.slug)
"""
SUMS = """
    WITH RECURSIVE found AS ({found}),
    place AS ({places}),
    -- `part` is what a label tells apart within the metric; empty if it is the name of the metric.
    pledge AS (
        SELECT found.*, place.number AS place, place.last AS last_place, dimension.slug AS dimension, base_unit,
            CASE WHEN (metric_id, label) NOT IN ({names_of_metrics}) THEN label ELSE '' END AS part,
            {exact} AS exact, {exact_upper} AS exact_upper,
            -- An increase since an earlier year is one of all years after it.
            CASE WHEN measure <> 'increase' OR baseline_year IS NULL THEN period
                WHEN baseline_year < year - 1 THEN concat(baseline_year + 1, '/', year) ELSE '' END AS covered,
            bound = 'at_most' AS is_limit, bound <> 'at_least' AND direction = 'less' AS is_less_better,
            strength = 'aspired' AS is_aspired,
            is_additive AND measure = ANY(%s) AND compared_with_id IS NULL AS can_be_added,
            date_earliest AS said, array_position(%s, strength::text) AS softness,
            CASE WHEN (
                SELECT true FROM pledges_pledge later
                -- Few pledges supersede any, which makes PostgreSQL prefer the index to a scan.
                WHERE later.supersedes <> '{{}}' AND later.supersedes @> ARRAY[found.ref] AND later.state = %s
                LIMIT 1
            ) THEN (
                SELECT max(superseding_document.date_earliest) FROM pledges_pledge later
                JOIN pledges_statement superseding ON superseding.id = later.statement_id
                JOIN pledges_document superseding_document ON superseding_document.id = superseding.document_id
                WHERE later.supersedes @> ARRAY[found.ref] AND later.state = %s
            ) END AS superseded_on
        FROM found
        JOIN place ON place.id = district_id
        JOIN pledges_unit unit ON unit.symbol = unit_id
        JOIN pledges_dimension dimension ON dimension.id = unit.dimension_id
        JOIN pledges_metric metric ON metric.id = metric_id
        JOIN pledges_statement statement ON statement.id = statement_id
        JOIN pledges_document document ON document.id = statement.document_id
    ),
    -- Within one statement, an aspired figure is beside a firmer one of the same label, or one that it goes beyond.
    -- That stays so if the firmer one is superseded: what supersedes it counts instead.
    beside AS (
        SELECT *, is_aspired AND coalesce(
            bool_or(NOT is_aspired) OVER (PARTITION BY {comparable}, place, statement_id, part)
            OR CASE WHEN is_limit OR is_less_better OR exact_upper <= 0
                THEN exact < max(exact) FILTER (WHERE NOT is_aspired) OVER stated
                ELSE exact_upper > min(exact_upper) FILTER (WHERE NOT is_aspired) OVER stated
            END, false
        ) AS is_beside_firmer
        FROM pledge WINDOW stated AS (PARTITION BY {comparable}, place, statement_id)
    ),
    -- The targets that an aspired figure supersedes, directly or through other aspired figures.
    replaced AS (
        SELECT id, unnest(supersedes) AS ref FROM pledge WHERE is_aspired AND supersedes <> '{{}}'
        UNION
        SELECT replaced.id, unnest(pledge.supersedes) FROM replaced JOIN pledge USING (ref) WHERE is_aspired
    ),
    replacing AS (
        SELECT later.id, bool_and(earlier.is_aspired) AND bool_or(earlier.is_beside_firmer) AS replaces_aspired
        FROM replaced JOIN beside later USING (id) JOIN beside earlier ON earlier.ref = replaced.ref
        WHERE {is_comparable} AND later.place = earlier.place GROUP BY later.id
    ),
    -- The things that one statement tells apart by their labels.
    labelled AS (
        SELECT *, is_beside_firmer OR id IN (SELECT id FROM replacing WHERE replaces_aspired) AS is_beyond_firmer,
            dense_rank() OVER (PARTITION BY {same}, statement_id ORDER BY part) AS thing
        FROM beside
    ),
    counted AS (
        SELECT *, max(thing) OVER (PARTITION BY {same}, statement_id) AS things FROM labelled
    ),
    -- What is stated in several places is superseded, or beside a firmer figure, in all of them.
    in_force AS (
        SELECT *, CASE
            WHEN NOT can_be_added THEN 'not_additive'
            WHEN superseded_on IS NOT NULL
                OR said <= max(superseded_on) OVER (PARTITION BY {same}, part)
                OR things = 1 AND said <= max(superseded_on) OVER (PARTITION BY {same}) THEN 'superseded'
            WHEN is_aspired AND bool_or(is_beyond_firmer) OVER (PARTITION BY {same}) THEN 'aspired'
        END AS set_aside FROM counted
    ),
    -- Of several statements of one amount, the one that tells most things apart counts, the firmest, then the latest.
    ranked AS (
        SELECT *,
            row_number() OVER (
                PARTITION BY {same}, set_aside, statement_id, part ORDER BY softness, id
            ) AS row_of_thing,
            min(softness) OVER (PARTITION BY {same}, set_aside, statement_id) AS firmest
        FROM in_force
    ),
    preferred AS (
        SELECT *, dense_rank() OVER (
            PARTITION BY {same}, set_aside ORDER BY things DESC, firmest, said DESC, statement_id DESC
        ) AS precedence FROM ranked
    ),
    classified AS (
        SELECT *, CASE
            WHEN set_aside IS NOT NULL THEN set_aside
            WHEN precedence > 1 OR row_of_thing > 1 THEN 'repeated'
            WHEN place <= max(last_place) OVER (PARTITION BY {comparable}, set_aside, part {wider})
                OR place <= max(last_place) FILTER (WHERE part = '')
                    OVER (PARTITION BY {comparable}, set_aside {wider}) THEN 'contained'
        END AS left_out FROM preferred
    )
    SELECT {by} left_out, dimension, base_unit, measure, is_limit, covered,
        count(DISTINCT metric_id), count(*), round(sum(exact), 6), round(sum(exact_upper), 6),
        count(reached), round(sum(reached), 6), round(sum(compared), 6)
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
            AND judged_values -> 'target' ->> 'baseline_year' IS NOT DISTINCT FROM classified.baseline_year::text
            AND judged_values -> 'compared_with' ->> 'slug' IS NULL
            AND judged_values -> 'unit' ->> 'dimension' = classified.dimension
    ) current ON true
    GROUP BY {by} left_out, dimension, base_unit, measure, is_limit, covered
    ORDER BY {by} dimension, measure, is_limit, covered
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
    groups = [GROUP_COLUMNS[name] for name in by]
    # Figures with equal values in these columns can be the same figure, or part of one another.
    comparable = [*groups, "dimension", "measure", "is_limit", "year", "covered", "metric_id", "compared_with_id"]
    sql = SUMS.format(
        places=NUMBERED_DISTRICTS,
        names_of_metrics=NAMES_OF_METRICS,
        found=found,
        by="".join(f"{column}, " for column in groups),
        comparable=", ".join(comparable),
        is_comparable=" AND ".join(f"later.{column} IS NOT DISTINCT FROM earlier.{column}" for column in comparable),
        same=", ".join([*comparable, "place", "exact", "exact_upper"]),
        wider="ORDER BY place RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING",
        exact=exact_in_base_units("value", "unit"),
        exact_upper=exact_in_base_units("coalesce(value_max, value)", "unit"),
        reached=exact_in_base_units("actual", "own"),
        compared=exact_in_base_units("(judged_values -> 'target' ->> 'value')::numeric", "judged_unit"),
        factor_of_actual=_factor("actual_unit"),
        factor_of_target=_factor("unit"),
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*parameters, ADDITIVE, FIRMEST_FIRST, State.PUBLISHED, State.PUBLISHED])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _factor(unit: str) -> str:
    """Return the columns of a unit's factor as an approved follow-up judged it."""
    columns = (f"(judged_values -> '{unit}' ->> '{name}')::numeric AS {name}" for name in ("numerator", "denominator"))
    return ", ".join(columns)
