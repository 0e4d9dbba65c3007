"""Rows that fixtures and seeds name by a slug or symbol, never by a number."""

from typing import TypeVar

from django.db import models

Row = TypeVar("Row", bound="NaturalKeyModel", covariant=True)


class NaturalKeyQuerySet(models.QuerySet[Row]):
    def get_by_natural_key(self, key: str) -> Row:
        return self.get(**{self.model.natural_key_field: key})


class NaturalKeyModel(models.Model):
    natural_key_field = "slug"

    class Meta:
        abstract = True

    def natural_key(self) -> tuple[str]:
        return (getattr(self, self.natural_key_field),)
