"""The series of a metric over the years, in the form that a chart needs."""

from django import forms
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from pledges.api.http.problems import InvalidParameters, ParameterError
from pledges.api.serializers.records import render_context
from pledges.api.serializers.series import SeriesSerializer
from pledges.api.views.aggregates import AggregateView
from pledges.database.snapshot import snapshot
from pledges.models import Metric
from pledges.statistics.series import series_of

MAX_POINTS = 1000


class SeriesForm(forms.Form):
    """Requires the parameter `metric`. The filter of that name validates its values."""

    metric = forms.CharField(
        error_messages={"required": _("`metric` is required: a series has one metric.")},
        help_text="Slug or name of one canonical metric.",
    )


class SeriesView(AggregateView):
    """Targets and actual figures of one metric over the years, with their earlier versions."""

    serializer_class = SeriesSerializer
    form_class = SeriesForm

    @extend_schema(operation_id="series", summary="One metric over the years, with revisions", filters=True)
    def get(self, request: Request) -> Response:
        (key,) = self.filterset.form.cleaned_data["metric"]
        metric = Metric.objects.select_related("topic", "dimension").get(pk=key)
        with snapshot():
            found = series_of(self.filterset.filter_queryset(self.queryset), limit=MAX_POINTS)
        if found is None:
            message = _("This metric has more than %(most)s pledges. Narrow it by district or year.")
            raise InvalidParameters([ParameterError("metric", metric.slug, message % {"most": MAX_POINTS}, [])])
        serializer = SeriesSerializer(
            {"metric": metric, "series": found}, context={"request": request, **render_context()}
        )
        return Response(serializer.data)
