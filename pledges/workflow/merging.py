"""What has to be merged if two rows of the record turn out to be one. The database merges them (`MergeRows`)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pledges.models import District, Document, Metric, Official, Pledge, Post, Statement, Unit
from pledges.models.choices import RowKind
from pledges.models.triggers.redirect import IDENTIFIERS
from pledges.models.triggers.rejection import MESSAGES

MODELS: dict[str, Any] = {
    RowKind.OFFICIAL: Official,
    RowKind.POST: Post,
    RowKind.DISTRICT: District,
    RowKind.METRIC: Metric,
    RowKind.UNIT: Unit,
    RowKind.DOCUMENT: Document,
    RowKind.STATEMENT: Statement,
}

# The lookups from a pledge to the rows of a kind that it shows.
PATHS_FROM_PLEDGE = {
    RowKind.OFFICIAL: ("statement__official",),
    RowKind.POST: ("statement__post",),
    RowKind.DISTRICT: ("district", "statement__post__district", "compared_with_district"),
    RowKind.METRIC: ("metric", "compared_with"),
    RowKind.UNIT: ("unit",),
    RowKind.DOCUMENT: ("statement__document",),
    RowKind.STATEMENT: ("statement",),
}


@dataclass(frozen=True)
class Merge:
    """A row and the one that replaces it."""

    kind: str
    old: Any
    new: Any

    def __str__(self) -> str:
        return described(self.kind, str(self.old), str(self.new))


def described(kind: str, old: str, new: str) -> str:
    """Return a merge as text, with the kind and the names of both rows."""
    return gettext("%(kind)s: %(old)s → %(new)s") % {"kind": RowKind(kind).label, "old": old, "new": new}


def identifier(row: Any) -> str:
    """Return what identifies a row in URLs: its slug or, if it has none, its primary key."""
    return str(getattr(row, "slug", row.pk))


def row_of(kind: str, identifier: str) -> Any:
    """Return the row of a kind that is identified so in URLs, or None."""
    return MODELS[kind].objects.filter(**{IDENTIFIERS[kind]: identifier}).first()


def affected_pledges(row: Model) -> QuerySet[Pledge]:
    """Return the pledges that show this row, public or not."""
    condition = Q()
    for path in PATHS_FROM_PLEDGE[RowKind(str(row._meta.model_name))]:
        condition |= Q(**{path: row.pk})
    return Pledge.objects.filter(condition).distinct()


def plan(old: Any, new: Any) -> list[Merge]:
    """Return the merges that are necessary to merge two rows, in order; the last one is that of the rows.

    If both districts have the same post, for example, these posts have to be merged as well. Raises ValidationError if
    the rows can't be merged.
    """
    if type(old) is not type(new) or old.pk == new.pk:
        raise ValidationError(_("Choose two different rows of the same kind."))
    if isinstance(old, Unit) and _scale(old) != _scale(new):
        raise ValidationError(MESSAGES["merged_units_are_equal"])
    merges: dict[Any, Merge] = {}
    for twin, other in _twins(old, new):
        merges |= {merge.old: merge for merge in plan(twin, other)}
    return [*merges.values(), Merge(str(old._meta.model_name), old, new)]


def _scale(unit: Unit) -> tuple[Any, ...]:
    return unit.dimension_id, unit.numerator, unit.denominator


def references(model: Any) -> Iterator[tuple[Any, str]]:
    """Yield the models that refer to a model, except histories, each with the name of its foreign key."""
    for relation in model._meta.related_objects:
        if relation.field.db_constraint:
            yield relation.related_model, relation.field.name


def _twins(old: Any, new: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the pairs of rows that would violate a unique constraint if both referred to the new row."""
    for model, name in references(type(old)):
        for constraint in model._meta.total_unique_constraints:
            if name in constraint.fields:
                others = [model._meta.get_field(field).attname for field in constraint.fields if field != name]
                for row in model.objects.filter(**{name: old}):
                    same = {other: getattr(row, other) for other in others}
                    yield from ((row, twin) for twin in model.objects.filter(**{name: new}, **same))
