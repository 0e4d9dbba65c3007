"""Serializer fields of the record. Their `sql_expression()` makes PostgreSQL write the same JSON as the field."""

from datetime import datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Expression, F, Func, Value
from django.db.models.functions import Cast, NullIf
from django.urls import get_script_prefix, reverse
from django.utils.functional import cached_property
from rest_framework import serializers

from pledges.api.fast_lists.selection import ALL, Selection
from pledges.domain.numbers import plain
from pledges.filters.declared_fields import restrict_declared


class PlainDecimalField(serializers.DecimalField):
    """A decimal as a string without exponent and trailing zeros."""

    def to_representation(self, value: Decimal) -> str:
        return plain(value)

    def sql_expression(self, column: F) -> Expression:
        return Cast(Func(column, function="trim_scale"), models.TextField())


class NullableCharField(serializers.CharField):
    """An optional text. The database stores a missing text as an empty string; JSON has null."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, allow_null=True, **kwargs)

    def to_representation(self, value: str) -> Any:
        return value or None

    def sql_expression(self, column: F) -> Expression:
        return NullIf(column, Value(""))


class MicrosecondDateTimeField(serializers.DateTimeField):
    """A time with microseconds, in the time zone of the record."""

    zone = ZoneInfo(settings.TIME_ZONE)

    def to_representation(self, value: datetime) -> str:
        return value.astimezone(self.zone).isoformat(timespec="microseconds")

    def sql_expression(self, column: F) -> Expression:
        if not (offset := _constant_offset(self.zone)):
            return Func(Value(self.zone.key), column, function="pledges_iso_time", output_field=models.TextField())
        local = Func(Value(self.zone.key), column, function="timezone")
        return Func(
            local, Value(f'YYYY-MM-DD"T"HH24:MI:SS.US"{offset}"'), function="to_char", output_field=models.TextField()
        )


@cache
def _constant_offset(zone: ZoneInfo) -> str:
    """Return the offset of a time zone, such as +08:00, or an empty text if it is not the same all the time."""
    months = (datetime(year, month, 1, tzinfo=zone) for year in range(2000, 2100) for month in range(1, 13))
    offsets = {moment.isoformat()[-6:] for moment in months}
    return offsets.pop() if len(offsets) == 1 else ""


class UrlField(serializers.HyperlinkedIdentityField):
    """The URL of a row. The URL pattern is reversed once for all rows of a response."""

    def to_representation(self, value: Any) -> str:  # type: ignore[override]  # a Hyperlink is for the browsable API
        prefix, suffix = self.url_prefix_and_suffix
        return f"{prefix}{getattr(value, self.lookup_field)}{suffix}"

    @cached_property
    def url_prefix_and_suffix(self) -> tuple[str, str]:
        request = self.context["request"]
        host = request.build_absolute_uri("/")[:-1] if request else ""
        prefix, suffix = path_prefix_and_suffix(self.view_name, self.lookup_url_kwarg, get_script_prefix())
        return host + prefix, suffix


@lru_cache(maxsize=100)
def path_prefix_and_suffix(view_name: str, keyword: str, _script_prefix: str) -> tuple[str, str]:
    """Return the path of a view before and after its keyword argument."""
    prefix, _key, suffix = reverse(view_name, kwargs={keyword: "0"}).rpartition("0")
    return prefix, suffix


class RecordSerializer(serializers.ModelSerializer[Any]):
    """A row of the record, with the fields of a `Selection`. The first field is the key of the row."""

    serializer_field_mapping = serializers.ModelSerializer.serializer_field_mapping | {
        models.DecimalField: PlainDecimalField,
        models.DateTimeField: MicrosecondDateTimeField,
    }

    def __init__(self, *args: Any, selection: Selection = ALL, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.selection = selection

    def get_field_names(self, declared_fields: Any, info: Any) -> Any:
        return [name for name in super().get_field_names(declared_fields, info) if self.selection.has(name)]

    def get_fields(self) -> dict[str, Any]:
        restrict_declared(self, "_declared_fields", self.selection.has)
        fields = super().get_fields()
        for name, field in fields.items():
            if isinstance(field, RecordSerializer):
                if self.selection.is_expanded(name):
                    field.selection = self.selection.below(name)
                else:
                    fields[name] = field.as_reference()
        return fields

    def as_reference(self) -> serializers.Field[Any, Any, Any, Any]:
        """Return the field for a parent that does not expand the row: it contains the key of the row."""
        return serializers.SlugRelatedField[Any](slug_field=self.Meta.fields[0], read_only=True, source=self.source)

    @classmethod
    @cache
    def field_paths(cls) -> list[str]:
        """Return the names of all fields, those of nested rows as dotted names: `district.name`."""
        return [path for name, field in cls().fields.items() for path in (name, *_dotted(name, field, "field_paths"))]

    @classmethod
    @cache
    def nested_paths(cls) -> list[str]:
        """Return the names of the fields that are nested rows, at all levels: `metric`, `metric.topic`."""
        return [
            path
            for name, field in cls().fields.items()
            if isinstance(field, RecordSerializer)
            for path in (name, *_dotted(name, field, "nested_paths"))
        ]


def _dotted(name: str, field: Any, paths: str) -> list[str]:
    return [f"{name}.{inner}" for inner in getattr(field, paths)()] if isinstance(field, RecordSerializer) else []
