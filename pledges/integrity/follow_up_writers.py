"""A query for follow-ups whose `writers` lack a user who wrote a part of them, by the history."""

# Writers are recorded since this migration. What had been approved before has only its author among them.
RECORDED_SINCE = "0018_writers_of_follow_ups"

# A merge of units or statements changes follow-ups and evidence, but its reviewer writes nothing.
WRITERS_BY_HISTORY = """
    SELECT follow_up_id, (context ->> 'user')::integer AS writer FROM (
        SELECT pgh_obj_id AS follow_up_id, pgh_context AS context,
            content IS DISTINCT FROM lag(content) OVER by_time
                OR unit_id IS DISTINCT FROM lag(unit_id) OVER by_time AND NOT EXISTS (
                    SELECT FROM pledges_redirect WHERE kind = 'unit' AND source = previous_unit
                ) AS is_written
        FROM (
            SELECT *, jsonb_build_array(status, actual, actual_bound, as_of, summary, reason, supersedes_id) AS content,
                lag(unit_id) OVER (PARTITION BY pgh_obj_id ORDER BY pgh_id) AS previous_unit
            FROM pledges_followupevent
        ) event
        WINDOW by_time AS (PARTITION BY pgh_obj_id ORDER BY pgh_id)
        UNION ALL
        SELECT follow_up_id, pgh_context,
            content IS DISTINCT FROM previous_content OR pgh_label = 'delete' OR NOT EXISTS (
                SELECT FROM pledges_redirect WHERE kind = 'statement' AND source = previous_statement::text
            )
        FROM (
            SELECT *, lag(content) OVER by_time AS previous_content,
                lag(statement_id) OVER by_time AS previous_statement
            FROM pledges_evidenceevent
            CROSS JOIN LATERAL jsonb_build_array(url, file_id, title, publisher, published_on, quote) content
            WINDOW by_time AS (PARTITION BY pgh_obj_id ORDER BY pgh_id)
        ) event
    ) change WHERE is_written AND context ->> 'user' IS NOT NULL
"""

MISSING_WRITERS = f"""
    SELECT 'follow-up ' || follow_up.id || ' of ' || ref
    FROM pledges_followup follow_up
    JOIN pledges_pledge pledge ON pledge.id = follow_up.pledge_id
    LEFT JOIN (SELECT follow_up_id, array_agg(writer) AS writers FROM ({WRITERS_BY_HISTORY}) written GROUP BY 1) history
        ON history.follow_up_id = follow_up.id AND NOT (
            follow_up.state = 'approved' AND follow_up.reviewed_at < (
                SELECT applied FROM django_migrations WHERE app = 'pledges' AND name = '{RECORDED_SINCE}'
            )
        )
    WHERE NOT follow_up.writers @> (ARRAY[follow_up.author_id] || coalesce(history.writers, '{{}}'))
"""
