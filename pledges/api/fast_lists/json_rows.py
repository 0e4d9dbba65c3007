"""Translate the fields of a serializer to SQL, so that PostgreSQL writes rows as JSON objects.

The docstring of the package explains the steps.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import psycopg
from django.core.exceptions import FieldDoesNotExist
from django.db import connection
from django.db.models import F, Func, JSONField, Model, QuerySet, TextField
from django.db.models.base import ModelState
from django.db.models.constants import LOOKUP_SEP
from django.db.models.functions import Cast
from rest_framework import serializers
from rest_framework.utils.encoders import JSONEncoder

from pledges.api.fast_lists.selection import Selection
from pledges.database.batches import batches
from pledges.database.prepared import PreparedQuery

BATCH_SIZE = 1000
ENCODER = JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def encode(value: Any) -> str:
    """Encode a value as JSON, in the same bytes as DRF's `JSONRenderer`."""
    return escape_line_separators(ENCODER.encode(value))


def escape_line_separators(text: str) -> str:
    """Escape U+2028 and U+2029, as DRF does: older JavaScript engines treat them as ends of lines."""
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


class RowToJson(Func):
    """A JSON object without spaces, `{"name":value,…}`, as `JSONRenderer` writes it.

    `key` is the primary key of a nested row. If it is null, there is no row, and the value is null, too.
    """

    output_field = JSONField()

    def __init__(self, values: dict[str, Any], key: F | None = None) -> None:
        self.names = list(values)
        super().__init__(*values.values(), *([key] if key else []))

    def as_sql(self, compiler: Any, connection: Any, **_context: Any) -> Any:  # type: ignore[override]
        columns, parameters = [], []
        values, key = self.source_expressions[: len(self.names)], self.source_expressions[len(self.names) :]
        for name, value in zip(self.names, values, strict=True):
            sql, value_parameters = compiler.compile(value)
            columns.append(f'{sql} AS "{name}"')
            parameters += value_parameters
        row = f"SELECT {', '.join(columns)}"
        if key:
            sql, key_parameters = compiler.compile(key[0])
            row += f" WHERE {sql} IS NOT NULL"
            parameters += key_parameters
        return f"(SELECT row_to_json(object) FROM ({row}) object)", parameters  # noqa: S608


class InstanceColumns:
    """The columns that computed fields need, and the construction of model instances from their values.

    `paths` are columns of the model, or of a related model: `metric__direction`. Only one level of `__` is supported.
    """

    def __init__(self, model: type[Model], paths: Sequence[str]) -> None:
        self.model = model
        self.local = [path for path in paths if LOOKUP_SEP not in path]
        self.paths = list(self.local)
        self.related: list[tuple[str, Any, tuple[str, ...], slice]] = []
        for name in dict.fromkeys(path.split(LOOKUP_SEP)[0] for path in paths if LOOKUP_SEP in path):
            related: Any = model._meta.get_field(name).related_model
            fields = (field.attname for field in related._meta.concrete_fields)  # `from_db()` expects their order
            columns = tuple(column for column in fields if f"{name}{LOOKUP_SEP}{column}" in paths)
            start = len(self.paths)
            self.paths += [f"{name}{LOOKUP_SEP}{column}" for column in columns]
            self.related.append((name, related, columns, slice(start, len(self.paths))))

    def instance(self, values: Sequence[Any]) -> Model:
        """Build an instance without `Model.from_db()`, whose deferred-field check per column is too slow here.

        A page of 1,000 pledges takes 1.3 times as long with it.
        """
        instance = self.model.__new__(self.model)
        instance.__dict__.update(zip(self.local, values))  # noqa: B905  # the values of related rows follow
        instance._state = ModelState()
        instance._state.fields_cache = {
            name: _related_instance(model, columns, tuple(values[part])) for name, model, columns, part in self.related
        }
        return instance


