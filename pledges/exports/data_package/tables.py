"""The tables and columns that a package contains. Their types and descriptions are derived from the models."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django.db.models import CharField, Model, Q, QuerySet
from django.db.models.functions import Cast

from pledges.models import (
    AmendedPledge,
    Amendment,
    Body,
    District,
    Document,
    Evidence,
    FollowUp,
    Metric,
    Official,
    Pledge,
    Post,
    Redirect,
    Statement,
    Unit,
)
from pledges.models.amendment import changed_values
from pledges.models.choices import RowKind
from pledges.models.metric import Topic
from pledges.models.pledge_columns import exported_fields
from pledges.models.unit import Dimension


class Table(NamedTuple):
    """The public rows of a model, and those of its fields that the table contains.

    The first column is the key. A foreign key to another table of the package has the key of that table as its value.
    A path through another relation is named after its last field: `file__size` becomes the column `size`.
    """

    rows: QuerySet[Any]
    columns: list[str]
    public_part: Callable[[Sequence[Any]], Sequence[Any]] = tuple
    """Returns the values of a row as the package has them."""

    @property
    def key(self) -> str:
        return self.columns[0]


def _of_amendment(row: Sequence[Any]) -> Sequence[Any]:
    *others, merges = row
    return (*others, [{name: merge[name] for name in ("kind", "old", "new")} for merge in merges])


def _of_amended_pledge(row: Sequence[Any]) -> Sequence[Any]:
    *others, before, after = row
    changed = changed_values(before, after)
    return (
        *others,
        {name: old for name, (old, _new) in changed.items()},
        {n: new for n, (_old, new) in changed.items()},
    )


def _public_redirects() -> QuerySet[Redirect]:
    """Return the redirects to rows of the package."""
    is_public = Q(kind__in=[RowKind.DISTRICT, RowKind.METRIC, RowKind.UNIT])
    public: dict[RowKind, QuerySet[Any]] = {
        RowKind.OFFICIAL: Official.objects.public().values("slug"),
        RowKind.BODY: Body.objects.public().values("slug"),
        RowKind.DOCUMENT: Document.objects.public().values("slug"),
        RowKind.POST: Post.objects.public().values(key=Cast("pk", CharField())),
        RowKind.STATEMENT: Statement.objects.public().values(key=Cast("pk", CharField())),
    }
    for kind, identifiers in public.items():
        is_public |= Q(kind=kind, target__in=identifiers)
    return Redirect.objects.filter(is_public)


TABLES = {
    "districts": Table(
        District.objects.all(),
        [
            *("slug", "name", "name_en", "pinyin", "kind", "code", "code_scheme", "parent", "aliases"),
            *("valid_from", "valid_to", "successor"),
        ],
    ),
    "officials": Table(
        Official.objects.public(),
        ["slug", "name"],
    ),
    "bodies": Table(
        Body.objects.public(),
        ["slug", "name", "name_en", "kind", "district", "parent"],
    ),
    "posts": Table(
        Post.objects.public(),
        ["id", "title", "body", "district"],
    ),
    "documents": Table(
        Document.objects.public(),
        ["slug", "title", "kind", "publisher", "date", "published", "url", "archived_url", "archived_on"],
    ),
    "statements": Table(
        Statement.objects.public(),
        ["id", "document", "official", "post", "body", "headline"],
    ),
    "topics": Table(
        Topic.objects.all(),
        ["slug", "name", "name_en"],
    ),
    "dimensions": Table(
        Dimension.objects.all(),
        ["slug", "name", "name_en", "base_unit", "is_additive"],
    ),
    "metrics": Table(
        Metric.objects.all(),
        [
            *("slug", "name", "name_en", "topic", "dimension", "direction", "tolerance"),
            *("usual_unit", "usual_measure", "aliases"),
        ],
    ),
    "units": Table(
        Unit.objects.all(),
        ["symbol", "name_en", "dimension", "factor", "numerator", "denominator"],
    ),
    "pledges": Table(
        Pledge.objects.public(),
        [field.name for field in exported_fields(Pledge)],
    ),
    "follow_ups": Table(
        FollowUp.objects.public(),
        [
            *("id", "pledge", "status", "actual", "actual_bound", "unit", "as_of", "summary", "reason"),
            *("supersedes", "previous_status", "resulting_status", "reviewed_at"),
        ],
    ),
    "evidence": Table(
        Evidence.objects.filter(follow_up__in=FollowUp.objects.public()),
        [
            *("id", "follow_up", "url", "file__sha256", "file_name", "file__media_type", "file__size", "statement"),
            *("title", "publisher", "published_on", "quote"),
        ],
    ),
    "amendments": Table(
        Amendment.objects.public(),
        ["id", "reviewed_at", "reason", "merges"],
        _of_amendment,
    ),
    "amended_pledges": Table(
        AmendedPledge.objects.filter(pledge__in=Pledge.objects.public()),
        ["id", "amendment", "pledge", "values_before", "values_after"],
        _of_amended_pledge,
    ),
    "redirects": Table(
        _public_redirects(),
        ["id", "kind", "source", "target"],
    ),
}
NAMES: dict[type[Model], str] = {table.rows.model: name for name, table in TABLES.items()}
