"""Rows as JSON texts, made by PostgreSQL from the fields that a serializer declares.

The serializer stays the only description of the shape: what it takes from columns is read as JSON, and what it computes
in Python is computed by its own fields, from the columns that `Meta.computed_from` names.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

import psycopg
from django.core.exceptions import FieldDoesNotExist
from django.db import connection
from django.db.models import BooleanField, F, Func, JSONField, Model, QuerySet, TextField, Value
from django.db.models.base import ModelState
from django.db.models.constants import LOOKUP_SEP
from django.db.models.functions import Cast
from rest_framework import serializers
from rest_framework.utils.encoders import JSONEncoder

from .selection import Selection

ROWS_AT_ONCE = 1000
KEYS = object()  # stands for the keys among the parameters of a compiled query
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


class IsAnyOf(Func):
    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()


class Part(NamedTuple):
    """Neighbouring fields that are all computed, or all read as JSON."""

    is_computed: bool
    names: list[str]


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
    """What makes the rows of one shape; once compiled, it serves any request.

    With nothing but keys for parameters its statement is planned once for each connection: for a page of pledges, the
    plan takes longer to make than to follow.
    """

    def __init__(self, serializer_class: Any, selection: Selection, queryset: QuerySet[Any]) -> None:
        self.serializer_class = serializer_class
        serializer = serializer_class(selection=selection)
        read = {name: expression(field, queryset.model) for name, field in serializer.fields.items()}
        is_computed = [(read[name] is None, name) for name in read]
        self.parts = [Part(kind, [name for _, name in some]) for kind, some in groupby(is_computed, lambda one: one[0])]
        self.computed = tuple(name for name in read if read[name] is None)
        self.columns = Columns(queryset.model, serializer.Meta.computed_from if self.computed else [])
        objects = [
            Cast(JsonObject({name: read[name] for name in part.names}), TextField())
            for part in self.parts
            if not part.is_computed
        ]
        self.end_of_objects = 1 + len(objects)
        rows = queryset.filter(IsAnyOf(F("pk"), Value(KEYS))).order_by()
        self.sql, self.parameters = rows.values_list("pk", *objects, *self.columns.paths).query.sql_with_params()

    def rows(self, keys: Sequence[Any], context: dict[str, Any]) -> Iterator[str]:
        """The rows with these keys, in their order; what is gone meanwhile is left out."""
        fields = (
            self.serializer_class(selection=Selection(self.computed), context=context).fields if self.computed else {}
        )
        for some, found in self._read(keys):
            rows = {row[0]: row for row in found}
            yield from (self._text(rows[key], fields) for key in some if key in rows)

    def _read(self, keys: Sequence[Any]) -> Iterator[tuple[Sequence[Any], Iterable[Sequence[Any]]]]:
        """Keys with their rows. Of many, PostgreSQL reads the next ones while Python writes those before."""
        connection.ensure_connection()
        if len(keys) <= ROWS_AT_ONCE:
            yield keys, self._ask(keys)
            return
        with connection.connection.pipeline():
            asked: deque[tuple[Sequence[Any], psycopg.Cursor[Any]]] = deque()
            for start in range(0, len(keys), ROWS_AT_ONCE):
                some = keys[start : start + ROWS_AT_ONCE]
                asked.append((some, self._ask(some)))
                if len(asked) > 1:
                    yield asked.popleft()
            yield from asked

    def _ask(self, keys: Sequence[Any]) -> psycopg.Cursor[Any]:
        return psycopg.Cursor(connection.connection).execute(self.sql, self.with_keys(keys), prepare=True)

    def with_keys(self, keys: Sequence[Any]) -> list[Any]:
        """The parameters of the statement."""
        return [list(keys) if given is KEYS else given for given in self.parameters]

    def _text(self, row: Sequence[Any], computed: Mapping[str, Any]) -> str:
        objects = iter(row[1 : self.end_of_objects])
        instance = self.columns.instance(row[self.end_of_objects :]) if computed else None
        members: list[str] = []
        for part in self.parts:
            if part.is_computed:
                members += [f'"{name}":{_value(computed[name], instance)}' for name in part.names]
            else:
                members.append(next(objects)[1:-1])
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
