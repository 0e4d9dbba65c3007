"""Base classes for models with a slug, by which fixtures and URLs refer to their rows."""

from typing import Any, ClassVar, Self, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from pledges.domain.identifiers import ASCII_SLUG, SLUG, check_slug
from pledges.domain.text import clean_name
from pledges.models.triggers.rejection import MESSAGES, RejectNewSlug

Row = TypeVar("Row", bound=models.Model, covariant=True)


class NaturalKeyManager(models.Manager[Row]):
    def get_by_natural_key(self, slug: str) -> Row:
        return self.get(slug=slug)


class NaturalKeyModel(models.Model):
    slug = models.SlugField(
        _("slug"), max_length=100, unique=True, help_text=_("Part of URLs; can't be changed later.")
    )

    objects: ClassVar[NaturalKeyManager[Self]] = NaturalKeyManager()

    class Meta:
        abstract = True

    def natural_key(self) -> tuple[str]:
        return (self.slug,)


class BilingualModel(NaturalKeyModel):
    """A model whose rows have a Chinese name and, optionally, an English one."""

    name: Any  # fields of the subclasses
    name_en: Any

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name_in(current_language())

    def name_in(self, language: str) -> str:
        """Return the English name for a language code `en…` if there is one, otherwise the Chinese name."""
        name: str = (language.startswith("en") and self.name_en) or self.name
        return name


def validate_slug(slug: str) -> None:
    """Raise ValidationError unless this can be the slug of an official or a body, which is made of a name."""
    try:
        check_slug(slug)
    except ValueError as error:
        raise ValidationError(MESSAGES["official_slug_is_clean"], code="invalid") from error
    if clean_name(slug) != slug:
        raise ValidationError(MESSAGES["official_slug_is_clean"], code="invalid")


def current_language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def reject_new_slug_unless_ascii() -> RejectNewSlug:
    return RejectNewSlug(unless=f"NEW.slug ~ '^{ASCII_SLUG}$'", rule="slug_is_ascii")


def slug_fits_url(model: str) -> models.CheckConstraint:
    """Return the constraint of a slug: it has no white space and none of `/ ? # %`, which would break a URL."""
    return models.CheckConstraint(
        condition=models.Q(slug__regex=f"^{SLUG}$"),
        name=f"{model}_slug_fits_url",
        violation_error_message=_("A slug can't contain spaces, “/”, “?”, “#” or percent signs."),
    )
