"""A row of a list as one line of a table: what is nested gets a name with a dot for each level."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from drf_spectacular.drainage import get_override
from rest_framework import serializers

from pledges.api.fast_lists.json_rows import encode


@dataclass(frozen=True)
class Column:
    """One value of each row; the names in its path lead to it, and `read` tells what its text stands for."""

    path: tuple[str, ...]
    read: Callable[[str], Any]

    @property
    def name(self) -> str:
        return ".".join(self.path)

    def text(self, row: Any) -> Any:
        """As it stands in JSON; what is in a list stays JSON."""
        given = self._given(row)
        return encode(given) if isinstance(given, bool | list | dict) else given

    def value(self, row: Any) -> Any:
        """What it stands for: a number, a day."""
        given = self._given(row)
        if isinstance(given, str):
            return self.read(given)
        return encode(given) if isinstance(given, list | dict) else given

    def _given(self, row: Any) -> Any:
        for name in self.path:
            if row is None:
                return None
            row = row[name]
        return row


def columns(serializer: Any, path: tuple[str, ...] = ()) -> Iterator[Column]:
    """Those of the fields that a serializer declares, whatever the rows hold."""
    for name, field in serializer.fields.items():
        declared = _declared(field)
        if isinstance(declared, serializers.Serializer):
            yield from columns(declared, (*path, name))
        else:
            yield Column((*path, name), _reader(declared))


def _reader(field: Any) -> Callable[[str], Any]:
    match field:
        case serializers.DecimalField():
            return Decimal
        case serializers.DateTimeField():
            return datetime.fromisoformat
        case serializers.DateField():
            return date.fromisoformat
    return str


def _declared(field: Any) -> Any:
    """What a field gives; of a method, what it is described as."""
    is_method = isinstance(field, serializers.SerializerMethodField)
    return get_override(getattr(field.parent, str(field.method_name)) if is_method else field, "field", field)
