"""What has to be merged if two rows of the record turn out to be one. The database merges them (`MergeRows`)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pledges.models import Body, District, Document, Metric, Official, Pledge, Post, Statement, Unit
from pledges.models.choices import RowKind
from pledges.models.triggers.redirect import IDENTIFIERS
from pledges.models.triggers.rejection import MESSAGES

MODELS: dict[str, Any] = {
    RowKind.OFFICIAL: Official,
    RowKind.BODY: Body,
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
    RowKind.BODY: ("statement__body", "statement__post__body"),
    RowKind.POST: ("statement__post",),
    RowKind.DISTRICT: ("district", "statement__post__district", "statement__body__district", "compared_with_district"),
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
    condition = Q(pk__in=responsible_pledges(row).values("pk"))
    for path in PATHS_FROM_PLEDGE[RowKind(str(row._meta.model_name))]:
        condition |= Q(**{path: row.pk})
    return Pledge.objects.filter(condition).distinct()


def responsible_pledges(row: Model) -> QuerySet[Pledge]:
    """Return the pledges for which a body is responsible, by reference; none for another row."""
    if not isinstance(row, Body):
        return Pledge.objects.none()
    return Pledge.objects.filter(responsible_bodies__contains=[row.slug]).order_by("ref")


def plan(old: Any, new: Any, replaced: dict[Any, Any] | None = None) -> list[Merge]:
    """Return the merges that are necessary to merge two rows, in order; the last one is that of the rows.

    If both districts have the same post, for example, these posts have to be merged as well. `replaced` has the rows
    that are merged already, each with the one that replaces it: posts of two bodies are the same if these are merged.
    Raises ValidationError if the rows can't be merged.
    """
    if type(old) is not type(new) or old.pk == new.pk:
        raise ValidationError(_("Choose two different rows of the same kind."))
    if isinstance(old, Unit) and _scale(old) != _scale(new):
        raise ValidationError(MESSAGES["merged_units_are_equal"])
    merges: dict[Any, Merge] = {}
    replaced = {} if replaced is None else replaced
    replaced[old] = new
    for model, name in sorted(references(type(old)), key=lambda reference: reference[0]._meta.db_table):
        for twin, other in _twins(model, name, old, new, replaced):
            if replaced.get(twin) != other:
                merges |= {merge.old: merge for merge in plan(twin, other, replaced)}
    return [*merges.values(), Merge(str(old._meta.model_name), old, new)]


def _scale(unit: Unit) -> tuple[Any, ...]:
    return unit.dimension_id, unit.numerator, unit.denominator


def references(model: Any) -> Iterator[tuple[Any, str]]:
    """Yield the models that refer to a model, except histories, each with the name of its foreign key."""
    for relation in model._meta.related_objects:
        if relation.field.db_constraint:
            yield relation.related_model, relation.field.name


def _twins(model: Any, name: str, old: Any, new: Any, replaced: Mapping[Any, Any]) -> Iterator[tuple[Any, Any]]:
    """Yield the pairs of rows of a model that would violate a unique constraint if both referred to the new row."""
    for constraint in model._meta.total_unique_constraints:
        if name in constraint.fields:
            others = [field for field in constraint.fields if field != name]
            for row in model.objects.filter(**{name: old}):
                values = {other: getattr(row, other) for other in others}
                same = {other: replaced.get(value, value) for other, value in values.items()}
                yield from ((row, twin) for twin in model.objects.filter(**{name: new}, **same))


def are_twins(row: Any, other: Any, *, except_for: str) -> bool:
    """Return whether a unique constraint rejects two rows if only this foreign key, by its column, becomes equal.

    Such rows are merged before their foreign key changes.
    """
    for constraint in row._meta.total_unique_constraints:
        columns = {row._meta.get_field(field).attname for field in constraint.fields}
        if except_for in columns and all(
            getattr(row, column) == getattr(other, column) for column in columns - {except_for}
        ):
            return True
    return False
