"""Propose that rows are merged, or that statements of one official are those of another one. Both are amendments."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from pledges.models import Amendment, District, Official, Redirect, Statement
from pledges.models.choices import RowKind
from pledges.models.triggers.judged_columns import UNJUDGED
from pledges.workflow.amendments import propose, row_change, table_of
from pledges.workflow.merging import are_twins, identifier, plan, references, responsible_pledges


def propose_merge(old: Any, new: Any, *, reason: str, by: User) -> Amendment:
    """Propose that a row is merged into another one of its kind. Raises ValidationError."""
    merges = plan(old, new)
    replaced = {merge.old: merge.new for merge in merges}
    changes = [
        row_change(row, {foreign_key: merge.new.pk})
        for merge in merges
        for row, foreign_key in _rows_that_refer_to(merge.old)
        if row not in replaced or not are_twins(row, replaced[row], except_for=foreign_key)
    ]
    changes += [
        row_change(
            pledge, {"responsible_bodies": sorted({*pledge.responsible_bodies, merge.new.slug} - {merge.old.slug})}
        )
        for merge in merges
        for pledge in responsible_pledges(merge.old)
    ]
    # A district keeps the code of the one that is merged into it.
    changes += [
        row_change(merge.new, {"code": merge.old.code, "code_scheme": merge.old.code_scheme})
        for merge in merges
        if isinstance(merge.new, District) and merge.old.code and not merge.new.code
    ]
    described = [
        {
            "kind": merge.kind,
            "key": str(merge.old.pk),
            "old": identifier(merge.old),
            "new": identifier(merge.new),
            "names": [str(merge.old), str(merge.new)],
        }
        for merge in merges
    ]
    return propose(changes, merges=described, reason=reason, by=by)


def _rows_that_refer_to(old: Any) -> Iterator[tuple[Any, str]]:
    """Yield the rows that refer to a row, each with the column, as far as amendments change their table."""
    for model, name in references(type(old)):
        if table_of(model) in UNJUDGED:
            column = model._meta.get_field(name).attname
            yield from ((row, column) for row in model.objects.filter(**{name: old}).order_by("pk"))


def propose_parting(
    official: Official, statements: Iterable[Statement], *, slug: str, name: str, reason: str, by: User
) -> Amendment:
    """Propose that some statements of an official are those of another one.

    The other one has the given slug: an official of the record, one who was merged into `official`, who gets the slug
    back, or a new one with the given name. Raises ValidationError.
    """
    chosen = list(statements)
    if not chosen:
        raise ValidationError({"statements": _("Select at least one statement.")})
    other = Official.objects.filter(slug=slug).first()
    target = Redirect.objects.target_of(RowKind.OFFICIAL, slug)
    if other == official or target not in (None, official.slug):
        raise ValidationError({"slug": _("Enter the slug of another official.")})
    parted = None
    if other is None:
        added = Official(pk=_next_key(), slug=slug, name=name)
        added.clean_fields()
        parted = {"key": str(added.pk), "slug": added.slug, "name": added.name}
    key = other.pk if other else int(parted["key"])  # type: ignore[index]  # one of both is set
    changes = [row_change(statement, {"official_id": key}) for statement in chosen]
    return propose(changes, parted=parted, reason=reason, by=by)


def _next_key() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('pledges_official', 'id'))")
        return int(cursor.fetchone()[0])
