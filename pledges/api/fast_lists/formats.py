"""The formats in which a list can be had besides JSON: all its rows in one answer, sent while they are read."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from rest_framework.renderers import BaseRenderer

from pledges.api.fast_lists.flatten import Column
from pledges.api.fast_lists.pagination import UNKNOWN, PagingForm
from pledges.api.http.renderers import JSONRenderer
from pledges.exports.csv_rows import csv_chunks
from pledges.exports.jsonl import jsonl_chunks
from pledges.exports.xlsx import xlsx_chunks
from pledges.filters.fields import PlainIntegerField

MOST = 1_000_000_000


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
        return map(str.encode, jsonl_chunks(rows))


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
        texts = ([column.text(row) for column in columns] for row in map(json.loads, rows))
        names = [column.name for column in columns]
        chunks = csv_chunks(names, texts, escape_formulas=True, byte_order_mark=asked.get("bom") == "true")
        return map(str.encode, chunks)


class XLSXRenderer(RowsRenderer):
    """With numbers, days and times as such."""

    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    format = "xlsx"
    charset = None

    def stream(
        self, rows: Iterator[str], columns: Sequence[Column], title: str, asked: dict[str, Any]
    ) -> Iterator[bytes]:
        values = ([column.value(row) for column in columns] for row in map(json.loads, rows))
        return xlsx_chunks(title, [column.name for column in columns], values)


FORMATS: list[type[BaseRenderer]] = [
    JSONRenderer,
    JSONLinesRenderer,
    JSONLinesByOtherNameRenderer,
    CSVRenderer,
    XLSXRenderer,
]
