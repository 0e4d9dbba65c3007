"""How rows are locked, by whoever locks several."""

from typing import Any

from django.db.models import QuerySet


def lock(rows: QuerySet[Any]) -> list[Any]:
    """Keep rows from being changed until the transaction ends; their keys.

    All at once and in the order of their keys, so that nobody waits in a circle; the keys stay free for those who refer
    to them. Read the rows afterwards: a query that waited for a lock has rows of before in its joins.
    """
    return list(rows.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
