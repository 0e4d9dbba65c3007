"""Form fields of the admin: numbers, years and days as the importer accepts them, names, and the assignee."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.contrib.postgres.forms import SimpleArrayField
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from pledges.domain.dates import parse_day, parse_partial_date, parse_year
from pledges.domain.numbers import parse, plain
from pledges.locale.display_names import display_name
from pledges.models import Body


class AdminDecimalField(forms.DecimalField):
    """A decimal that is shown as 385 instead of 385.000000. It accepts the same spellings as the importer."""

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        try:
            return parse(str(value))
        except ValueError as error:
            raise forms.ValidationError(_("Write a number such as 385 or 25.62.")) from error

    def prepare_value(self, value: Any) -> Any:
        return plain(value) if isinstance(value, Decimal) else value


class AdminYearField(forms.IntegerField):
    """A year of four digits. Python's `int()` would also accept 2_025 and digits of other scripts."""

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        try:
            return parse_year(str(value))
        except ValueError as error:
            raise forms.ValidationError(_("Write a year as 2025.")) from error


class AdminDateField(forms.DateField):
    """A day in the spellings that the importer accepts, which are the same in all languages."""

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values or isinstance(value, date):
            return value or None
        try:
            return parse_day(str(value))
        except ValueError as error:
            raise forms.ValidationError(_("Write a date as 2025-12-31.")) from error


class AdminPartialDateField(forms.CharField):
    """A day, month or year as text in EDTF. A malformed date is left to the model, which has a message for it."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        try:
            return parse_partial_date(text or "")
        except ValueError:
            return text


class AssigneeField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice of staff users, shown by their full names."""

    def label_from_instance(self, user: Any) -> str:
        return display_name(user)


def assignable_users() -> QuerySet[User]:
    """Return staff users with the permission to write follow-ups."""
    users = User.objects.with_perm("pledges.add_followup", backend="django.contrib.auth.backends.ModelBackend")
    return users.filter(is_staff=True).order_by("username")


class BodiesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """A choice of bodies for a column with an array of their slugs."""

    def __init__(self, *, base_field: forms.Field, max_length: None, **kwargs: Any) -> None:
        """`base_field` and `max_length` are what Django gives to a field for an array."""
        super().__init__(Body.objects.all(), **kwargs)

    def clean(self, value: Any) -> Any:
        return sorted(body.slug for body in super().clean(value))

    def prepare_value(self, value: Any) -> Any:
        """Return the keys of bodies that are given by their slugs."""
        if not isinstance(value, list) or not all(isinstance(slug, str) for slug in value):
            return super().prepare_value(value)
        keys = dict(Body.objects.filter(slug__in=value).values_list("slug", "pk"))
        return [keys.get(slug, slug) for slug in value]


class NamesField(SimpleArrayField):
    """Names separated by commas, also full-width ones (，、)."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(re.sub("[，、]", ",", value) if isinstance(value, str) else value)
