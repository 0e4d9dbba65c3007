"""The streamed formats of a list: JSON Lines, CSV and XLSX. Each response contains all rows, not one page."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from rest_framework.renderers import BaseRenderer

from pledges.api.fast_lists.flatten import FlatColumn
from pledges.api.fast_lists.pagination import UNKNOWN_VALUE, PagingForm
from pledges.api.http.renderers import JSONRenderer
from pledges.exports.cells import MAX_ROWS
from pledges.exports.csv_rows import csv_chunks
from pledges.exports.jsonl import jsonl_chunks
from pledges.exports.xlsx import xlsx_chunks
from pledges.filters.fields import IntegerParameterField

MAX_LIMIT = 1_000_000_000


class PageOnlyField(forms.CharField):
    """A parameter of JSON pages, rejected for other formats."""

    def clean(self, value: Any) -> str:
        if value:
            raise ValidationError(_("Only JSON is paginated; this format returns all rows at once."))
        return ""


class AllRowsForm(PagingForm):
    limit = IntegerParameterField(min_value=1, max_value=MAX_LIMIT, required=False)
    cursor = PageOnlyField(required=False)
    count = PageOnlyField(required=False)  # type: ignore[assignment]  # it accepts no value


class CSVForm(AllRowsForm):
    bom = forms.ChoiceField(
        choices=[("true", "true"), ("false", "false")],
        required=False,
        error_messages=UNKNOWN_VALUE,
        help_text="For CSV only: with `true`, the file begins with a byte order mark, so that Excel reads it as UTF-8.",
    )


class StreamingRenderer(JSONRenderer):
    """The base of renderers that stream all rows of a list. Error responses are JSON."""

    charset: str | None = "utf-8"
    parameter_form: type[AllRowsForm] = AllRowsForm
    max_rows: int | None = None

    def stream(
        self, rows: Iterator[str], columns: Sequence[FlatColumn], title: str, params: dict[str, Any]
    ) -> Iterator[bytes]:
        """Yield the response in chunks.

        `rows` are JSON objects, `title` is the name of the list, and `params` are the values of `parameter_form`.
        """
        raise NotImplementedError


class JSONLinesRenderer(StreamingRenderer):
    media_type = "application/x-ndjson"
    format = "jsonl"

    def stream(
        self, rows: Iterator[str], columns: Sequence[FlatColumn], title: str, params: dict[str, Any]
    ) -> Iterator[bytes]:
        return map(str.encode, jsonl_chunks(rows))


class JSONLinesAliasRenderer(JSONLinesRenderer):
    media_type = "application/jsonl"


class CSVRenderer(StreamingRenderer):
    """CSV (RFC 4180). Null is an empty cell."""

    media_type = "text/csv"
    format = "csv"
    parameter_form = CSVForm

    def stream(
        self, rows: Iterator[str], columns: Sequence[FlatColumn], title: str, params: dict[str, Any]
    ) -> Iterator[bytes]:
        texts = ([column.text(row) for column in columns] for row in map(json.loads, rows))
        names = [column.name for column in columns]
        chunks = csv_chunks(names, texts, escape_formulas=True, byte_order_mark=params.get("bom") == "true")
        return map(str.encode, chunks)


class XLSXRenderer(StreamingRenderer):
    """A workbook with numbers, dates and times in cells of their own types."""

    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    format = "xlsx"
    charset = None
    max_rows = MAX_ROWS

    def stream(
        self, rows: Iterator[str], columns: Sequence[FlatColumn], title: str, params: dict[str, Any]
    ) -> Iterator[bytes]:
        values = ([column.value(row) for column in columns] for row in map(json.loads, rows))
        return xlsx_chunks(title, [column.name for column in columns], values)


FORMATS: list[type[BaseRenderer]] = [
    JSONRenderer,
    JSONLinesRenderer,
    JSONLinesAliasRenderer,
    CSVRenderer,
    XLSXRenderer,
]
