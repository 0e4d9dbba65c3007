"""Query parameters. They are declared as forms, which validate them and describe them in the OpenAPI document."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request

from pledges.api.http.problems import InvalidParameters, ParameterError, ProblemError
from pledges.api.http.throttling import ThrottledView
from pledges.filters.declared_fields import restrict_declared
from pledges.filters.fields import DecimalParameterField, RowNamesField, choice_values

NOT_BLANK = r"\S"


class ParameterForm(forms.Form):
    """A form with only those of its fields that the request uses, which is faster.

    `parameter_names` lists all declared fields.
    """

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        self.parameter_names = list(self.base_fields)
        if data is not None:
            restrict_declared(self, "base_fields", data.__contains__)
        super().__init__(data, **kwargs)


class CheckedParametersView(ThrottledView):
    """A view that rejects unknown, empty, repeated and invalid parameters, and reports all errors at once."""

    def get_parameter_forms(self) -> Sequence[forms.BaseForm]:
        return []

    def get_parameter_names(self) -> Iterable[str]:
        """Return the names of all parameters, including those that the request does not use."""
        return [name for form in self.get_parameter_forms() for name in getattr(form, "parameter_names", form.fields)]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if "HTTP_TRANSFER_ENCODING" in request.META:  # Django treats a body of unknown length as empty
            raise ProblemError(HTTPStatus.LENGTH_REQUIRED, _("Send `Content-Length`; chunked bodies are not accepted."))
        if request.method != "OPTIONS" and hasattr(self, str(request.method).lower()):  # else 405 by DRF
            forms_of_request = self.get_parameter_forms()
            errors = find_parameter_errors(request.query_params, forms_of_request, self.get_parameter_names)
            if errors:
                raise InvalidParameters(errors)


def find_parameter_errors(
    query: QueryDict, parameter_forms: Iterable[forms.BaseForm], get_known_names: Callable[[], Iterable[str]]
) -> list[ParameterError]:
    """Return all errors of a query. `get_known_names` is called only if a parameter is unknown."""
    fields = {name: field for form in parameter_forms for name, field in form.fields.items()}
    usage_errors = {
        name: error for name in query if (error := _usage_error(name, query.getlist(name), fields, get_known_names))
    }
    found = list(usage_errors.values())
    for form in parameter_forms:
        for name, errors in form.errors.as_data().items():
            if name not in usage_errors:
                found += [_field_error(name, query.get(name, ""), fields[name], error) for error in errors]
    return found


def _usage_error(
    name: str, values: list[str], fields: Mapping[str, forms.Field], get_known_names: Callable[[], Iterable[str]]
) -> ParameterError | None:
    if name not in fields:
        names = sorted(set(get_known_names()))
        message = _("Unknown parameter.") if names else _("No parameters are accepted here.")
        return ParameterError(name, values[0], message, names)
    if wrong := [value for value in values if "\ufffd" in value]:  # Django's replacement for bytes that are not UTF-8
        return ParameterError(name, wrong[0], _("Not valid UTF-8."), [])
    if not all(value.strip() for value in values):
        return ParameterError(name, "", _("Empty value: omit the parameter instead."), [])
    if len(values) > 1 and not is_repeatable(fields[name]):
        return ParameterError(name, values[1], _("Given more than once."), [])
    return None


def _field_error(name: str, value: str, field: forms.Field, error: Any) -> ParameterError:
    params = error.params or {}
    choices = choice_values(field) if isinstance(field, forms.ChoiceField) else []
    return ParameterError(name, str(params.get("value", value)), " ".join(error.messages), params.get("known", choices))


def is_repeatable(field: forms.Field) -> bool:
    return isinstance(field.widget, forms.SelectMultiple)


def describe(fields: Mapping[str, forms.Field]) -> list[dict[str, Any]]:
    """Return form fields as the parameters of an OpenAPI operation."""
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
            return {"type": "string", "enum": choice_values(field)}
        case DecimalParameterField():
            return {"type": "string", "format": "decimal", "pattern": field.pattern}
        case forms.IntegerField():
            return {"type": "integer", "minimum": field.min_value, "maximum": field.max_value}
        case forms.DateField():
            return {"type": "string", "format": "date"}
        case forms.CharField():
            return {"type": "string", "pattern": NOT_BLANK} | (
                {"maxLength": field.max_length} if field.max_length else {}
            )
        case RowNamesField():
            return {"type": "string", "pattern": NOT_BLANK}
    raise TypeError(f"No OpenAPI schema is defined for {type(field)}.")


class FilterSetBackend(BaseFilterBackend):
    """Apply the filter set of the view, which `CheckedParametersView` has validated already."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        return view.filterset.filter_queryset(queryset) if view.action == "list" else queryset

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return describe(view.filterset_class(queryset=view.queryset).form.fields)
