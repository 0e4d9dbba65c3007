"""The columns from which a verdict, or the attribution of a pledge, follows.

A pledge is judged if it has an approved follow-up. These columns, of it and of the rows that describe it, then change
by an amendment only. Triggers, the importer and the admin all follow this module. Names are those of the database.

All columns are judged except those listed here, so that a new column is protected until somebody lists it.
"""

from pledges.models.pledge_columns import NOT_LOADED

UNJUDGED: dict[str, tuple[str, ...]] = {
    "pledge": (*NOT_LOADED, "strength", "tier", "note"),
    "statement": ("id", "edited_fields"),
    "document": ("id", "slug", "text", "date_earliest", "search_text", "edited_fields"),
    "official": ("id", "slug", "search_text"),
    "post": ("id", "search_text"),
    "body": ("id", "slug", "name_en", "kind", "parent_id", "search_text"),
    # Other names, pinyin and successors only help to find it.
    "district": ("id", "slug", "aliases", "pinyin", "valid_from", "valid_to", "successor_id", "search_text"),
    "metric": ("id", "slug", "aliases", "usual_unit_id", "usual_measure", "search_text"),
    "unit": ("symbol", "factor"),
    "dimension": ("id", "slug", "name", "name_en"),  # its name only labels a filter, as that of a topic
}


def districts_above(*districts: str) -> str:
    """Return a query for the keys of districts, of which the keys are given as SQL, and of all that contain them."""
    return f"""
        WITH RECURSIVE above AS (
            SELECT id, parent_id FROM pledges_district WHERE id IN ({", ".join(districts)})
            UNION
            SELECT outer_district.id, outer_district.parent_id
                FROM pledges_district outer_district JOIN above ON outer_district.id = above.parent_id
        )
        SELECT id FROM above
    """


_POST_DISTRICT = """(
    SELECT post.district_id FROM pledges_statement statement JOIN pledges_post post ON post.id = statement.post_id
    WHERE statement.id = pledge.statement_id
)"""

# SQL conditions for the pledges, as `pledge`, that a row with the key `{key}` describes.
PLEDGES = {
    "pledge": "pledge.id = {key}",
    "statement": "pledge.statement_id = {key}",
    "document": "pledge.statement_id IN (SELECT id FROM pledges_statement WHERE document_id = {key})",
    "official": "pledge.statement_id IN (SELECT id FROM pledges_statement WHERE official_id = {key})",
    "post": "pledge.statement_id IN (SELECT id FROM pledges_statement WHERE post_id = {key})",
    "body": """(pledge.statement_id IN (
        SELECT id FROM pledges_statement
        WHERE body_id = {key} OR post_id IN (SELECT id FROM pledges_post WHERE body_id = {key})
    ) OR pledge.responsible_bodies @> ARRAY[(SELECT slug FROM pledges_body WHERE id = {key})])""",
    # Its own district, that of the post, and those in which they are: filters and sums include these.
    "district": f"""({{key}} IN ({districts_above("pledge.district_id", _POST_DISTRICT)})
        OR pledge.compared_with_district_id = {{key}})""",
    "metric": "(pledge.metric_id = {key} OR pledge.compared_with_id = {key})",
    # The unit of the target, or of a figure with which the target was compared.
    "unit": """(pledge.unit_id = {key} OR pledge.id IN (
        SELECT pledge_id FROM pledges_followup WHERE unit_id = {key} AND state = 'approved'
    ))""",
    "dimension": "pledge.unit_id IN (SELECT symbol FROM pledges_unit WHERE dimension_id = {key})",
}

IS_JUDGED = "pledge.current_follow_up_id IS NOT NULL"

# Parts of `judged_values()` that say who made the pledge and where, or what replaced it, but not what was judged.
ATTRIBUTION = (
    "quote",
    "state",
    "superseded_by",
    "headline",
    "document",
    "official",
    "post",
    "body",
    "responsible_bodies",
)
# Other judged values that can change without changing the target: names, and how it is grouped in filters and sums.
LABELS = {
    "unit": ("name_en", "is_additive"),
    "metric": ("name", "name_en", "topic"),
    "compared_with": ("name", "name_en"),
    "compared_with_district": ("name", "name_en", "kind", "code", "code_scheme"),
    "district": ("name", "name_en", "kind", "code", "code_scheme", "parents"),
}


def judged_pledges(table: str, key: str) -> str:
    """Return the SQL condition for the judged pledges, as `pledge`, that a row describes. `key` is SQL for its key."""
    return f"({PLEDGES[table].format(key=key)} AND {IS_JUDGED})"


