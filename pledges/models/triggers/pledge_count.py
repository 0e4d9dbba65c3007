"""Triggers that keep the counts of published pledges up to date, in the transaction of each change."""

import pgtrigger

CHANGED_ROWS = {
    pgtrigger.Insert: "SELECT 1 AS step, * FROM new_rows",
    pgtrigger.Update: "SELECT 1 AS step, * FROM new_rows UNION ALL SELECT -1, * FROM old_rows",
    pgtrigger.Delete: "SELECT -1 AS step, * FROM old_rows",
}


class CountPledges(pgtrigger.Trigger):
    """Add the rows that an SQL statement inserts, updates or deletes to the counts.

    A writer adds to a shard that no other transaction has locked, or inserts a new shard. So writers never wait for
    each other, and there are about as many shards as there were concurrent writers.
    """

    level = pgtrigger.Statement
    when = pgtrigger.After
    declare = [("changed", "RECORD")]

    def __init__(self, operation: pgtrigger.Operation) -> None:
        rows = CHANGED_ROWS[operation]
        super().__init__(
            name=f"count_{str(operation).lower()}",
            operation=operation,
            referencing=pgtrigger.Referencing(  # type: ignore[no-untyped-call]  # pgtrigger's own
                old="old_rows" if "old_rows" in rows else None, new="new_rows" if "new_rows" in rows else None
            ),
            func=f"""
            FOR changed IN
                SELECT year, metric_id, status, sum(step) AS difference FROM ({rows}) rows
                WHERE state = 'published' GROUP BY year, metric_id, status HAVING sum(step) <> 0
            LOOP
                UPDATE pledges_pledgecount SET count = count + changed.difference WHERE id = (
                    SELECT id FROM pledges_pledgecount
                    WHERE (year, metric_id, status) = (changed.year, changed.metric_id, changed.status)
                    LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
                );
                IF NOT FOUND THEN
                    INSERT INTO pledges_pledgecount (year, metric_id, status, count)
                    VALUES (changed.year, changed.metric_id, changed.status, changed.difference);
                END IF;
            END LOOP;
            RETURN NULL;
            """,
        )


class ResetCounts(pgtrigger.Trigger):
    """Delete the counts when the table is truncated, for which `CountPledges` does not fire."""

    name = "reset_counts"
    level = pgtrigger.Statement
    when = pgtrigger.After
    operation = pgtrigger.Truncate
    func = "DELETE FROM pledges_pledgecount; RETURN NULL;"
