"""Lists and details of the public record. `pledges.api.fast_lists` explains how lists are served."""

from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from django import forms
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.http import Http404, HttpResponseBase, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django_filters import FilterSet
from rest_framework.request import Request
from rest_framework.viewsets import ReadOnlyModelViewSet

from pledges.api.fast_lists.flatten import flat_columns
from pledges.api.fast_lists.formats import FORMATS, StreamingRenderer
from pledges.api.fast_lists.json_rows import RowQuery
from pledges.api.fast_lists.pagination import KeysetPage, KeysetPageSchema, PagingForm
from pledges.api.fast_lists.selection import ALL, Selection, SelectionForm
from pledges.api.fast_lists.streaming import check_row_count, stream_rows
from pledges.api.http.etags import ConditionalResponseMixin
from pledges.api.http.parameters import CheckedParametersView, FilterSetBackend
from pledges.api.http.problems import ProblemError
from pledges.api.serializers import records
from pledges.database.batches import batches
from pledges.database.snapshot import snapshot
from pledges.filters import lists
from pledges.filters.pledges import PledgeFilter
from pledges.models import Body, District, Document, Metric, Official, Pledge, Post, Redirect, Statement, Unit
from pledges.models.pledge import WITHOUT_DEADLINE_ASC, WITHOUT_DEADLINE_DESC

KEY_BATCH_SIZE = 20_000


class RecordViewSet(ConditionalResponseMixin, CheckedParametersView, ReadOnlyModelViewSet[Any]):
    """The base of lists and details of the record.

    `key` is a unique column: it identifies a row in its URL, and sorts the list unless an ordering is requested.
    `orderings` maps the values of the parameter `ordering` to sort expressions; a hyphen means descending order.
    """

    queryset: Any
    filterset_class: type[FilterSet]
    filter_backends = [FilterSetBackend]
    pagination_class = KeysetPageSchema
    key = lookup_field = "slug"
    orderings: dict[str, Any] = {}
    default_ordering = ""

    def get_parameter_forms(self) -> Sequence[forms.BaseForm]:
        if self.action not in ("list", "retrieve"):
            return []
        query = self.request.query_params
        self.selection_form = SelectionForm(query, self.get_serializer_class())
        if self.action == "retrieve":
            return [self.selection_form]
        self.filterset = self.filterset_class(query, queryset=self.get_queryset(), request=self.request)
        self.paging_form = self.get_paging_form(query)
        return [self.filterset.form, self.paging_form, self.selection_form]

    def get_paging_form(self, query: QueryDict | None) -> PagingForm:
        """Return the form for the requested format or, without a query, the form that describes JSON pages."""
        renderer = None if query is None else self.request.accepted_renderer
        form_class = renderer.parameter_form if isinstance(renderer, StreamingRenderer) else PagingForm
        return form_class(
            query,
            key=self.key,
            orderings=self.orderings,
            default=self.default_ordering,
            path="" if query is None else self.request.path,
        )

    def get_parameter_names(self) -> Iterable[str]:
        filters = self.filterset_class.base_filters if self.action == "list" else []
        return [*filters, *super().get_parameter_names()]

    @property
    def selection(self) -> Selection:
        return self.selection_form.selection if hasattr(self, "selection_form") else ALL

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        return super().get_serializer(*args, selection=self.selection, **kwargs)

    def get_renderers(self) -> Any:
        return [kind() for kind in FORMATS] if self.action == "list" else super().get_renderers()

    def get_format_suffix(self, **kwargs: Any) -> Any:
        return super().get_format_suffix(**kwargs) if self.action == "list" else None

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "format": None}  # URLs of rows have no format suffix

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        queryset = self.filter_queryset(self.get_queryset())
        if isinstance(request.accepted_renderer, StreamingRenderer):
            return self.not_modified_response(request) or self._stream(queryset, request.accepted_renderer)
        page = KeysetPage(queryset, self.paging_form, request)
        return page.response(self.json_rows(page.keys))

    def get_object(self) -> Any:
        """Find the row. Raise a redirect with status 308 if it was merged into another one, or Http404."""
        try:
            return self.find_object()
        except Http404:
            if url := self._url_of_new_row():
                detail = _("This was merged into another entry. Follow the redirect.")
                raise ProblemError(HTTPStatus.PERMANENT_REDIRECT, detail, headers={"Location": url}) from None
            raise

    def find_object(self) -> Any:
        return super().get_object()

    def get_new_identifier(self, old: str) -> str | None:
        """Return the value of `lookup_field` of the row into which the one with this value was merged, or None."""
        return Redirect.objects.target_of(self.queryset.model._meta.model_name, old)

    def _url_of_new_row(self) -> str | None:
        match, name = self.request.resolver_match, self.lookup_url_kwarg or self.lookup_field
        new = self.get_new_identifier(str(self.kwargs[name]))
        if match is None or new is None or not self.get_queryset().filter(**{self.lookup_field: new}).exists():
            return None
        path = reverse(match.view_name, kwargs={**match.kwargs, name: new})
        query = self.request.META.get("QUERY_STRING")
        return self.request.build_absolute_uri(f"{path}?{query}" if query else path)

    def _stream(self, queryset: QuerySet[Any], renderer: StreamingRenderer) -> HttpResponseBase:
        params = self.paging_form.cleaned_data
        limit = params.get("limit")
        check_row_count(queryset, renderer.max_rows, limit)
        rows = self.all_json_rows(self.paging_form.sort_order.apply(queryset)[:limit])
        return stream_rows(self.request, rows, list(flat_columns(self.get_serializer())), params)

    def all_json_rows(self, queryset: QuerySet[Any]) -> Generator[str]:
        """Yield all rows of a queryset as JSON objects, read in one snapshot of the database."""
        keys: Any = queryset.values_list("pk", flat=True).iterator(chunk_size=KEY_BATCH_SIZE)
        with snapshot(), closing(keys):
            for batch in batches(keys, KEY_BATCH_SIZE):
                yield from self.json_rows(batch)

    def json_rows(self, keys: Sequence[Any]) -> Iterable[str]:
        """Return the rows with these primary keys as JSON objects, in the order of the keys, skipping deleted rows."""
        return self.row_query(self.selection).rows(keys, self.get_serializer_context())

    @classmethod
    @lru_cache(maxsize=200)
    def row_query(cls, selection: Selection) -> RowQuery:
        return RowQuery(cls.serializer_class, selection, cls.queryset)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if any("\x00" in str(part) for part in kwargs.values()):  # PostgreSQL cannot store this character
            raise Http404


