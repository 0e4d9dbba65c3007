"""Rows as JSON texts, made by PostgreSQL from the fields that a serializer declares.

The serializer stays the only description of the shape: what it takes from columns is read as JSON, and what it computes
in Python is computed by its own fields, from the columns that `Meta.computed_from` names.
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

ROWS_AT_ONCE = 1000
ENCODER = JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def encode(value: Any) -> str:
    """A value in JSON, byte for byte as the renderer writes it."""
    return as_in_javascript(ENCODER.encode(value))


def as_in_javascript(text: str) -> str:
    """With the two line ends that JavaScript knew, and JSON does not, written as escapes."""
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


class JsonObject(Func):
    """`{"name":value,…}` without spaces, as the renderer writes it."""

    output_field = JSONField()

    def __init__(self, values: dict[str, Any]) -> None:
        self.names = list(values)
        super().__init__(*values.values())

    def as_sql(self, compiler: Any, connection: Any, **_context: Any) -> Any:  # type: ignore[override]
        columns, parameters = [], []
        for name, value in zip(self.names, self.source_expressions, strict=True):
            sql, given = compiler.compile(value)
            columns.append(f'{sql} AS "{name}"')
            parameters += given
        return f"(SELECT row_to_json(object) FROM (SELECT {', '.join(columns)}) object)", parameters  # noqa: S608


class Columns:
    """The columns that computed fields need, and an instance made of their values."""

    def __init__(self, model: type[Model], paths: Sequence[str]) -> None:
        self.model = model
        self.own = [path for path in paths if LOOKUP_SEP not in path]
        relations = [path.split(LOOKUP_SEP) for path in paths if LOOKUP_SEP in path]
        self.related = [(name, model._meta.get_field(name).related_model, column) for name, column in relations]
        self.paths = [*self.own, *map(LOOKUP_SEP.join, relations)]

    def instance(self, values: Sequence[Any]) -> Model:
        """As the model's `from_db` would make it, which asks of each column whether it was read."""
        instance = self.model.__new__(self.model)
        instance.__dict__.update(zip(self.own, values))  # noqa: B905  # those of related rows follow
        instance._state = ModelState()
        instance._state.fields_cache = {
            name: _related(model, column, value)
            for (name, model, column), value in zip(self.related, values[len(self.own) :], strict=True)
        }
        return instance


class JsonQuery:
    """What makes the rows of one shape; once compiled, it serves any request."""

    def __init__(self, serializer_class: Any, selection: Selection, queryset: QuerySet[Any]) -> None:
        self.serializer_class = serializer_class
        serializer = serializer_class(selection=selection)
        fields = {name: expression(field, queryset.model) for name, field in serializer.fields.items()}
        read = {name: value for name, value in fields.items() if value is not None}
        self.computed = Selection(tuple(name for name in fields if name not in read))
        if list(fields) != [*read, *self.computed.fields]:
            raise TypeError(f"{serializer_class.__name__} has computed fields before others, which are read as one.")
        self.columns = Columns(queryset.model, serializer.Meta.computed_from if self.computed.fields else [])
        rows = queryset.values_list("pk", Cast(JsonObject(read), TextField()), *self.columns.paths)
        self.query = PreparedQuery(rows, "pk")

    def rows(self, keys: Sequence[Any], context: dict[str, Any]) -> Iterator[str]:
        """The rows with these keys, in their order; what is gone meanwhile is left out."""
        computed: Mapping[str, Any] = {}
        if self.computed.fields:
            computed = self.serializer_class(selection=self.computed, context=context).fields
        labelled = [(f'"{name}":', field) for name, field in computed.items()]
        for some, found in self._read(keys):
            with connection.wrap_database_errors:  # of a pipeline, what was asked fails when it is read
                rows = {row[0]: row for row in found}
            yield from (self._text(rows[key], labelled) for key in some if key in rows)

    def _read(self, keys: Sequence[Any]) -> Iterator[tuple[Sequence[Any], Iterable[Sequence[Any]]]]:
        """Keys with their rows. Of many, PostgreSQL reads the next ones while Python writes those before."""
        if len(keys) <= ROWS_AT_ONCE:
            yield keys, self.query.execute(keys)
            return
        connection.ensure_connection()
        with connection.connection.pipeline():
            asked: deque[tuple[Sequence[Any], psycopg.Cursor[Any]]] = deque()
            for some in batches(keys, ROWS_AT_ONCE):
                asked.append((some, self.query.execute(some)))
                if len(asked) > 1:
                    yield asked.popleft()
            yield from asked

    def _text(self, row: Sequence[Any], computed: Sequence[tuple[str, Any]]) -> str:
        members = [row[1][1:-1]] if row[1] != "{}" else []
        if computed:
            instance = self.columns.instance(row[2:])
            members += [label + _value(field, instance) for label, field in computed]
        return as_in_javascript(f"{{{','.join(members)}}}")


@lru_cache(maxsize=1000)
def _related(model: type[Model], column: str, value: Any) -> Model:
    return model.from_db(connection.alias, [column], [value])


def expression(field: Any, model: type[Model], prefix: str = "") -> Any:
    """What gives a serializer's field in JSON; None where only Python can compute it."""
    path = prefix + field.source.replace(".", LOOKUP_SEP)
    if isinstance(field, serializers.ModelSerializer):
        return JsonObject({name: expression(one, model, path + LOOKUP_SEP) for name, one in field.fields.items()})
    if isinstance(field, serializers.SlugRelatedField):
        return F(path + LOOKUP_SEP + str(field.slug_field))
    if not _is_column(model, path):
        return None
    return field.in_sql(F(path)) if hasattr(field, "in_sql") else F(path)


def _is_column(model: Any, path: str) -> bool:
    *relations, column = path.split(LOOKUP_SEP)
    try:
        for name in relations:
            model = model._meta.get_field(name).related_model
        return bool(model._meta.get_field(column).concrete)
    except FieldDoesNotExist:
        return False


def _value(field: Any, instance: Any) -> str:
    attribute = field.get_attribute(instance)
    value = None if attribute is None else field.to_representation(attribute)
    return "null" if value is None else ENCODER.encode(value)
