"""Query parameters: read through forms, checked all at once, described from the same forms."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request

from pledges.api.http.problems import Fault, InvalidParameters, Problem
from pledges.api.http.throttling import ThrottledView
from pledges.filters.fields import PlainDecimalField, RowsField, choices_of

NOT_BLANK = r"\S"


class ParameterForm(forms.Form):
    """Makes only those of its fields that are asked for: it is made anew for each request."""

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        self.known = list(self.base_fields)
        if data is not None:
            asked = {name: field for name, field in self.base_fields.items() if name in data}
            self.base_fields = asked  # type: ignore[misc]  # read once, by the next line
        super().__init__(data, **kwargs)


class CheckedParameters(ThrottledView):
    """A view that refuses parameters which are unknown, empty, repeated or wrong."""

    def get_parameter_forms(self) -> Sequence[forms.BaseForm]:
        return []

    def get_parameter_names(self) -> Iterable[str]:
        """All that are known; the forms may have only those that are asked for."""
        return [name for form in self.get_parameter_forms() for name in getattr(form, "known", form.fields)]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if "HTTP_TRANSFER_ENCODING" in request.META:  # Django would take a body of unknown length for none
            raise Problem(HTTPStatus.LENGTH_REQUIRED, _("Say the length of the body: it can't be sent in chunks."))
        if request.method != "OPTIONS" and hasattr(self, str(request.method).lower()):  # others are not allowed
            forms_of_request = self.get_parameter_forms()
            faults = find_parameter_errors(request.query_params, forms_of_request, self.get_parameter_names)
            if faults:
                raise InvalidParameters(faults)


def find_parameter_errors(
    query: QueryDict, parameter_forms: Iterable[forms.BaseForm], known: Callable[[], Iterable[str]]
) -> list[Fault]:
    fields = {name: field for form in parameter_forms for name, field in form.fields.items()}
    faults = {name: fault for name in query if (fault := _misuse(name, query.getlist(name), fields, known))}
    found = list(faults.values())
    for form in parameter_forms:
        for name, errors in form.errors.as_data().items():
            if name not in faults:
                found += [_fault(name, query.get(name, ""), fields[name], error) for error in errors]
    return found


def _misuse(
    name: str, values: list[str], fields: Mapping[str, forms.Field], known: Callable[[], Iterable[str]]
) -> Fault | None:
    if name not in fields:
        names = sorted(set(known()))
        message = _("Unknown parameter.") if names else _("This address takes no parameters.")
        return Fault(name, values[0], message, names)
    if wrong := [value for value in values if "\ufffd" in value]:  # Django puts it in the place of what it can't read
        return Fault(name, wrong[0], _("This is not UTF-8."), [])
    if not all(value.strip() for value in values):
        return Fault(name, "", _("Empty value: leave the parameter out instead."), [])
    if len(values) > 1 and not is_repeatable(fields[name]):
        return Fault(name, values[1], _("Given more than once."), [])
    return None


def _fault(name: str, value: str, field: forms.Field, error: Any) -> Fault:
    told = error.params or {}
    choices = choices_of(field) if isinstance(field, forms.ChoiceField) else []
    return Fault(name, str(told.get("value", value)), " ".join(error.messages), told.get("known", choices))


def is_repeatable(field: forms.Field) -> bool:
    return isinstance(field.widget, forms.SelectMultiple)


def describe(fields: Mapping[str, forms.Field]) -> list[dict[str, Any]]:
    """The fields as parameters of an OpenAPI operation."""
    return [
        {
            "name": name,
            "in": "query",
            "description": str(field.help_text),
            "schema": {"type": "array", "items": _schema(field)} if is_repeatable(field) else _schema(field),
        }
        | ({"required": True} if field.required else {})
        for name, field in fields.items()
    ]


def _schema(field: forms.Field) -> dict[str, Any]:
    match field:
        case forms.ChoiceField():
            return {"type": "string", "enum": choices_of(field)}
        case PlainDecimalField():
            return {"type": "string", "format": "decimal", "pattern": field.pattern}
        case forms.IntegerField():
            return {"type": "integer", "minimum": field.min_value, "maximum": field.max_value}
        case forms.DateField():
            return {"type": "string", "format": "date"}
        case forms.CharField():
            return {"type": "string", "pattern": NOT_BLANK} | (
                {"maxLength": field.max_length} if field.max_length else {}
            )
        case RowsField():
            return {"type": "string", "pattern": NOT_BLANK}
    raise TypeError(f"No schema is written for {type(field)}.")


class FilterSetBackend(BaseFilterBackend):
    """Applies the filter set that the view has checked already, together with its other parameters."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        return view.filterset.filter_queryset(queryset) if view.action == "list" else queryset

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return describe(view.filterset_class(queryset=view.queryset).form.fields)
