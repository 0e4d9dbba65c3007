"""Filters that are derived from declared ones: negations, and the filters of pledges for what belongs to pledges."""

from copy import copy
from typing import Any

from django.db.models import QuerySet
from django_filters import Filter, FilterSet


class DerivedFilter(Filter):  # type: ignore[misc]  # django-filter has no types
    """A filter with the field of another one, whose methods belong to `filterset_class`, by default to its own set."""

    def __init__(self, original: Filter, *, help_text: str, filterset_class: type[FilterSet] | None = None) -> None:
        super().__init__(original.field_name)
        self.field_class = original.field_class
        self.extra = original.extra | {"help_text": help_text}
        self.original, self.filterset_class = original, filterset_class

    def selected(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """Return the rows that the original filter selects."""
        original = copy(self.original)
        original.parent = self.filterset_class({}, queryset=queryset) if self.filterset_class else self.parent
        original.model = queryset.model
        if original.method:
            original.method = original.method  # binds the copy instead of the declared filter
        result: QuerySet[Any] = original.filter(queryset, value)
        return result


class NegatedFilter(DerivedFilter):
    """Excludes what another filter selects."""

    def filter(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        if not value:
            return queryset
        if self.original.method or isinstance(self.original, DerivedFilter):
            every_row: Any = queryset.model._meta.default_manager
            rows = self.selected(every_row.all(), value)
            return queryset.exclude(pk__in=rows.order_by().values("pk"))
        return queryset.exclude(**{f"{self.original.field_name}__{self.original.lookup_expr}": value})


class PledgeConditionFilter(DerivedFilter):
    """Selects the rows of pledges that a filter of pledges selects."""

    def filter(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        if value in (None, "", []):
            return queryset
        pledges: Any = queryset.model._meta.get_field("pledge").related_model
        return queryset.filter(pledge__in=self.selected(pledges.objects.all(), value).order_by().values("pk"))
