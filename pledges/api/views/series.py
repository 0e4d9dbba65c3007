"""One metric over the years, as a chart needs it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from pledges.api.http.problems import Fault, InvalidParameters
from pledges.api.serializers.follow_ups import FollowUpSerializer
from pledges.api.serializers.records import MetricSerializer, PledgeSerializer, moment
from pledges.api.serializers.stats import NamedDistrictSerializer
from pledges.api.views.aggregates import AggregateView
from pledges.database.snapshot import snapshot
from pledges.models import Metric
from pledges.models.choices import Measure
from pledges.statistics.series import series_of

MOST_POINTS = 1000


class SeriesForm(forms.Form):
    """The filter of this name knows its values."""

    metric = forms.CharField(
        error_messages={"required": _("Name a metric: a series is that of one.")},
        help_text="What is measured: slug or name of one canonical metric.",
    )


class TargetSerializer(PledgeSerializer):
    """What a pledge promises."""

    unit = serializers.CharField(source="unit_id", read_only=True, help_text="As written.")  # type: ignore[assignment]

    class Meta(PledgeSerializer.Meta):
        fields = [
            *("ref", "url", "year", "label", "bound", "value", "value_max", "unit", "amount", "amount_max", "baseline"),
            *("deadline", "strength", "tier", "official", "document", "status"),
        ]
        read_only_fields = fields


class ActualSerializer(FollowUpSerializer):
    """A figure, as an approved follow-up has it."""

    class Meta(FollowUpSerializer.Meta):
        fields = ["id", "url", "status", "actual", "unit", "amount", "ratio", "as_of", "reviewed_at"]
        read_only_fields = fields


class RevisionsSerializer(serializers.Serializer[Any]):
    targets = TargetSerializer(
        source="earlier_targets", many=True, help_text="The target that this one has replaced, the one before that, …"
    )
    actuals = ActualSerializer(
        source="earlier_actuals",
        many=True,
        help_text="What was found out before, the newest first; also without figure.",
    )


class PointSerializer(serializers.Serializer[Any]):
    """A target that is in force. A year can have several: other wordings, or other officials."""

    year = serializers.IntegerField(source="target.year", help_text="The plan year.")
    target = TargetSerializer()
    actual = ActualSerializer(
        allow_null=True, help_text="The newest approved follow-up; null without one, or if it has no figure."
    )
    revisions = RevisionsSerializer(source="*", help_text="What target and actual were before.")


class OneSeriesSerializer(serializers.Serializer[Any]):
    """What can be compared: of one place, in one dimension and measured in one way."""

    district = NamedDistrictSerializer()
    measure = serializers.ChoiceField(choices=Measure.choices, help_text="How it is measured.")
    dimension = serializers.CharField(source="dimension.slug", help_text="The slug of the dimension of the units.")
    base_unit = serializers.CharField(source="dimension.base_unit", help_text="In which each `amount` is.")
    points = PointSerializer(many=True, help_text="By year.")


class SeriesSerializer(serializers.Serializer[Any]):
    metric = MetricSerializer()
    series = OneSeriesSerializer(many=True, help_text="By place.")


class SeriesView(AggregateView):
    """Target and actual of one metric over the years, with what they were before they were revised."""

    serializer_class = SeriesSerializer
    form_class = SeriesForm

    @extend_schema(operation_id="series", summary="One metric over the years, with revisions", filters=True)
    def get(self, request: Request) -> Response:
        (key,) = self.filterset.form.cleaned_data["metric"]
        metric = Metric.objects.select_related("topic", "dimension").get(pk=key)
        with snapshot():
            found = series_of(self.filterset.filter_queryset(self.queryset), limit=MOST_POINTS)
        if found is None:
            message = _("This metric has more than %(most)s pledges: narrow them down by a district or a year.")
            raise InvalidParameters([Fault("metric", metric.slug, message % {"most": MOST_POINTS}, [])])
        serializer = SeriesSerializer({"metric": metric, "series": found}, context={"request": request, **moment()})
        return Response(serializer.data)
