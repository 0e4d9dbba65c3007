"""Keyset (cursor) pagination. Pages do not shift when rows are added or removed."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.signing import BadSignature, Signer
from django.db.models import F, QuerySet
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan
from django.utils.translation import gettext_lazy as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from pledges.api.fast_lists.json_rows import encode
from pledges.api.fast_lists.ordering import Ordering
from pledges.api.http.parameters import ParameterForm, describe
from pledges.filters.fields import IntegerParameterField

DEFAULT_LIMIT = 50
MAX_LIMIT = 1000
UNKNOWN_VALUE = {"invalid_choice": _("Unknown value.")}


class PagingForm(ParameterForm):
    limit = IntegerParameterField(
        min_value=1,
        max_value=MAX_LIMIT,
        required=False,
        help_text=f"The number of rows on a page. Default: {DEFAULT_LIMIT}.",
    )
    cursor = forms.CharField(required=False, help_text="An opaque cursor, taken from `next` or `previous`.")
    count = forms.ChoiceField(
        choices=[("exact", "exact")],
        required=False,
        error_messages=UNKNOWN_VALUE,
        help_text="With `exact`, the response contains the number of all rows.",
    )

    ordering = forms.ChoiceField(required=False, error_messages=UNKNOWN_VALUE)

    def __init__(self, data: Any, *, key: str, orderings: dict[str, Any], default: str, path: str = "") -> None:
        """`key` is a unique column; `orderings` are the sort expressions by their names in the parameter `ordering`."""
        super().__init__(data)
        self.key, self.orderings, self.default, self.path = key, orderings, default, path
        if not orderings:
            self.parameter_names.remove("ordering")
            self.fields.pop("ordering", None)
        if isinstance(field := self.fields.get("ordering"), forms.ChoiceField):
            field.choices = [(name, name) for name in orderings]
            field.help_text = f"Default: {default or 'by reference'}. A leading hyphen reverses the order."

    def clean(self) -> dict[str, Any]:
        if (text := self.cleaned_data.get("cursor")) and "ordering" not in self.errors:
            try:
                self.cleaned_data["cursor"] = self.signer.unsign_object(text)
            except BadSignature:
                self.add_error("cursor", _("This cursor does not belong to this list and ordering."))
        return self.cleaned_data

    @property
    def sort_order(self) -> Ordering:
        name = self.cleaned_data.get("ordering") or self.default
        return Ordering(self.key, self.orderings[name] if name else None, name.startswith("-"))

    @property
    def signer(self) -> Signer:
        """Signs cursors. A cursor is valid for one list and one ordering only."""
        return Signer(sep=".", salt=f"{self.path}?ordering={self.cleaned_data.get('ordering', '')}")


def request_url(request: Request) -> str:
    """Return the URL of a request. Links to other pages are made from it by replacing one parameter."""
    return f"{request.build_absolute_uri(request.path)}?{request.query_params.urlencode()}"


def page_response(members: dict[str, Any], rows: Iterable[str]) -> Response:
    """Return a JSON object with these members and `results`. The rows are JSON objects already."""
    return Response(f'{encode(members)[:-1]},"results":[{",".join(rows)}]}}'.encode())


class KeysetPage:
    """One page of a list: `keys` are the primary keys of its rows.

    A cursor contains the direction and the sort values of the last row before the page, in that direction. Without sort
    values, the page is the first or the last one.
    """

    def __init__(self, queryset: QuerySet[Any], form: PagingForm, request: Request) -> None:
        """Read the keys, and count all rows if the client requests it."""
        params, ordering = form.cleaned_data, form.sort_order
        self.url, self.signer = request_url(request), form.signer
        self.count = queryset.count() if params.get("count") else None
        self.is_backwards: bool
        self.is_backwards, after = params.get("cursor") or (False, [])
        self.has_rows_before = bool(after)
        queryset = ordering.apply(queryset, is_reversed=self.is_backwards)
        if after:
            is_descending = ordering.is_descending != self.is_backwards
            beyond = TupleLessThan if is_descending else TupleGreaterThan
            queryset = queryset.filter(beyond(tuple(F(field) for field in ordering.sort_fields), after))

        limit = params.get("limit") or DEFAULT_LIMIT
        rows = list(queryset.values_list("pk", *ordering.sort_fields)[: limit + 1])
        self.has_rows_after = len(rows) > limit
        self.rows = rows[:limit][::-1] if self.is_backwards else rows[:limit]
        self.keys = [key for key, *_sort_values in self.rows]

    def response(self, rows: Iterable[str]) -> Response:
        """Return the response with these rows, which are JSON objects."""
        has_previous, has_next = self.has_rows_before, self.has_rows_after
        if self.is_backwards:
            has_previous, has_next = has_next, has_previous
        members = {
            "count": self.count,
            "next": self._link(self.rows[-1:], is_backwards=False) if has_next else None,
            "previous": self._link(self.rows[:1], is_backwards=True) if has_previous else None,
        }
        return page_response(members, rows)

    def _link(self, rows: Sequence[Any], *, is_backwards: bool) -> str:
        """Link to the page next to a row. Without a row, because this page is empty, link to the first or last page."""
        sort_values = [str(value) for row in rows for value in row[1:]]
        return replace_query_param(self.url, "cursor", self.signer.sign_object((is_backwards, sort_values)))


class KeysetPageSchema(BasePagination):
    """The OpenAPI description of a `KeysetPage`. It does not paginate."""

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["count", "next", "previous", "results"],
            "properties": {
                "count": {
                    "type": ["integer", "null"],
                    "description": "Number of all rows; null without `count=exact`.",
                },
                "next": dict(link),  # copies, which get descriptions of their own
                "previous": dict(link),
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return describe(view.get_paging_form(None).fields)
