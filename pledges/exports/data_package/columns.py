"""The columns of a Data Package: read from the database, and described as the fields of a Table Schema."""

from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, CheckConstraint, Exists, F, Func, OuterRef, When
from django.db.models.constants import LOOKUP_SEP
from django.utils import translation

from pledges.exports.data_package.tables import NAMES, TABLES, Table
from pledges.models import Pledge
from pledges.models.pledge_queryset import PublicSuperseded

TYPES = {
    models.BooleanField: "boolean",
    models.DateTimeField: "datetime",  # before its parent class
    models.DateField: "date",
    models.DecimalField: "number",
    models.IntegerField: "integer",
    ArrayField: "array",
    models.CharField: "string",
    models.TextField: "string",
}


def in_both_languages(name: object) -> str:
    """Return a translatable name in Chinese and English, because a package is in no single language."""
    names = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            names.append(str(name))
    return " / ".join(names)


class Column:
    """A column with the values of a model field, which is given by its path from the model of the table."""

    def __init__(self, model: type[models.Model], path: str) -> None:
        *relations, self.name = path.split(LOOKUP_SEP)
        self.path = path
        self.is_from_relation = bool(relations)
        self.is_optional = False
        for relation in relations:
            foreign_key: Any = model._meta.get_field(relation)
            self.is_optional |= foreign_key.null
            model = foreign_key.related_model
        field: Any = model._meta.get_field(self.name)
        self.field = field
        self.is_optional |= field.null or (field.empty_strings_allowed and field.blank)

    @property
    def table(self) -> Table | None:
        """The table of the package to which a foreign key points; None if the field is no foreign key."""
        return TABLES[NAMES[self.field.related_model]] if self.field.is_relation else None

    @property
    def source(self) -> F | Func | Case:
        """The expression for the values. A reference to a row that is not in the package is empty."""
        if self.field is Pledge._meta.get_field("supersedes"):
            return PublicSuperseded(self.path)
        if self.table is None:
            return F(self.path)
        key = F(self.path + LOOKUP_SEP + self.table.key)
        if not self.is_optional:
            return key
        return Case(When(Exists(self.table.rows.filter(pk=OuterRef(self.path))), then=key))

    @property
    def value_field(self) -> Any:
        """The field that defines the type of the values. For a foreign key, it is the key of the other table."""
        field = self.table.rows.model._meta.get_field(self.table.key) if self.table else self.field
        return field.output_field if isinstance(field, models.GeneratedField) else field

    def descriptor(self) -> dict[str, Any]:
        """Return the field descriptor of Table Schema, without empty members."""
        descriptor = {
            "name": self.name,
            "type": self._type(),
            "title": in_both_languages(self.field.verbose_name),
            "description": str(self.field.help_text),
            "categories": [
                {"value": value, "label": in_both_languages(label)} for value, label in self.field.choices or ()
            ],
            "constraints": dict(self._constraints()),
        }
        return {key: value for key, value in descriptor.items() if value}

    def foreign_key(self) -> dict[str, Any] | None:
        """Return the foreign key descriptor of Table Schema, or None."""
        if self.table is None:
            return None
        target: dict[str, Any] = {"fields": [self.table.key]}
        if self.field.related_model != self.field.model:
            target = {"resource": NAMES[self.field.related_model]} | target
        return {"fields": [self.name], "reference": target}

    def _type(self) -> str:
        if self.name == "year":
            return "year"
        if isinstance(self.value_field, models.JSONField):
            return "array" if self.field.default is list else "object"
        return next(name for kind, name in TYPES.items() if isinstance(self.value_field, kind))

    def _constraints(self) -> Iterator[tuple[str, Any]]:
        if not self.is_optional:
            yield "required", True
        if self.field.unique and not self.is_from_relation:
            yield "unique", True
        if self.field.choices:
            yield "enum", [value for value, _label in self.field.choices]
        if pattern := self._pattern():
            yield "pattern", pattern

    def _pattern(self) -> str | None:
        """Return the pattern of a check constraint for the whole text, if there is one."""
        for constraint in self.field.model._meta.constraints:
            match constraint:
                case CheckConstraint(condition=models.Q(children=[(lookup, str(pattern))])):
                    if lookup == f"{self.field.name}__regex" and pattern.startswith("^"):
                        return pattern
        return None


def columns_of(table: Table) -> list[Column]:
    return [Column(table.rows.model, path) for path in table.columns]
