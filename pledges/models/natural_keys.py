"""Base classes for models with a slug, by which fixtures and URLs refer to their rows."""

from typing import ClassVar, Self, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from pledges.domain.identifiers import SLUG

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


def slug_fits_url(model: str) -> models.CheckConstraint:
    """Return the constraint of a slug: it has no white space and none of `/ ? # %`, which would break a URL."""
    return models.CheckConstraint(
        condition=models.Q(slug__regex=f"^{SLUG}$"),
        name=f"{model}_slug_fits_url",
        violation_error_message=_("A slug may contain letters, digits and hyphens only."),
    )
