"""Pages by position, not by number: a page does not shift when rows are added or taken away."""

from typing import Any

from django import forms
from django.core.signing import BadSignature, Signer
from django.db.models import F, Model
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from .parameters import describe

DEFAULT_LIMIT = 50
MAX_LIMIT = 1000
UNKNOWN = {"invalid_choice": "Unknown value."}


class PagingForm(forms.Form):
    limit = forms.IntegerField(
        min_value=1, max_value=MAX_LIMIT, required=False, help_text=f"Rows on a page; {DEFAULT_LIMIT} if left out."
    )
    cursor = forms.CharField(
        required=False, help_text="A position: follow `next` and `previous` of an answer, never make one up."
    )
    count = forms.ChoiceField(
        choices=[("exact", "exact")],
        required=False,
        error_messages=UNKNOWN,
        help_text="With `exact`, the answer holds the number of all rows.",
    )

    def __init__(self, data: Any, *, orderings: dict[str, Any], default: str, path: str = "") -> None:
        super().__init__(data)
        self.path = path
        if orderings:
            self.fields["ordering"] = forms.ChoiceField(
                choices=[(name, name) for name in orderings],
                required=False,
                error_messages=UNKNOWN,
                help_text=f"Left out: {default or 'by reference, which also breaks ties'}; a hyphen turns it round.",
            )

    def clean(self) -> dict[str, Any]:
        if (text := self.cleaned_data.get("cursor")) and "ordering" not in self.errors:
            try:
                self.cleaned_data["cursor"] = self.signer.unsign_object(text)
            except BadSignature:
                self.add_error("cursor", "Not a cursor that this list gave out for this ordering.")
        return self.cleaned_data

    @property
    def signer(self) -> Signer:
        """It makes a cursor fit for one list and one ordering only."""
        return Signer(sep=".", salt=f"{self.path}?ordering={self.cleaned_data.get('ordering', '')}")


class KeysetPagination(BasePagination):
    """Follows the `key` and the `orderings` of the view."""

    is_backwards: bool

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        asked = view.paging.cleaned_data
        ordering = asked.get("ordering") or view.default_ordering
        self.count = queryset.count() if asked["count"] else None
        self.url = f"{request.build_absolute_uri(request.path)}?{request.query_params.urlencode()}"
        self.signer = view.paging.signer
        self.keys = [view.key]
        if ordering:
            queryset = queryset.annotate(position=view.orderings[ordering])
            self.keys = ["position", view.key]

        self.is_backwards, after = asked["cursor"] or (False, [])
        self.is_first = not after
        falls = ordering.startswith("-") != self.is_backwards
        queryset = queryset.order_by(*(f"-{key}" if falls else key for key in self.keys))
        if after:
            beyond = TupleLessThan if falls else TupleGreaterThan
            queryset = queryset.filter(beyond(tuple(F(key) for key in self.keys), after))

        limit = asked["limit"] or DEFAULT_LIMIT
        rows = list(queryset[: limit + 1])
        self.has_more = len(rows) > limit
        self.rows = rows[:limit][::-1] if self.is_backwards else rows[:limit]
        return self.rows

    def get_paginated_response(self, data: Any) -> Response:
        has_next = self.is_backwards or self.has_more
        has_previous = self.has_more if self.is_backwards else not self.is_first
        return Response(
            {
                "count": self.count,
                "next": self._link(self.rows[-1], is_backwards=False) if has_next and self.rows else None,
                "previous": self._link(self.rows[0], is_backwards=True) if has_previous and self.rows else None,
                "results": data,
            }
        )

    def _link(self, row: Model, *, is_backwards: bool) -> str:
        position = [str(getattr(row, key)) for key in self.keys]
        return replace_query_param(self.url, "cursor", self.signer.sign_object((is_backwards, position)))

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["count", "next", "previous", "results"],
            "properties": {
                "count": {"type": ["integer", "null"], "description": "All rows; null unless `count=exact` was asked."},
                "next": link,
                "previous": link,
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return describe(PagingForm(None, orderings=view.orderings, default=view.default_ordering).fields)
