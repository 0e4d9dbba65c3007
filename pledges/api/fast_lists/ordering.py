"""Orderings of lists. They are total, so that pages neither repeat nor skip rows."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet


@dataclass(frozen=True)
class Ordering:
    """An ordering by an optional expression and then by the unique column `key`, which breaks ties."""

    key: str
    expression: Any = None
    is_descending: bool = False

    @property
    def sort_fields(self) -> list[str]:
        return [self.key] if self.expression is None else ["sort_value", self.key]

    def apply(self, queryset: QuerySet[Any], *, is_reversed: bool = False) -> QuerySet[Any]:
        """Sort a queryset. The result can be filtered by `sort_fields`."""
        if self.expression is not None:
            queryset = queryset.annotate(sort_value=self.expression)
        sign = "-" if self.is_descending != is_reversed else ""
        return queryset.order_by(*(f"{sign}{field}" for field in self.sort_fields))
