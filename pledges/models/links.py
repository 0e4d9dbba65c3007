"""The column of a link, and its constraint."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pledges.domain.links import FURTHER_LINK, LINK, is_link
from pledges.domain.text import clean_link
from pledges.models.texts import cleaned

MESSAGE = _("Enter one link that begins with https:// or http://, without user name and password.")

_is_url = URLValidator(schemes=["http", "https"])


def validate_link(value: Any) -> None:
    """Raise ValidationError with one message, whichever rule is violated."""
    try:
        _is_url(value)
    except ValidationError as error:
        raise ValidationError(MESSAGE, code="invalid") from error
    if not is_link(value):
        raise ValidationError(MESSAGE, code="invalid")


class LinkFormField(forms.URLField):
    default_validators = [validate_link]
    default_error_messages = {"invalid": MESSAGE}

    def to_python(self, value: Any) -> Any:
        return super().to_python(cleaned(value, clean_link) if isinstance(value, str) else value)


class LinkField(models.URLField):  # type: ignore[type-arg]  # it is generic in its stubs only
    default_validators = [validate_link]

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return cleaned(text, clean_link) if text else text

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)
        return clean_link(text) if isinstance(text, str) else text

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": LinkFormField, **kwargs})


def link_constraint(name: str, column: str = "url", *, is_optional: bool = True) -> models.CheckConstraint:
    """Return the constraint of a column: it is one link, or empty if it is optional."""
    is_one_link = Q((f"{column}__iregex", f"^{LINK}$")) & ~Q((f"{column}__iregex", FURTHER_LINK))
    return models.CheckConstraint(
        condition=Q((column, "")) | is_one_link if is_optional else is_one_link,
        name=name,
        violation_error_message=MESSAGE,
    )
