"""The read API: lists and details of what is public."""

from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from functools import lru_cache
from typing import Any

from django import forms
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import get_object_or_404
from django_filters import FilterSet
from rest_framework.request import Request
from rest_framework.viewsets import ReadOnlyModelViewSet

from pledges.api.fast_lists.formats import FORMATS, RowsRenderer
from pledges.api.fast_lists.json_rows import JsonQuery
from pledges.api.fast_lists.pagination import KeysetPagination, PagingForm
from pledges.api.fast_lists.selection import ALL, Selection, SelectionForm
from pledges.api.fast_lists.streaming import stream
from pledges.api.http.etags import ConditionalResponseMixin
from pledges.api.http.parameters import CheckedParameters, FilterSetBackend
from pledges.api.serializers import records
from pledges.database.batches import batches
from pledges.database.snapshot import snapshot
from pledges.filters import lists
from pledges.filters.pledges import PledgeFilter
from pledges.models import District, Document, Metric, Official, Pledge, Post, Statement, Unit
from pledges.models.pledge import WITHOUT_DEADLINE_ASC, WITHOUT_DEADLINE_DESC

KEYS_AT_ONCE = 20_000


class RecordViewSet(ConditionalResponseMixin, CheckedParameters, ReadOnlyModelViewSet[Any]):
    """`key` is a unique column: the address of a row, and its place in the list unless `orderings` give another."""

    queryset: Any
    filterset_class: type[FilterSet]
    filter_backends = [FilterSetBackend]
    pagination_class = KeysetPagination
    key = lookup_field = "slug"
    orderings: dict[str, Any] = {}
    default_ordering = ""

    def get_parameter_forms(self) -> Sequence[forms.BaseForm]:
        if self.action not in ("list", "retrieve"):
            return []
        query = self.request.query_params
        self.asked = SelectionForm(query, self.get_serializer_class())
        if self.action == "retrieve":
            return [self.asked]
        self.filterset = self.filterset_class(query, queryset=self.get_queryset(), request=self.request)
        renderer = self.request.accepted_renderer
        form = renderer.parameters if isinstance(renderer, RowsRenderer) else PagingForm
        self.paging = form(query, orderings=self.orderings, default=self.default_ordering, path=self.request.path)
        return [self.filterset.form, self.paging, self.asked]

    def get_parameter_names(self) -> Iterable[str]:
        filters = self.filterset_class.base_filters if self.action == "list" else []
        return [*filters, *super().get_parameter_names()]

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        selection = self.asked.selection if hasattr(self, "asked") else ALL
        return super().get_serializer(*args, selection=selection, **kwargs)

    def get_renderers(self) -> Any:
        return [kind() for kind in FORMATS] if self.action == "list" else super().get_renderers()

    def get_format_suffix(self, **kwargs: Any) -> Any:
        return super().get_format_suffix(**kwargs) if self.action == "list" else None

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "format": None}  # the addresses of rows have no suffix

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        found = self.filter_queryset(self.get_queryset())
        if isinstance(request.accepted_renderer, RowsRenderer):
            return self.not_modified_response(request) or stream(self, found)
        return self.get_paginated_response(self.texts(self.paginate_queryset(found)))

    def json_rows(self, queryset: QuerySet[Any]) -> Generator[str]:
        """All rows in JSON, as they are at one moment."""
        found: Any = queryset.values_list("pk", flat=True).iterator(chunk_size=KEYS_AT_ONCE)
        with snapshot(), closing(found) as keys:
            for some in batches(keys, KEYS_AT_ONCE):
                yield from self.texts(some)

    def texts(self, keys: Sequence[Any] | None) -> Iterable[str]:
        """The rows with these keys in JSON, in their order."""
        return self.query_for(self.asked.selection).rows(keys or [], self.get_serializer_context())

    @classmethod
    @lru_cache(maxsize=200)
    def query_for(cls, selection: Selection) -> JsonQuery:
        return JsonQuery(cls.serializer_class, selection, cls.queryset)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if any("\x00" in str(part) for part in kwargs.values()):  # PostgreSQL has no such character
            raise Http404


class PledgeViewSet(RecordViewSet):
    """Quantified commitments, each with all that it takes to show it."""

    queryset = Pledge.objects.public().with_context()
    serializer_class = records.PledgeSerializer
    filterset_class = PledgeFilter
    key = lookup_field = "ref"
    orderings = {
        "year": F("year"),
        "-year": F("year"),
        "deadline": Coalesce("deadline", WITHOUT_DEADLINE_ASC),
        "-deadline": Coalesce("deadline", WITHOUT_DEADLINE_DESC),
        "amount": F("amount"),
        "-amount": F("amount"),
        "updated": F("updated_at"),
        "-updated": F("updated_at"),
    }

    def get_serializer_class(self) -> Any:
        return records.PledgeDetailSerializer if self.action == "retrieve" else records.PledgeSerializer

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), **records.moment()}


class DistrictViewSet(RecordViewSet):
    """Cities, districts, banners, counties and development zones."""

    queryset = District.objects.select_related("parent")
    serializer_class = records.DistrictDetailSerializer
    filterset_class = lists.DistrictFilter

    def get_object(self) -> Any:
        """By slug, or by GB/T 2260 code."""
        try:
            return super().get_object()
        except Http404:
            return get_object_or_404(self.get_queryset(), code=self.kwargs[self.lookup_field])


class OfficialViewSet(RecordViewSet):
    """Those who pledged something that is published."""

    queryset = Official.objects.public()
    serializer_class = records.OfficialSerializer
    filterset_class = lists.OfficialFilter


class PostViewSet(RecordViewSet):
    """Posts, as printed on the day."""

    queryset = Post.objects.public().select_related("district")
    serializer_class = records.PostSerializer
    filterset_class = lists.PostFilter
    key = lookup_field = "id"
    lookup_value_converter = "int"


class DocumentViewSet(RecordViewSet):
    """Newspaper pages. Their text belongs to the newspapers and is not here."""

    queryset = Document.objects.public().defer("text")
    serializer_class = records.DocumentSerializer
    filterset_class = lists.DocumentFilter


class StatementViewSet(RecordViewSet):
    """What one official says on one page."""

    queryset = (
        Statement.objects.public().select_related("document", "official", "post__district").defer("document__text")
    )
    serializer_class = records.StatementDetailSerializer
    filterset_class = lists.StatementFilter
    key = lookup_field = "id"
    lookup_value_converter = "int"


class MetricViewSet(RecordViewSet):
    """What is measured: the same metric in several years and places makes a series."""

    queryset = Metric.objects.select_related("topic", "dimension")
    serializer_class = records.MetricSerializer
    filterset_class = lists.MetricFilter


class UnitViewSet(RecordViewSet):
    """Units as written, with their factor to the base unit."""

    queryset = Unit.objects.select_related("dimension")
    serializer_class = records.UnitDetailSerializer
    filterset_class = lists.UnitFilter
    key = lookup_field = "symbol"
    lookup_value_converter = "path"  # 元/吨
