"""How single values look in JSON."""

from decimal import Decimal
from typing import Any

from django.db import models
from rest_framework import serializers

from pledges.quantities.decimals import plain


class PlainDecimalField(serializers.DecimalField):
    """A string without exponent and without zeros at its end."""

    def to_representation(self, value: Decimal) -> str:
        return plain(value)


class TextOrNullField(serializers.CharField):
    """An optional text: what the database keeps as an empty string is missing, and so null."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, allow_null=True, **kwargs)

    def to_representation(self, value: str) -> Any:
        return value or None


class RecordSerializer(serializers.ModelSerializer[Any]):
    serializer_field_mapping = serializers.ModelSerializer.serializer_field_mapping | {
        models.DecimalField: PlainDecimalField
    }