def judged_and_superseded(later: str) -> str:
    """Return the SQL condition for the judged pledges, as `pledge`, that a row, if published, takes out of force."""
    return f"({later}.state = 'published' AND pledge.ref = ANY({later}.supersedes) AND {IS_JUDGED})"


def touched_by(changes: str) -> str:
    """Return the SQL condition for the judged pledges, as `pledge`, that the changes of an amendment concern.

    They are described by the changed rows, or a pledge that begins or ceases to supersede them is changed. It must be
    evaluated before the changes are made.
    """
    cases = " ".join(f"WHEN '{table}' THEN {condition.format(key=_key(table))}" for table, condition in PLEDGES.items())
    return f"""({IS_JUDGED} AND (
        EXISTS (SELECT FROM jsonb_array_elements({changes}) change WHERE CASE change ->> 'table' {cases} END)
        OR EXISTS (
            SELECT FROM {_changed_pledges(changes)}
            WHERE (later.state = 'published' AND pledge.ref = ANY(later.supersedes)) <> (
                coalesce(change -> 'after' ->> 'state', later.state) = 'published'
                AND coalesce(change -> 'after' -> 'supersedes', to_jsonb(later.supersedes)) @> to_jsonb(pledge.ref)
            )
        )
    ))"""


def _changed_pledges(changes: str) -> str:
    """Return SQL for the rows of a join: each `change` of a pledge, and the pledge as `later`."""
    return f"""jsonb_array_elements({changes}) change JOIN pledges_pledge later
        ON later.id = CASE change ->> 'table' WHEN 'pledge' THEN {_key("pledge")} END"""


def lock_described(changes: str) -> str:
    """Return the PL/pgSQL statement that locks all pledges, judged or not, that the changes of an amendment concern.

    The approval of a follow-up locks its pledge, and then the rows that describe it. An amendment must lock in the same
    order, so that the two can't deadlock.
    """
    queries = " UNION ".join(
        f"""
            SELECT pledge.id FROM (
                SELECT {_key(table)} AS key FROM jsonb_array_elements({changes}) change
                WHERE change ->> 'table' = '{table}'
            ) changed
            JOIN pledges_pledge pledge ON {condition.format(key="changed.key")}
        """
        for table, condition in PLEDGES.items()
    )
    queries += f"""
        UNION SELECT pledge.id FROM {_changed_pledges(changes)}
        JOIN pledges_pledge pledge ON pledge.ref = ANY(later.supersedes)
            OR change -> 'after' -> 'supersedes' @> to_jsonb(pledge.ref)
    """
    return f"PERFORM FROM pledges_pledge WHERE id IN ({queries}) ORDER BY id FOR NO KEY UPDATE;"


def _key(table: str) -> str:
    return "(change ->> 'key')" if table == "unit" else "(change ->> 'key')::bigint"


# Queries for the keys of judged pledges, with a parameter: those that a row describes, by its key, or those that an
# amendment concerns.
PLEDGES_OF_ROW = {
    table: f"""
        SELECT pledge.id FROM pledges_pledge pledge, (VALUES (%s)) described (key)
        WHERE {judged_pledges(table, "described.key")}
    """
    for table in PLEDGES
}
PLEDGES_OF_AMENDMENT = f"""
    SELECT pledge.id FROM pledges_pledge pledge, pledges_amendment amendment
    WHERE amendment.id = %s AND {touched_by("amendment.changes")}
"""


