"""Simulate commits for the change log within the transaction of a test."""

from django.db import connection


def commit() -> None:
    """Number the current revision; later changes belong to the next one."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT set_config('duixian.revision', '', true)")
