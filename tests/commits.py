"""Commits within the one transaction of a test, as the log of changes sees them."""

from django.db import connection


def commit() -> None:
    """Draw the number of what was changed so far; what is changed from now on is another revision."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT set_config('duixian.revision', '', true)")
