"""Flatten nested rows into columns with dotted names, for CSV and XLSX."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from drf_spectacular.drainage import get_override
from rest_framework import serializers

from pledges.api.fast_lists.json_rows import encode


@dataclass(frozen=True)
class FlatColumn:
    """A column of the table.

    `path` holds the names that lead to the value in a nested row. `parse` converts a JSON string to a Python value.
    """

    path: tuple[str, ...]
    parse: Callable[[str], Any]

    @property
    def name(self) -> str:
        return ".".join(self.path)

    def text(self, row: Any) -> Any:
        """Return the value for a CSV cell: booleans and lists are written as in JSON."""
        value = self._json_value(row)
        return encode(value) if isinstance(value, bool | list | dict) else value

    def value(self, row: Any) -> Any:
        """Return the value for a spreadsheet cell: decimals, dates and times as Python objects."""
        value = self._json_value(row)
        if isinstance(value, str):
            return self.parse(value)
        return encode(value) if isinstance(value, list | dict) else value

    def _json_value(self, row: Any) -> Any:
        for name in self.path:
            if row is None:
                return None
            row = row[name]
        return row


def flat_columns(serializer: Any, path: tuple[str, ...] = ()) -> Iterator[FlatColumn]:
    """Yield the columns of a serializer. They are the same for all rows."""
    for name, field in serializer.fields.items():
        declared = _declared(field)
        if isinstance(declared, serializers.Serializer):
            yield from flat_columns(declared, (*path, name))
        else:
            yield FlatColumn((*path, name), _parser(declared))


def _parser(field: Any) -> Callable[[str], Any]:
    match field:
        case serializers.DecimalField():
            return Decimal
        case serializers.DateTimeField():
            return datetime.fromisoformat
        case serializers.DateField():
            return date.fromisoformat
    return str


def _declared(field: Any) -> Any:
    """Return the field itself or, for a method field, the field that `extend_schema_field` declares for its method."""
    is_method = isinstance(field, serializers.SerializerMethodField)
    return get_override(getattr(field.parent, str(field.method_name)) if is_method else field, "field", field)
