"""Base serializers and fields of request bodies. They are strict, and report all errors in one response."""

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError as ModelError
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.fields import SkipField, empty
from rest_framework.settings import api_settings

from pledges.api.http.problems import UnknownName
from pledges.domain.dates import is_day
from pledges.domain.numbers import VALUE, parse
from pledges.domain.text import clean_name
from pledges.filters.fields import suggest
from pledges.models import Redirect
from pledges.models.texts import cleaned
from pledges.models.unit import UnitQuerySet
from pledges.workflow.uploads import read_upload


class RequestSerializer(serializers.Serializer[Any]):
    """A request body that rejects unknown fields and reports all errors at once."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, Mapping):
            raise ValidationError({api_settings.NON_FIELD_ERRORS_KEY: [_("Expected a JSON object.")]})
        errors: dict[str, Any] = {name: [self._unknown(name)] for name in data if name not in self.fields}
        values = {}
        for field in self._writable_fields:
            try:
                _reject_repeated(field, data)
                values[str(field.field_name)] = field.run_validation(field.get_value(data))
            except ValidationError as error:
                errors[str(field.field_name)] = error.detail
            except SkipField:
                pass
        errors = self.model_errors(values, invalid=set(errors)) | errors
        if errors:
            raise ValidationError(errors)
        return values

    def _unknown(self, name: str) -> str:
        if not self.fields:
            return _("This request takes no body.")
        return ErrorDetail(_("Unknown field."), UnknownName(suggest(name, sorted(self.fields))))

    def model_errors(self, values: dict[str, Any], *, invalid: set[str]) -> dict[str, list[str]]:
        return {}


def _reject_repeated(field: serializers.Field[Any, Any, Any, Any], data: Mapping[str, Any]) -> None:
    """Raise an error if a form has several values of a field that is no list, of which only one would be written."""
    is_list = isinstance(field, serializers.ListField)
    if isinstance(data, QueryDict) and not is_list and len(data.getlist(str(field.field_name))) > 1:
        raise ValidationError([_("Send this field once only.")])


class RowRequestSerializer(RequestSerializer):
    """A request body with fields of a model, which validates them. Clients can't send the fields in `exclude`."""

    exclude: frozenset[str] = frozenset()

    def build(self, values: dict[str, Any]) -> models.Model:
        """Return an unsaved instance with the validated values."""
        raise NotImplementedError

    def model_errors(self, values: dict[str, Any], *, invalid: set[str]) -> dict[str, list[str]]:
        try:
            self.build(values).full_clean(exclude=self.exclude | invalid)
        except ModelError as error:
            return error.message_dict
        return {}


@extend_schema_field(
    {
        "oneOf": [{"type": "string", "pattern": f"^{VALUE}$"}, {"type": "number"}],
        "description": "A number, or a text such as 385 or 25.62: at most 18 digits before and 6 after the point.",
    }
)
class NumberField(serializers.Field[Any, Any, Any, Any]):
    def to_internal_value(self, data: Any) -> Any:
        try:
            return parse("" if isinstance(data, bool | list | dict) else str(data))
        except ValueError as error:
            raise ValidationError(
                _("Enter a number such as 385 or 25.62, with at most 18 digits before and 6 after the point.")
            ) from error


class FileUploadField(serializers.FileField):
    def to_internal_value(self, data: Any) -> Any:
        try:
            return read_upload(super().to_internal_value(data))
        except ModelError as error:
            raise ValidationError(error.messages) from error


class StrictDateField(serializers.DateField):
    def to_internal_value(self, value: Any) -> Any:
        if not isinstance(value, str) or not is_day(value):
            raise ValidationError(_("Write a date as 2025-12-31."))
        return super().to_internal_value(value)


class StrictCharField(serializers.CharField):
    """A string, which is cleaned. Responses have null for an empty text, so null is accepted for it."""

    def __init__(self, *, clean_with: Callable[[str], str], **kwargs: Any) -> None:
        self.clean_with = clean_with
        super().__init__(**kwargs)

    def run_validation(self, data: Any = empty) -> Any:
        if isinstance(data, str):
            try:
                data = cleaned(data, self.clean_with)
            except ModelError as error:
                raise ValidationError(error.messages) from error
        return super().run_validation("" if data is None and self.allow_blank else data)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class RowField(serializers.SlugRelatedField[Any]):
    """A row, given by its key or by that of one merged into it. The value must have exactly the type `key`.

    `unknown` is the message about another `{value}`.
    """

    def __init__(self, key: type[int] | type[str], *, unknown: Any, **kwargs: Any) -> None:
        self.key = key
        super().__init__(error_messages={"does_not_exist": unknown}, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if type(data) is not self.key:
            self.fail("invalid")
        identifier = clean_name(data) if isinstance(data, str) else data
        try:
            return super().to_internal_value(identifier)
        except ValidationError as error:
            queryset: Any = self.get_queryset()
            if target := Redirect.objects.target_of(queryset.model._meta.model_name, str(identifier)):
                return super().to_internal_value(self.key(target))
            if isinstance(queryset, UnitQuerySet) and (unit := queryset.written_as(str(identifier)).first()):
                return unit
            if isinstance(identifier, str):
                names = queryset.values_list(self.slug_field, flat=True)
                messages = [str(message) for message in error.detail]
                raise ValidationError(messages, UnknownName(suggest(identifier, names))) from error
            raise


class StrictChoiceField(serializers.ChoiceField):
    def to_internal_value(self, data: Any) -> Any:
        if data not in list(self.choices):
            raise ValidationError(_("Unknown value."), UnknownName([str(choice) for choice in self.choices]))
        return data
