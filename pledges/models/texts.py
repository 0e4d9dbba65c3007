"""Columns for names, lines and texts: they are cleaned by `domain.text` in forms, requests, fixtures and queries."""

from collections.abc import Callable, Sequence
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import BooleanField, F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from pledges.domain.text import clean_line, clean_name, clean_text, damaged_character

if TYPE_CHECKING:  # they are generic in their stubs only
    _Field = models.Field[str, str]
    _CharField = models.CharField[str, str]
    _TextField = models.TextField[str, str]
else:
    _Field, _CharField, _TextField = models.Field, models.CharField, models.TextField


def cleaned(text: str, clean: Callable[[str], str]) -> str:
    """Return a cleaned text. Raise ValidationError if a character shows that the text was damaged."""
    if character := damaged_character(text):
        raise ValidationError(
            _("The text has the character %(character)s, which can't be displayed. Delete or replace it."),
            code="damaged",
            params={"character": character},
        )
    return clean(text)


class CleanedFormField(forms.CharField):
    def __init__(self, *, clean_with: Callable[[str], str], **kwargs: Any) -> None:
        self.clean_with = clean_with
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return cleaned(text, self.clean_with) if text else text


class _CleanedField(_Field):
    """Mixin of a column. Migrations show the plain column, which is all that the database knows of it."""

    clean_with: Callable[[str], str]
    sql_function: str
    """A function of the database that returns whether cleaning would not change a text."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return cleaned(text, type(self).clean_with) if text else text

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)
        return type(self).clean_with(text) if isinstance(text, str) else text

    def formfield(self, **kwargs: Any) -> Any:
        if self.choices:
            return super().formfield(**kwargs)
        return super().formfield(**{"form_class": CleanedFormField, "clean_with": type(self).clean_with, **kwargs})

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        column = models.TextField if isinstance(self, models.TextField) else models.CharField
        return name, f"django.db.models.{column.__name__}", args, kwargs


class NameField(_CleanedField, _CharField):
    clean_with = staticmethod(clean_name)
    sql_function = "pledges_is_clean_name"


class LineField(_CleanedField, _CharField):
    clean_with = staticmethod(clean_line)
    sql_function = "pledges_is_clean_line"


class QuoteField(_CleanedField, _TextField):
    """A line of any length."""

    clean_with = staticmethod(clean_line)
    sql_function = "pledges_is_clean_line"


class MultilineField(_CleanedField, _TextField):
    clean_with = staticmethod(clean_text)
    sql_function = "pledges_is_clean_text"


def clean_texts(
    model: str,
    *,
    names: Sequence[str] = (),
    lines: Sequence[str] = (),
    texts: Sequence[str] = (),
    name_lists: Sequence[str] = (),
) -> models.CheckConstraint:
    """Return the constraint that columns have only texts that cleaning would not change."""
    functions = {
        NameField.sql_function: [*map(F, names), *(_joined(column) for column in name_lists)],
        LineField.sql_function: map(F, lines),
        MultilineField.sql_function: map(F, texts),
    }
    conditions = [
        Q(Func(column, function=function, output_field=BooleanField()))
        for function, columns in functions.items()
        for column in columns
    ]
    return models.CheckConstraint(
        condition=reduce(and_, conditions),
        name=f"{model}_texts_are_clean",
        violation_error_message=_(
            "A text has characters that the record doesn't keep, such as invisible ones or spaces at its ends."
        ),
    )


def _joined(column: str) -> Func:
    """Return a list of names as one name. An empty one, or one with a space at its end, gives two adjacent spaces."""
    return Func(F(column), Value(" "), function="array_to_string", output_field=models.TextField())
