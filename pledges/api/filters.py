"""The filters of the smaller lists, and how any filter set meets a view."""

from typing import Any

from django.db.models import QuerySet
from django_filters import CharFilter, FilterSet
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request

from pledges.filters import DISTRICT_NAMES, POST_NAMES, POSTS, ChoicesFilter, RowsFilter
from pledges.models import District, Document, Official, Pledge
from pledges.models.choices import Direction, DistrictKind
from pledges.models.people import OfficialQuerySet
from pledges.models.quantities import Dimension, Topic

from .parameters import describe


class FilterSetBackend(BaseFilterBackend):
    """Applies the filter set that the view has checked already, together with its other parameters."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        return view.filterset.filter_queryset(queryset) if view.action == "list" else queryset

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return describe(view.filterset_class(queryset=view.queryset).form.fields)


class DistrictFilter(FilterSet):
    kind = ChoicesFilter(choices=DistrictKind.choices, help_text="What it is.")
    parent = RowsFilter(
        queryset=District.objects.all(),
        named_by=DISTRICT_NAMES,
        help_text="What it lies directly below: slug, GB/T 2260 code, exact name or alias.",
    )


class OfficialFilter(FilterSet):
    q = CharFilter(field_name="name", lookup_expr="icontains", max_length=100, help_text="A part of the name.")
    district = RowsFilter(
        queryset=District.objects.all(),
        named_by=DISTRICT_NAMES,
        method="filter_district",
        help_text="A place for which the official pledged something: slug, GB/T 2260 code, exact name or alias.",
    )

    def filter_district(self, queryset: OfficialQuerySet, _name: str, districts: list[District]) -> OfficialQuerySet:
        pledges = Pledge.objects.public().filter(district__in=districts)
        return queryset.filter(pk__in=pledges.values("statement__official"))


class PostFilter(FilterSet):
    district = RowsFilter(
        queryset=District.objects.all(),
        named_by=DISTRICT_NAMES,
        help_text="The place of the post: slug, GB/T 2260 code, exact name or alias.",
    )


class DocumentFilter(FilterSet):
    q = CharFilter(field_name="title", lookup_expr="icontains", max_length=100, help_text="A part of the title.")


class StatementFilter(FilterSet):
    document = RowsFilter(queryset=Document.objects.public().defer("text"), help_text="The newspaper page: slug.")
    official = RowsFilter(
        queryset=Official.objects.public(), named_by=("slug__in", "name__in"), help_text="Who said it: slug or name."
    )
    post = RowsFilter(queryset=POSTS, named_by=POST_NAMES, help_text="The post held on that day: exact title or id.")


class MetricFilter(FilterSet):
    q = CharFilter(field_name="name", lookup_expr="icontains", max_length=100, help_text="A part of the name.")
    topic = RowsFilter(queryset=Topic.objects.all(), help_text="The topic: slug.")
    dimension = RowsFilter(queryset=Dimension.objects.all(), help_text="What its units measure: slug of a dimension.")
    direction = ChoicesFilter(choices=Direction.choices, help_text="Whether more or less of it is better.")


class UnitFilter(FilterSet):
    dimension = RowsFilter(queryset=Dimension.objects.all(), help_text="What it measures: slug of a dimension.")
