"""Queries that Django compiles once and PostgreSQL plans once, for frequent requests.

Otherwise, small queries would spend most of their time on compiling SQL, and joins of many tables on planning.
"""

from collections.abc import Sequence
from typing import Any

import psycopg
from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BooleanField, F, Func, QuerySet, Value

PLACEHOLDER = object()  # `with_values()` replaces it with the list of values


class IsAnyOf(Func):
    """`column = ANY(values)`; for an array column, whether it overlaps with the values."""

    output_field = BooleanField()

    def as_sql(self, compiler: Any, connection: Any, **_context: Any) -> Any:  # type: ignore[override]
        column = self.source_expressions[0].output_field
        if isinstance(column, ArrayField):
            template, joiner = f"(%(expressions)s::{column.db_type(connection)})", " && "
        else:
            template, joiner = "(%(expressions)s))", " = ANY("
        return super().as_sql(compiler, connection, template=template, arg_joiner=joiner)


class PreparedQuery:
    """A `values_list` query for the rows whose `column` is any of some values.

    Only these values change between executions, so that one generic plan serves all requests.
    """

    def __init__(self, queryset: QuerySet[Any], column: str) -> None:
        rows = queryset.filter(IsAnyOf(F(column), Value(PLACEHOLDER))).order_by()
        self.sql, self.parameters = rows.query.sql_with_params()

    def execute(self, values: Sequence[Any]) -> psycopg.Cursor[Any]:
        connection.ensure_connection()
        with connection.wrap_database_errors:
            return psycopg.Cursor(connection.connection).execute(self.sql, self.with_values(values), prepare=True)

    def with_values(self, values: Sequence[Any]) -> list[Any]:
        """Return the parameters of the statement, with `values` in place of the placeholder."""
        return [list(values) if given is PLACEHOLDER else given for given in self.parameters]
