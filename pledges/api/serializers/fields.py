"""How single values look in JSON; `in_sql` is how PostgreSQL makes the same of a column."""

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

ZONE = ZoneInfo(settings.TIME_ZONE)
OFFSET = "+08:00"


class PlainDecimalField(serializers.DecimalField):
    """A string without exponent and without zeros at its end."""

    def to_representation(self, value: Decimal) -> str:
        return plain(value)

    def in_sql(self, column: F) -> Expression:
        return Cast(Func(column, function="trim_scale"), models.TextField())


class NullableCharField(serializers.CharField):
    """An optional text: what the database keeps as an empty string is missing, and so null."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, allow_null=True, **kwargs)

    def to_representation(self, value: str) -> Any:
        return value or None

    def in_sql(self, column: F) -> Expression:
        return NullIf(column, Value(""))


class MicrosecondDateTimeField(serializers.DateTimeField):
    """A time with microseconds, in the zone of the record."""

    def to_representation(self, value: datetime) -> str:
        return value.astimezone(ZONE).isoformat(timespec="microseconds")

    def in_sql(self, column: F) -> Expression:
        local = Func(Value(ZONE.key), column, function="timezone")
        return Func(
            local, Value(f'YYYY-MM-DD"T"HH24:MI:SS.US"{OFFSET}"'), function="to_char", output_field=models.TextField()
        )


class UrlField(serializers.HyperlinkedIdentityField):
    """The address of a row."""

    def to_representation(self, value: Any) -> str:  # type: ignore[override]  # no link of a browsable page
        before, after = self.around
        return f"{before}{getattr(value, self.lookup_field)}{after}"

    @cached_property
    def around(self) -> tuple[str, str]:
        """What the addresses of all rows of an answer share, before and behind the key."""
        request = self.context["request"]
        host = request.build_absolute_uri("/")[:-1] if request else ""
        before, after = path_around(self.view_name, self.lookup_url_kwarg, get_script_prefix())
        return host + before, after


@lru_cache(maxsize=100)
def path_around(view_name: str, keyword: str, _prefix: str) -> tuple[str, str]:
    """The path to a view before and behind its keyword."""
    before, _key, after = reverse(view_name, kwargs={keyword: "0"}).rpartition("0")
    return before, after


class RecordSerializer(serializers.ModelSerializer[Any]):
    """A row of the record. Its key comes first among its fields; only those selected are made."""

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
        # They are copied, which takes longer than all else if it is done for those that nobody wants.
        self._declared_fields = {
            name: field for name, field in self._declared_fields.items() if self.selection.has(name)
        }
        fields = super().get_fields()
        for name, field in fields.items():
            if isinstance(field, RecordSerializer):
                if self.selection.is_whole(name):
                    field.selection = self.selection.below(name)
                else:
                    fields[name] = field.as_key()
        return fields

    def as_key(self) -> serializers.Field[Any, Any, Any, Any]:
        """What stands for the row where it isn't given whole."""
        return serializers.SlugRelatedField[Any](slug_field=self.Meta.fields[0], read_only=True, source=self.source)

    @classmethod
    @cache
    def names(cls) -> list[str]:
        """Its fields and, with a dot, those of the rows in it."""
        return [path for name, field in cls().fields.items() for path in (name, *_dotted(name, field, "names"))]

    @classmethod
    @cache
    def rows(cls) -> list[str]:
        """The rows in it, and with a dot those in them."""
        return [
            path
            for name, field in cls().fields.items()
            if isinstance(field, RecordSerializer)
            for path in (name, *_dotted(name, field, "rows"))
        ]


def _dotted(name: str, field: Any, names: str) -> list[str]:
    return [f"{name}.{inner}" for inner in getattr(field, names)()] if isinstance(field, RecordSerializer) else []
