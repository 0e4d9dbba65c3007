"""The formats in which a list can be had besides JSON: all its rows in one answer, sent while they are read."""

import csv
import json
from collections.abc import Iterator, Sequence
from io import StringIO
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from rest_framework.renderers import BaseRenderer

from pledges.api.fast_lists.flatten import Column
from pledges.api.fast_lists.pagination import UNKNOWN, PagingForm
from pledges.api.http.renderers import JSONRenderer
from pledges.database.batches import batches
from pledges.exports.cells import defused
from pledges.exports.xlsx import spreadsheet
from pledges.filters.fields import PlainIntegerField

ROWS_AT_ONCE = 200
MOST = 1_000_000_000
BYTE_ORDER_MARK = "\ufeff"


class OfPagesField(forms.CharField):
    """What only a list that comes in pages understands."""

    def clean(self, value: Any) -> str:
        if value:
            raise ValidationError(_("Only JSON has pages: this format gives all rows in one answer."))
        return ""


class AllRowsForm(PagingForm):
    limit = PlainIntegerField(min_value=1, max_value=MOST, required=False)
    cursor = OfPagesField(required=False)
    count = OfPagesField(required=False)  # type: ignore[assignment]  # it only refuses


class CSVForm(AllRowsForm):
    bom = forms.ChoiceField(
        choices=[("true", "true"), ("false", "false")],
        required=False,
        error_messages=UNKNOWN,
        help_text="Of CSV only: `true` begins it with a byte order mark, by which Excel knows that it is UTF-8.",
    )


class RowsRenderer(JSONRenderer):
    """Sends all rows of a list, each of which comes as JSON. Its problems are JSON too."""

    charset: str | None = "utf-8"
    parameters: type[AllRowsForm] = AllRowsForm

    def stream(
        self, rows: Iterator[str], columns: Sequence[Column], title: str, asked: dict[str, Any]
    ) -> Iterator[bytes]:
        raise NotImplementedError


class JSONLinesRenderer(RowsRenderer):
    media_type = "application/x-ndjson"
    format = "jsonl"

    def stream(
        self, rows: Iterator[str], columns: Sequence[Column], title: str, asked: dict[str, Any]
    ) -> Iterator[bytes]:
        for batch in batches(rows, ROWS_AT_ONCE):
            yield "\n".join([*batch, ""]).encode()


class JSONLinesByOtherNameRenderer(JSONLinesRenderer):
    media_type = "application/jsonl"


class CSVRenderer(RowsRenderer):
    """As RFC 4180 has it; what is missing is empty."""

    media_type = "text/csv"
    format = "csv"
    parameters = CSVForm

    def stream(
        self, rows: Iterator[str], columns: Sequence[Column], title: str, asked: dict[str, Any]
    ) -> Iterator[bytes]:
        text = StringIO()
        text.write(BYTE_ORDER_MARK if asked.get("bom") == "true" else "")
        writer = csv.writer(text)
        writer.writerow(column.name for column in columns)
        for batch in batches(map(json.loads, rows), ROWS_AT_ONCE):
            writer.writerows([_in_csv(column.text(row)) for column in columns] for row in batch)
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
        if header := text.getvalue():
            yield header.encode()


def _in_csv(text: Any) -> Any:
    return defused(text) if isinstance(text, str) else text


class XLSXRenderer(RowsRenderer):
    """With numbers, days and times as such."""

    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    format = "xlsx"
    charset = None

    def stream(
        self, rows: Iterator[str], columns: Sequence[Column], title: str, asked: dict[str, Any]
    ) -> Iterator[bytes]:
        values = ([column.value(row) for column in columns] for row in map(json.loads, rows))
        return spreadsheet(title, [column.name for column in columns], values)


FORMATS: list[type[BaseRenderer]] = [
    JSONRenderer,
    JSONLinesRenderer,
    JSONLinesByOtherNameRenderer,
    CSVRenderer,
    XLSXRenderer,
]
