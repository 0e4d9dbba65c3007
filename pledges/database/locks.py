"""Lock several rows in an order that avoids deadlocks."""

from typing import Any

from django.db.models import QuerySet


def lock(rows: QuerySet[Any]) -> list[Any]:
    """Lock rows until the transaction ends, and return their primary keys.

    Rows are locked in primary-key order to avoid deadlocks. FOR NO KEY UPDATE does not block foreign-key checks. Read
    the rows afterwards: a query that waited for a lock can return outdated values of joined tables.
    """
    return list(rows.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