class PledgeViewSet(RecordViewSet):
    """Quantified commitments, each with its related rows."""

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
        return {**super().get_serializer_context(), **records.render_context()}


class DistrictViewSet(RecordViewSet):
    """Countries, provinces, cities, districts, banners, counties, towns and development zones, also former ones."""

    queryset = District.objects.select_related("parent", "successor")
    serializer_class = records.DistrictDetailSerializer
    filterset_class = lists.DistrictFilter

    def find_object(self) -> Any:
        """Find the district by its slug or by its code. A code that two schemes have is that of GB/T 2260 first."""
        try:
            return super().find_object()
        except Http404:
            with_code = self.get_queryset().filter(code=self.kwargs[self.lookup_field]).order_by("code_scheme")
            if district := with_code.first():
                return district
            raise


class OfficialViewSet(RecordViewSet):
    """Officials with at least one published pledge."""

    queryset = Official.objects.public()
    serializer_class = records.OfficialSerializer
    filterset_class = lists.OfficialFilter


class BodyViewSet(RecordViewSet):
    """Bodies, such as departments of a government, with at least one published pledge."""

    queryset = Body.objects.public().select_related("district", "parent")
    serializer_class = records.BodySerializer
    filterset_class = lists.BodyFilter


class PostViewSet(RecordViewSet):
    """Posts, as printed in a newspaper on the day of a statement."""

    queryset = Post.objects.public().select_related("district", "body")
    serializer_class = records.PostSerializer
    filterset_class = lists.PostFilter
    key = lookup_field = "id"
    lookup_value_converter = "int"


class DocumentViewSet(RecordViewSet):
    """Newspaper pages, reports and other documents. Their text is not included, because of the copyright."""

    queryset = Document.objects.public().defer("text")
    serializer_class = records.DocumentSerializer
    filterset_class = lists.DocumentFilter


class StatementViewSet(RecordViewSet):
    """Statements, each by an official, a body or both in one document."""

    queryset = (
        Statement.objects.public()
        .select_related("document", "official", "post__district", "post__body", "body__district", "body__parent")
        .defer("document__text")
    )
    serializer_class = records.StatementDetailSerializer
    filterset_class = lists.StatementFilter
    key = lookup_field = "id"
    lookup_value_converter = "int"


class MetricViewSet(RecordViewSet):
    """Metrics. The figures of one metric over the years are a series."""

    queryset = Metric.objects.select_related("topic", "dimension")
    serializer_class = records.MetricDetailSerializer
    filterset_class = lists.MetricFilter


class UnitViewSet(RecordViewSet):
    """Units as written. A figure times `numerator` / `denominator` is the exact amount in base units."""

    queryset = Unit.objects.select_related("dimension")
    serializer_class = records.UnitDetailSerializer
    filterset_class = lists.UnitFilter
    key = lookup_field = "symbol"
    lookup_value_converter = "path"  # 元/吨