class RowQuery:
    """The query for the rows of a serializer with a selection. It is compiled once and shared by all requests."""

    def __init__(self, serializer_class: Any, selection: Selection, queryset: QuerySet[Any]) -> None:
        self.serializer_class = serializer_class
        serializer = serializer_class(selection=selection)
        expressions = {name: sql_expression(field, queryset.model) for name, field in serializer.fields.items()}
        in_sql = {name: expression for name, expression in expressions.items() if expression is not None}
        self.computed = Selection(tuple(name for name in expressions if name not in in_sql))
        if list(expressions) != [*in_sql, *self.computed.fields]:
            raise TypeError(f"{serializer_class.__name__} must declare computed fields after all others.")
        computed_from = serializer.Meta.computed_from if self.computed.fields else []
        self.columns = InstanceColumns(queryset.model, computed_from)
        rows = queryset.values_list("pk", Cast(RowToJson(in_sql), TextField()), *self.columns.paths)
        self.query = PreparedQuery(rows, "pk")

    def rows(self, keys: Sequence[Any], context: dict[str, Any]) -> Iterator[str]:
        """Yield the rows with these primary keys as JSON objects, in the order of the keys, skipping deleted rows.

        `context` is the context of the serializer.
        """
        computed: Mapping[str, Any] = {}
        if self.computed.fields:
            computed = self.serializer_class(selection=self.computed, context=context).fields
        labelled = [(f'"{name}":', field) for name, field in computed.items()]
        for batch, result in self._read(keys):
            with connection.wrap_database_errors:  # in a pipeline, errors are raised when results are fetched
                rows = {row[0]: row for row in result}
            yield from (self._json(rows[key], labelled) for key in batch if key in rows)

    def _read(self, keys: Sequence[Any]) -> Iterator[tuple[Sequence[Any], Iterable[Sequence[Any]]]]:
        """Yield batches of keys with their rows. PostgreSQL reads the next batch while Python processes one."""
        if len(keys) <= BATCH_SIZE:
            yield keys, self.query.execute(keys)
            return
        connection.ensure_connection()
        with connection.connection.pipeline():
            pending: deque[tuple[Sequence[Any], psycopg.Cursor[Any]]] = deque()
            for batch in batches(keys, BATCH_SIZE):
                pending.append((batch, self.query.execute(batch)))
                if len(pending) > 1:
                    yield pending.popleft()
            yield from pending

    def _json(self, row: Sequence[Any], computed: Sequence[tuple[str, Any]]) -> str:
        _key, in_sql, *values = row
        members = [in_sql[1:-1]] if in_sql != "{}" else []
        if computed:
            instance = self.columns.instance(values)
            members += [label + _field_json(field, instance) for label, field in computed]
        return escape_line_separators(f"{{{','.join(members)}}}")


@lru_cache(maxsize=1000)
def _related_instance(model: type[Model], columns: tuple[str, ...], values: tuple[Any, ...]) -> Model | None:
    """Return the related row, or None if all its values are null: no row has a null name."""
    if all(value is None for value in values):
        return None
    return model.from_db(connection.alias, columns, values)


def sql_expression(field: Any, model: type[Model], prefix: str = "") -> Any:
    """Return the SQL expression of a serializer field, or None if only Python can compute the field."""
    path = prefix + field.source.replace(".", LOOKUP_SEP)
    if isinstance(field, serializers.ModelSerializer):
        values = {name: sql_expression(inner, model, path + LOOKUP_SEP) for name, inner in field.fields.items()}
        return RowToJson(values, F(path) if field.allow_null else None)
    if isinstance(field, serializers.SlugRelatedField):
        return F(path + LOOKUP_SEP + str(field.slug_field))
    if not _is_column(model, path):
        return None
    return field.sql_expression(F(path)) if hasattr(field, "sql_expression") else F(path)


def _is_column(model: Any, path: str) -> bool:
    *relations, column = path.split(LOOKUP_SEP)
    try:
        for name in relations:
            model = model._meta.get_field(name).related_model
        return bool(model._meta.get_field(column).concrete)
    except FieldDoesNotExist:
        return False


def _field_json(field: Any, instance: Any) -> str:
    attribute = field.get_attribute(instance)
    value = None if attribute is None else field.to_representation(attribute)
    return "null" if value is None else ENCODER.encode(value)
