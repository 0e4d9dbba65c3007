"""Any filtered list as a spreadsheet. Names and values are those of the API, so that files can be joined with it."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from io import BytesIO, StringIO
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
from openpyxl import Workbook
from unfold.admin import ModelAdmin
from unfold.contrib.import_export.forms import ExportForm

from pledges.domain.numbers import plain
from pledges.exports.cells import MOST_ROWS, defused, fits_exactly, in_xml
from pledges.exports.flat_pledges import KEYS
from pledges.models import (
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

PLEDGE = KEYS | {
    "supersedes": "supersedes__ref",  # at the desk also what is not public
    "state": "state",
    "assignee": "assignee__username",
}
COLUMNS: dict[type[models.Model], dict[str, Any]] = {
    Pledge: PLEDGE,
    PledgeToCheck: PLEDGE,
    Document: {name: name for name in ("slug", "title", "publisher", "date", "url")},
    Statement: {
        "document": "document__slug",
        "official": "official__slug",
        "post": "post__title",
        "organisation": "post__organisation",
        "post_district": "post__district__slug",
        "headline": "headline",
    },
    Official: {"slug": "slug", "name": "name"},
    Post: {"district": "district__slug", "organisation": "organisation", "title": "title"},
    District: {name: name for name in ("slug", "name", "name_en", "kind", "code")}
    | {"parent": "parent__slug", "aliases": "aliases"},
    Metric: {name: name for name in ("slug", "name", "name_en", "direction")}
    | {"topic": "topic__slug", "dimension": "dimension__slug"},
    Topic: {name: name for name in ("slug", "name", "name_en")},
    Unit: {"symbol": "symbol", "name_en": "name_en", "dimension": "dimension__slug", "factor": "factor"},
    Dimension: {name: name for name in ("slug", "name", "name_en", "base_unit")},
}


@dataclass(frozen=True)
class Table:
    headers: list[str]
    rows: Iterable[Iterable[Any]]


class ListResource(Resource):
    """The rows of a list under the names of their columns, read in flat memory."""

    columns: list[str]

    @classmethod
    def get_display_name(cls) -> Any:
        return _("All columns")

    def get_user_visible_fields(self) -> list[Any]:
        return [SimpleNamespace(column_name=name) for name in self.columns]

    def export(self, queryset: QuerySet[Any], **_kwargs: Any) -> Table:
        if queryset[: MOST_ROWS + 1].count() > MOST_ROWS:
            raise ValueError(_("A list has at most %(count)d rows here: filter it first.") % {"count": MOST_ROWS})
        return Table(self.columns, self.rows(queryset))

    def rows(self, queryset: QuerySet[Any]) -> Iterator[Iterable[Any]]:
        raise NotImplementedError


def resource_of(model: type[models.Model]) -> type[ListResource]:
    paths = COLUMNS[model]

    class ModelResource(ListResource):
        columns = list(paths)

        def rows(self, queryset: QuerySet[Any]) -> Iterator[Iterable[Any]]:
            return queryset.prefetch_related(None).values_list(*paths.values()).iterator(chunk_size=2000)

    return ModelResource


class FollowUpResource(ListResource):
    columns = [
        *("ref", "district", "label", "target", "status", "actual", "unit", "ratio", "as_of", "summary", "reason"),
        *("author", "state", "submitted_at", "reviewer", "reviewed_at", "review_note", "evidence"),
    ]

    def rows(self, queryset: QuerySet[FollowUp]) -> Iterator[Iterable[Any]]:
        follow_ups = (
            queryset.select_related("pledge__district", "pledge__metric", "pledge__unit", "unit", "author", "reviewer")
            .defer("pledge__search_text")
            .prefetch_related(None)
            .prefetch_related("evidence__statement__official", "evidence__statement__document")
        )
        for row in follow_ups.iterator(chunk_size=2000):
            pledge, assessment = row.pledge, row.assessment
            yield (
                *(pledge.ref, pledge.district.name, pledge.label, pledge.target_in_words),
                *(row.status, row.actual, row.unit_id, assessment and assessment.ratio, row.as_of),
                *(row.summary, row.reason, row.author.username, row.state, row.submitted_at),
                *(row.reviewer and row.reviewer.username, row.reviewed_at, row.review_note),
                "\n".join(proof.url or proof.file_name or str(proof.statement) for proof in row.evidence.all()),
            )


class SheetToFillIn(ListResource):
    """The pledges of a list as a sheet into which actual figures are written, to be imported again."""

    columns = ["ref", "district", "label", "target", "actual", "unit", "as_of", "evidence", "status", "reason"]

    @classmethod
    def get_display_name(cls) -> Any:
        return _("Sheet for actual figures, to be filled in and imported")

    def rows(self, queryset: QuerySet[Pledge]) -> Iterator[Iterable[Any]]:
        pledges = queryset.select_related("district", "metric").prefetch_related(None)
        for pledge in pledges.iterator(chunk_size=2000):
            last_day = pledge.last_day if pledge.last_day <= timezone.localdate() else None
            yield (
                *(pledge.ref, pledge.district.name, pledge.label, pledge.target_in_words),
                *(None, pledge.unit_id, last_day, None, None, None),
            )


RESOURCES: dict[type[models.Model], list[type[ListResource]]] = {
    **{model: [resource_of(model)] for model in COLUMNS},
    PledgeToCheck: [SheetToFillIn, resource_of(PledgeToCheck)],
    FollowUp: [FollowUpResource],
}


class CSV(base_formats.CSV):
    def export_data(self, table: Table, **_kwargs: Any) -> bytes:
        text = StringIO()
        writer = csv.writer(text)
        writer.writerow(table.headers)
        for row in table.rows:
            writer.writerow([plain(cell) if isinstance(cell, Decimal) else cell for cell in map(written, row)])
        return text.getvalue().encode("utf-8-sig")  # without the mark, Excel does not take it for Chinese


class XLSX(base_formats.XLSX):
    def export_data(self, table: Table, **_kwargs: Any) -> bytes:
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        sheet.freeze_panes = "A2"
        sheet.append(table.headers)
        for row in table.rows:
            sheet.append(list(map(_in_cell, row)))
        file = BytesIO()
        book.save(file)
        return file.getvalue()


def written(value: Any) -> Any:
    """A value as it may stand in a spreadsheet: no text that is a formula, and no time of another zone."""
    match value:
        case str():
            return defused(value)
        case list():
            return written("; ".join(value))
        case datetime():
            return timezone.localtime(value).replace(tzinfo=None, microsecond=0)
    return value


def _in_cell(value: Any) -> Any:
    value = written(value)
    if isinstance(value, str):
        return in_xml(value)
    if isinstance(value, Decimal) and not fits_exactly(text := plain(value)):
        return text  # a cell would round it
    return value


class ListExportForm(ExportForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["resource"].label = _("Columns")
        self.fields["format"].choices = self.fields["format"].choices[1:]  # the first one is not to choose any


class ListExportMixin(ExportMixin, ModelAdmin):
    export_form_class = ListExportForm
    export_formats = [XLSX, CSV]

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Who may see the list may take it along."""
        return self.model in RESOURCES and self.has_view_or_change_permission(request)

    def get_export_resource_classes(self, request: HttpRequest) -> list[type[ListResource]]:
        return RESOURCES[self.model]

    def get_export_filename(self, request: HttpRequest, queryset: QuerySet[Any], file_format: Any) -> str:
        return f"{self.opts.model_name}-{timezone.localdate()}.{file_format.get_extension()}"
