"""Merge two rows of the record that turn out to be one: officials, posts, districts, metrics, units or documents."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pledges.models import District, Document, Metric, Official, Pledge, Post, Redirect, Statement, Unit
from pledges.models.choices import RowKind

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
    RowKind.DISTRICT: ("district", "statement__post__district"),
    RowKind.METRIC: ("metric",),
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
        raise ValidationError(_("Only units with the same dimension and factor can be merged."))
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


@contextmanager
def merging(old: Any, new: Any) -> Iterator[None]:
    """Lock two rows in a transaction, so that no load reads the old one, and others who refer to them wait.

    What changes meanwhile is no correction by an editor that a load has to keep.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('duixian.loading'))")
        cursor.execute("SELECT set_config('duixian.loading', 'on', true)")
        list(type(old).objects.select_for_update().filter(pk__in=[old.pk, new.pk]).order_by("pk").values("pk"))
        yield
        cursor.execute("SELECT set_config('duixian.loading', 'off', true)")


def merge(old: Any, new: Any) -> list[Merge]:
    """Let everything that refers to the old row refer to the new one, delete the old one, and add a redirect.

    Return the merges that this took. Raises ValidationError like `plan()`, and IntegrityError if a rule of the database
    is violated, for example because a pledge is due before the date of the new document.
    """
    with merging(old, new):
        merges = plan(old, new)
        for one in merges:
            _merge(one)
    return merges


def restore(*, key: str, slug: str, name: str) -> Official:
    """Add an official whom an amendment parts from another one. The slug, if it was merged, is theirs again."""
    Redirect.objects.filter(kind=RowKind.OFFICIAL, source=slug).delete()
    return Official.objects.create(pk=int(key), slug=slug, name=name)


def find(kind: str, name: str) -> Any:
    """Return the row with this identifier. Raises ValidationError if there is none any more."""
    model = MODELS[kind]
    field = "slug" if hasattr(model, "slug") else "pk"
    if row := model.objects.filter(**{field: name}).first():
        return row
    raise ValidationError(_("%(name)s is no longer in the record.") % {"name": name})


def _merge(merge: Merge) -> None:
    Redirect.objects.create(kind=merge.kind, source=identifier(merge.old), target=identifier(merge.new))
    for model, name in references(type(merge.old)):
        model.objects.filter(**{name: merge.old}).update(**{name: merge.new})
    merge.old.delete()
    if isinstance(merge.new, District):
        _keep_names(merge.old, merge.new)


def _keep_names(old: District, new: District) -> None:
    """Let files and filters find the new district by the names and the code of the old one."""
    new.refresh_from_db()
    known = {new.name, *new.aliases}
    new.aliases = [*new.aliases, *(name for name in dict.fromkeys([old.name, *old.aliases]) if name not in known)]
    if old.code and new.code:
        Redirect.objects.create(kind=RowKind.DISTRICT, source=old.code, target=new.slug)
    new.code = new.code or old.code
    new.save(update_fields=["aliases", "code"])
