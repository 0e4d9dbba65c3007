"""Form fields of the admin: decimals as text, and the choice of an assignee."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from pledges.domain.numbers import parse, plain
from pledges.locale.display_names import display_name


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


class AssigneeField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice of staff users, shown by their full names."""

    def label_from_instance(self, user: Any) -> str:
        return display_name(user)


def assignable_users() -> QuerySet[User]:
    """Return staff users with the permission to write follow-ups."""
    users = User.objects.with_perm("pledges.add_followup", backend="django.contrib.auth.backends.ModelBackend")
    return users.filter(is_staff=True).order_by("username")