def judged_values(pledge: str) -> str:
    """Return SQL for a JSON object with all judged values of a pledge, grouped by the rows that have them.

    Other rows are named by slug, symbol or reference. `pledge` is SQL for the key.
    """
    return f"""(
        SELECT jsonb_build_object(
            'target', to_jsonb(judged_pledge) - {_array(*UNJUDGED["pledge"], *KEYS, *ATTRIBUTION)},
            'quote', judged_pledge.quote,
            'state', judged_pledge.state,
            'superseded_by', (
                SELECT string_agg(later.ref, ', ' ORDER BY later.ref) FROM pledges_pledge later
                WHERE later.supersedes <> '{{}}' AND later.supersedes @> ARRAY[judged_pledge.ref]
                    AND later.state = 'published'
            ),
            'responsible_bodies', (
                SELECT jsonb_build_object(
                    'slug', coalesce(jsonb_agg(body.slug ORDER BY place), '[]'),
                    'name', coalesce(jsonb_agg(body.name ORDER BY place), '[]')
                )
                FROM unnest(judged_pledge.responsible_bodies) WITH ORDINALITY responsible (slug, place)
                JOIN pledges_body body ON body.slug = responsible.slug
            ),
            'unit', {_row("unit", kept="symbol")} || jsonb_build_object(
                'dimension', unit_dimension.slug,
                'base_unit', unit_dimension.base_unit,
                'is_additive', unit_dimension.is_additive
            ),
            'metric', {_row("metric", kept="slug")} || jsonb_build_object(
                'dimension', metric_dimension.slug, 'topic', topic.slug
            ),
            'district', {_row("district", kept="slug")} || jsonb_build_object('parents', ARRAY(
                SELECT slug FROM pledges_district
                WHERE id IN ({districts_above("district.parent_id")}) ORDER BY slug
            )),
            'compared_with', {_row("metric", "compared_metric", kept="slug")},
            'compared_with_district', {_row("district", "compared_district", kept="slug")},
            'headline', statement.headline,
            'document', {_row("document", kept="slug")},
            'official', {_row("official", kept="slug")},
            'post', {_row("post")} || jsonb_build_object(
                'organisation', coalesce(post_body.name, ''),
                'body', post_body.slug,
                'district', post_district.slug,
                'district_name', post_district.name,
                'district_name_en', post_district.name_en
            ),
            'body', {_row("body", "speaking_body", kept="slug")} || jsonb_build_object(
                'district', body_district.slug
            )
        )
        FROM pledges_pledge judged_pledge
        JOIN pledges_unit unit ON unit.symbol = judged_pledge.unit_id
        JOIN pledges_dimension unit_dimension ON unit_dimension.id = unit.dimension_id
        JOIN pledges_metric metric ON metric.id = judged_pledge.metric_id
        JOIN pledges_dimension metric_dimension ON metric_dimension.id = metric.dimension_id
        JOIN pledges_topic topic ON topic.id = metric.topic_id
        JOIN pledges_district district ON district.id = judged_pledge.district_id
        LEFT JOIN pledges_metric compared_metric ON compared_metric.id = judged_pledge.compared_with_id
        LEFT JOIN pledges_district compared_district
            ON compared_district.id = judged_pledge.compared_with_district_id
        JOIN pledges_statement statement ON statement.id = judged_pledge.statement_id
        JOIN pledges_document document ON document.id = statement.document_id
        LEFT JOIN pledges_official official ON official.id = statement.official_id
        LEFT JOIN pledges_post post ON post.id = statement.post_id
        LEFT JOIN pledges_body post_body ON post_body.id = post.body_id
        LEFT JOIN pledges_district post_district ON post_district.id = post.district_id
        LEFT JOIN pledges_body speaking_body ON speaking_body.id = statement.body_id
        LEFT JOIN pledges_district body_district ON body_district.id = speaking_body.district_id
        WHERE judged_pledge.id = {pledge}
    )"""


# Keys of the database, which mean nothing to readers.
KEYS = (
    *("statement_id", "district_id", "metric_id", "unit_id", "dimension_id", "topic_id", "parent_id", "body_id"),
    *("compared_with_id", "compared_with_district_id"),
)


def _row(table: str, alias: str = "", *, kept: str = "") -> str:
    return f"(to_jsonb({alias or table}) - {_array(*(name for name in UNJUDGED[table] if name != kept), *KEYS)})"


def _array(*names: str) -> str:
    return f"ARRAY[{', '.join(repr(name) for name in names)}]"


def target_part(values: str) -> str:
    """Return SQL for the part of judged values that a verdict depends on."""
    labels = " ".join(f"#- '{{{group},{name}}}'" for group, names in LABELS.items() for name in names)
    return f"({values} - {_array(*ATTRIBUTION)} {labels})"


def is_target_amended(pledge: str, follow_up: str) -> str:
    """Return the SQL condition that the target of a pledge was amended after a follow-up, a row, judged it.

    Columns that were added since are not compared.
    """
    return f"""coalesce((
        SELECT NOT touched.values_after @> {target_part(f"({follow_up}.judged_values - 'actual_unit')")}
        FROM pledges_amendedpledge touched JOIN pledges_amendment amendment ON amendment.id = touched.amendment_id
        WHERE touched.pledge_id = {pledge} AND amendment.is_applied AND amendment.reviewed_at > {follow_up}.reviewed_at
        ORDER BY amendment.reviewed_at DESC LIMIT 1
    ), false)"""
