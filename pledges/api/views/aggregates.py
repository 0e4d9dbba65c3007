"""The base class of endpoints that aggregate the pledges that match the filters."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from rest_framework.filters import BaseFilterBackend

from pledges.api.http.etags import ConditionalResponseMixin
from pledges.api.http.parameters import CheckedParametersView, describe
from pledges.filters.pledges import PledgeFilter
from pledges.models import Pledge


class AggregateFilterBackend(BaseFilterBackend):
    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return describe({**PledgeFilter().form.fields, **view.form_class.base_fields})


class AggregateView(ConditionalResponseMixin, CheckedParametersView):
    """A view with the filters of pledges. `form_class` declares its other parameters."""

    queryset = Pledge.objects.public()
    filter_backends = [AggregateFilterBackend]
    form_class: type[forms.Form]

    def get_parameter_forms(self) -> Sequence[forms.BaseForm]:
        query = self.request.query_params
        self.filterset = PledgeFilter(query, queryset=self.queryset)
        self.form: Any = self.form_class(query)
        return [self.filterset.form, self.form]

    def get_parameter_names(self) -> Iterable[str]:
        return [*PledgeFilter.base_filters, *self.form_class.base_fields]
