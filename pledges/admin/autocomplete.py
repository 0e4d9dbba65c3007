"""The choices that a form field proposes while somebody types a name."""

from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from pledges.locale.display_names import joined


class AutocompleteView(AutocompleteJsonView):
    """Show each choice as `choice_label()` of its model's admin does, if it has one, otherwise as text."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        label = getattr(self.model_admin, "choice_label", str)
        return super().serialize_result(obj, to_field_name) | {"text": label(obj)}


def with_namesakes(queryset: QuerySet[Any]) -> QuerySet[Any]:
    """Annotate rows with `has_namesake`: whether another row has the same name."""
    same_name = queryset.model.objects.filter(name=OuterRef("name")).exclude(pk=OuterRef("pk"))
    annotated: QuerySet[Any] = queryset.annotate(has_namesake=Exists(same_name))
    return annotated


def distinct_label(row: Any, *details: Any) -> str:
    """Return the name of a row of `with_namesakes()`, followed by the details that are not empty if others have it."""
    if not row.has_namesake:
        return str(row)
    return _("%(name)s (%(details)s)") % {"name": row, "details": joined(filter(None, details))}
