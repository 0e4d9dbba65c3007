"""Queries that are written once by Django and planned once by PostgreSQL, for what many requests ask.

Of a short query the writing takes longest, of one over many tables the planning.
"""

from collections.abc import Sequence
from typing import Any

import psycopg
from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BooleanField, F, Func, QuerySet, Value

PLACEHOLDER = object()  # stands for the values that are asked for among the parameters of a query


class IsAnyOf(Func):
    """Whether a column is one of the values of a list; whether it has one, if it is a list itself."""

    output_field = BooleanField()

    def as_sql(self, compiler: Any, connection: Any, **_context: Any) -> Any:  # type: ignore[override]
        column = self.source_expressions[0].output_field
        if isinstance(column, ArrayField):
            template, joiner = f"(%(expressions)s::{column.db_type(connection)})", " && "
        else:
            template, joiner = "(%(expressions)s))", " = ANY("
        return super().as_sql(compiler, connection, template=template, arg_joiner=joiner)


class PreparedQuery:
    """The rows of a query by `values_list` whose `column` is any of the values that are asked for.

    Its statement has no other parameters that change, so that one plan serves all who ask.
    """

    def __init__(self, queryset: QuerySet[Any], column: str) -> None:
        rows = queryset.filter(IsAnyOf(F(column), Value(PLACEHOLDER))).order_by()
        self.sql, self.parameters = rows.query.sql_with_params()

    def ask(self, values: Sequence[Any]) -> psycopg.Cursor[Any]:
        connection.ensure_connection()
        with connection.wrap_database_errors:
            return psycopg.Cursor(connection.connection).execute(self.sql, self.with_values(values), prepare=True)

    def with_values(self, values: Sequence[Any]) -> list[Any]:
        """The parameters of the statement."""
        return [list(values) if given is PLACEHOLDER else given for given in self.parameters]
