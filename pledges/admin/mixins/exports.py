"""Export any filtered list. Columns and values are named as in the API, so that a file can be joined with its data."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from import_export.admin import ExportMixin
from import_export.formats import base_formats
from import_export.resources import Resource
from unfold.admin import ModelAdmin
from unfold.contrib.import_export.forms import ExportForm

from pledges.exports.cells import MAX_ROWS, as_text
from pledges.exports.csv_rows import csv_chunks
from pledges.exports.flat_pledges import KEYS, flat_values
from pledges.exports.xlsx import xlsx_chunks
from pledges.models import (
    Body,
    Dimension,
    District,
    Document,
    FollowUp,
    Metric,
    Official,
    Pledge,
    PledgeToCheck,
    Post,
    Statement,
    Topic,
    Unit,
)
from pledges.models.pledge_queryset import PledgeQuerySet

PLEDGE = KEYS | {
    "supersedes": "supersedes",  # staff see unpublished pledges, too
    "state": "state",
    "assignee": "assignee__username",
}
COLUMNS: dict[type[models.Model], dict[str, Any]] = {
    Pledge: PLEDGE,
    PledgeToCheck: PLEDGE,
    Document: {
        name: name
        for name in ("slug", "title", "kind", "publisher", "date", "published", "url", "archived_url", "archived_on")
    },
    Statement: {
        "document": "document__slug",
        "official": "official__slug",
        "post": "post__title",
        "organisation": "post__body__name",
        "post_district": "post__district__slug",
        "body": "body__slug",
        "headline": "headline",
    },
    Official: {"slug": "slug", "name": "name"},
    Body: {name: name for name in ("slug", "name", "name_en", "kind")}
    | {"district": "district__slug", "parent": "parent__slug"},
    Post: {"district": "district__slug", "organisation": "body__name", "title": "title"},
    District: {name: name for name in ("slug", "name", "name_en", "kind", "code")}
    | {"parent": "parent__slug", "aliases": "aliases"},
    Metric: {name: name for name in ("slug", "name", "name_en", "direction", "tolerance", "usual_measure", "aliases")}
    | {"topic": "topic__slug", "dimension": "dimension__slug", "usual_unit": "usual_unit__symbol"},
    Topic: {name: name for name in ("slug", "name", "name_en")},
    Unit: {"symbol": "symbol", "name_en": "name_en", "dimension": "dimension__slug"}
    | {name: name for name in ("factor", "numerator", "denominator")},
    Dimension: {name: name for name in ("slug", "name", "name_en", "base_unit")},
}


@dataclass(frozen=True)
class Table:
    headers: list[str]
    rows: Iterable[Iterable[Any]]


class ListResource(Resource):
    """The rows of a list under the names of their columns, read in constant memory."""

    columns: list[str]

    @classmethod
    def get_display_name(cls) -> Any:
        return _("All columns")

    def get_user_visible_fields(self) -> list[Any]:
        return [SimpleNamespace(column_name=name) for name in self.columns]

    def export(self, queryset: QuerySet[Any], **_kwargs: Any) -> Table:
        if queryset[: MAX_ROWS + 1].count() > MAX_ROWS:
            raise ValueError(_("At most %(count)d rows can be exported. Filter the list first.") % {"count": MAX_ROWS})
        return Table(self.columns, self.rows(queryset))

    def rows(self, queryset: QuerySet[Any]) -> Iterator[Iterable[Any]]:
        raise NotImplementedError


def resource_of(model: type[models.Model]) -> type[ListResource]:
    paths = COLUMNS[model]

    class ModelResource(ListResource):
        columns = list(paths)

        def rows(self, queryset: QuerySet[Any]) -> Iterator[Iterable[Any]]:
            queryset = queryset.prefetch_related(None)
            if isinstance(queryset, PledgeQuerySet):
                return flat_values(queryset, paths)
            return queryset.values_list(*paths.values()).iterator(chunk_size=2000)

    return ModelResource


class FollowUpResource(ListResource):
    columns = [
        *("ref", "district", "label", "target", "status", "actual_bound", "actual", "unit", "ratio"),
        *("as_of", "summary", "reason"),
        *("author", "state", "submitted_at", "reviewer", "reviewed_at", "review_note", "evidence"),
    ]

    def rows(self, queryset: QuerySet[FollowUp]) -> Iterator[Iterable[Any]]:
        follow_ups = (
            queryset.select_related("pledge__district", "pledge__metric", "pledge__unit", "unit", "author", "reviewer")
            .defer("pledge__search_text")
            .prefetch_related(None)
            .prefetch_related(*(f"evidence__statement__{name}" for name in ("official", "body", "document")))
        )
        for row in follow_ups.iterator(chunk_size=2000):
            pledge, assessment = row.pledge, row.assessment
            yield (
                *(pledge.ref, pledge.district.name, pledge.label, pledge.target_in_words),
                *(row.status, row.actual_bound, row.actual, row.unit_id, assessment and assessment.ratio, row.as_of),
                *(row.summary, row.reason, row.author.username, row.state, row.submitted_at),
                *(row.reviewer and row.reviewer.username, row.reviewed_at, row.review_note),
                "\n".join(piece.url or piece.file_name or str(piece.statement) for piece in row.evidence.all()),
            )


class ActualFiguresTemplate(ListResource):
    """A template with the pledges of a list, in which editors fill in actual figures for the import."""

    columns = [
        *("ref", "district", "label", "target", "actual", "unit", "as_of", "evidence", "status", "reason"),
        "actual_bound",
    ]

    @classmethod
    def get_display_name(cls) -> Any:
        return _("Template for actual figures (fill in and import)")

    def rows(self, queryset: QuerySet[Pledge]) -> Iterator[Iterable[Any]]:
        pledges = queryset.select_related("district", "metric", "unit").prefetch_related(None)
        for pledge in pledges.iterator(chunk_size=2000):
            last_day = pledge.last_day if pledge.last_day <= timezone.localdate() else None
            yield (
                *(pledge.ref, pledge.district.name, pledge.label, pledge.target_in_words),
                *(None, pledge.unit_id, last_day, None, None, None, None),
            )


RESOURCES: dict[type[models.Model], list[type[ListResource]]] = {
    **{model: [resource_of(model)] for model in COLUMNS},
    PledgeToCheck: [ActualFiguresTemplate, resource_of(PledgeToCheck)],
    FollowUp: [FollowUpResource],
}


class CSV(base_formats.CSV):
    def export_data(self, table: Table, **_kwargs: Any) -> bytes:
        rows = (map(as_text, map(_spreadsheet_value, row)) for row in table.rows)
        return "".join(csv_chunks(table.headers, rows, escape_formulas=True, byte_order_mark=True)).encode()


class XLSX(base_formats.XLSX):
    def export_data(self, table: Table, **_kwargs: Any) -> bytes:
        return b"".join(xlsx_chunks("Sheet", table.headers, (map(_spreadsheet_value, row) for row in table.rows)))


def _spreadsheet_value(value: Any) -> Any:
    """Return a value as people read it in a spreadsheet: names in one cell, times of the site's time zone."""
    match value:
        case list():
            return "; ".join(value)
        case datetime():
            return timezone.localtime(value).replace(tzinfo=None, microsecond=0)
    return value


class ListExportForm(ExportForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["resource"].label = _("Columns")
        self.fields["format"].choices = self.fields["format"].choices[1:]  # the first one is an empty choice


class ListExportMixin(ExportMixin, ModelAdmin):
    export_form_class = ListExportForm
    export_formats = [XLSX, CSV]

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Users may export the lists that they may view."""
        return self.model in RESOURCES and self.has_view_or_change_permission(request)

    def get_export_resource_classes(self, request: HttpRequest) -> list[type[ListResource]]:
        return RESOURCES[self.model]

    def get_export_filename(self, request: HttpRequest, queryset: QuerySet[Any], file_format: Any) -> str:
        return f"{self.opts.model_name}-{timezone.localdate()}.{file_format.get_extension()}"
