"""Pages by position, not by number: a page does not shift when rows are added or taken away."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.signing import BadSignature, Signer
from django.db.models import F
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan
from django.utils.translation import gettext_lazy as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from pledges.api.fast_lists.json_rows import encode
from pledges.api.http.parameters import ParameterForm, describe
from pledges.filters.fields import PlainIntegerField

DEFAULT_LIMIT = 50
MAX_LIMIT = 1000
UNKNOWN = {"invalid_choice": _("Unknown value.")}


class PagingForm(ParameterForm):
    limit = PlainIntegerField(
        min_value=1, max_value=MAX_LIMIT, required=False, help_text=f"Rows on a page; {DEFAULT_LIMIT} if left out."
    )
    cursor = forms.CharField(required=False, help_text="Opaque cursor: follow `next` and `previous`.")
    count = forms.ChoiceField(
        choices=[("exact", "exact")],
        required=False,
        error_messages=UNKNOWN,
        help_text="With `exact`, the response has the number of all rows.",
    )

    ordering = forms.ChoiceField(required=False, error_messages=UNKNOWN)

    def __init__(self, data: Any, *, orderings: dict[str, Any], default: str, path: str = "") -> None:
        super().__init__(data)
        self.path = path
        if not orderings:
            self.known.remove("ordering")
            self.fields.pop("ordering", None)
        if isinstance(field := self.fields.get("ordering"), forms.ChoiceField):
            field.choices = [(name, name) for name in orderings]
            field.help_text = f"Left out: {default or 'by reference, which also breaks ties'}; a hyphen turns it round."

    def clean(self) -> dict[str, Any]:
        if (text := self.cleaned_data.get("cursor")) and "ordering" not in self.errors:
            try:
                self.cleaned_data["cursor"] = self.signer.unsign_object(text)
            except BadSignature:
                self.add_error("cursor", _("This cursor does not belong to this list and ordering."))
        return self.cleaned_data

    @property
    def signer(self) -> Signer:
        """It makes a cursor fit for one list and one ordering only."""
        return Signer(sep=".", salt=f"{self.path}?ordering={self.cleaned_data.get('ordering', '')}")


def page_url(request: Request) -> str:
    """What a page was asked by; the links to others differ from it in one parameter."""
    return f"{request.build_absolute_uri(request.path)}?{request.query_params.urlencode()}"


def page_response(page: dict[str, Any], rows: Iterable[str]) -> Response:
    """The rows, which are in JSON, behind what a page says of itself."""
    return Response(f'{encode(page)[:-1]},"results":[{",".join(rows)}]}}'.encode())


class KeysetPagination(BasePagination):
    """Follows the `key` and the `orderings` of the view."""

    is_backwards: bool

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """The primary keys of the rows on the page."""
        asked = view.paging.cleaned_data
        ordering = asked.get("ordering") or view.default_ordering
        self.count = queryset.count() if asked.get("count") else None
        self.url = page_url(request)
        self.signer = view.paging.signer
        places = [view.key]
        if ordering:
            queryset = queryset.annotate(position=view.orderings[ordering])
            places = ["position", view.key]

        self.is_backwards, after = asked.get("cursor") or (False, [])
        self.is_at_end = not after
        falls = ordering.startswith("-") != self.is_backwards
        queryset = queryset.order_by(*(f"-{place}" if falls else place for place in places))
        if after:
            beyond = TupleLessThan if falls else TupleGreaterThan
            queryset = queryset.filter(beyond(tuple(F(place) for place in places), after))

        limit = asked.get("limit") or DEFAULT_LIMIT
        rows = list(queryset.values_list("pk", *places)[: limit + 1])
        self.has_more = len(rows) > limit
        self.rows = rows[:limit][::-1] if self.is_backwards else rows[:limit]
        return [key for key, *_place in self.rows]

    def get_paginated_response(self, data: Iterable[str]) -> Response:
        """`data` are the rows in JSON."""
        goes_on, goes_back = self.has_more, not self.is_at_end
        has_next, has_previous = (goes_back, goes_on) if self.is_backwards else (goes_on, goes_back)
        page = {
            "count": self.count,
            "next": self._link(self.rows[-1:], is_backwards=False) if has_next else None,
            "previous": self._link(self.rows[:1], is_backwards=True) if has_previous else None,
        }
        return page_response(page, data)

    def _link(self, beyond: Sequence[Any], *, is_backwards: bool) -> str:
        """To the rows beyond one; from the other end where there is none, for those of a page can go meanwhile."""
        position = [str(value) for row in beyond for value in row[1:]]
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
