"""The tables and columns that a package contains. Their types and descriptions are derived from the models."""

from typing import Any, NamedTuple

from django.db.models import Model, QuerySet

from pledges.models import District, Document, Evidence, FollowUp, Metric, Official, Pledge, Post, Statement, Unit
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

    @property
    def key(self) -> str:
        return self.columns[0]


TABLES = {
    "districts": Table(
        District.objects.all(),
        ["slug", "name", "name_en", "kind", "code", "parent", "aliases"],
    ),
    "officials": Table(
        Official.objects.public(),
        ["slug", "name"],
    ),
    "posts": Table(
        Post.objects.public(),
        ["id", "title", "organisation", "district"],
    ),
    "documents": Table(
        Document.objects.public(),
        ["slug", "title", "publisher", "date", "url"],
    ),
    "statements": Table(
        Statement.objects.public(),
        ["id", "document", "official", "post", "headline"],
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
        ["slug", "name", "name_en", "topic", "dimension", "direction", "tolerance"],
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
            *("id", "pledge", "status", "actual", "unit", "as_of", "summary", "reason"),
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
}
NAMES: dict[type[Model], str] = {table.rows.model: name for name, table in TABLES.items()}
