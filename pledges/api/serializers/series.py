"""The series of a metric: targets and actual figures over the years."""

from typing import Any

from rest_framework import serializers

from pledges.api.serializers.follow_ups import FollowUpSerializer
from pledges.api.serializers.records import MetricSerializer, PledgeSerializer
from pledges.api.serializers.stats import NamedDistrictSerializer
from pledges.models.choices import Measure


class TargetSerializer(PledgeSerializer):
    """The target of a pledge."""

    unit = serializers.CharField(source="unit_id", read_only=True, help_text="The unit as printed.")  # type: ignore[assignment]

    class Meta(PledgeSerializer.Meta):
        fields = [
            *("ref", "url", "year", "period", "label", "bound", "value", "value_max", "unit", "amount", "amount_max"),
            *("baseline", "baseline_year", "tolerance"),
            *("deadline", "strength", "tier", "official", "body", "document", "status", "on_earlier_target"),
        ]
        read_only_fields = fields


class ActualSerializer(FollowUpSerializer):
    """The actual figure of an approved follow-up."""

    class Meta(FollowUpSerializer.Meta):
        fields = ["id", "url", "status", "actual", "actual_bound", "unit", "amount", "ratio", "as_of", "reviewed_at"]
        read_only_fields = fields


class RevisionsSerializer(serializers.Serializer[Any]):
    targets = TargetSerializer(
        source="earlier_targets",
        many=True,
        help_text="Earlier targets, newest first: the one that this target replaces, the one before it, and so on.",
    )
    actuals = ActualSerializer(
        source="earlier_actuals",
        many=True,
        help_text="Other follow-ups, newest first, including those without a figure.",
    )


class PointSerializer(serializers.Serializer[Any]):
    """A target in force. A year can have several, with different wordings or by different officials."""

    year = serializers.IntegerField(source="target.year", help_text="The plan year.")
    target = TargetSerializer()
    actual = ActualSerializer(
        allow_null=True, help_text="The follow-up that determines the status; null without one, or if it has no figure."
    )
    revisions = RevisionsSerializer(source="*", help_text="Earlier targets and earlier follow-ups.")


class OneSeriesSerializer(serializers.Serializer[Any]):
    """Comparable figures: they have the same district, dimension and measure, and cover as many years."""

    district = NamedDistrictSerializer()
    measure = serializers.ChoiceField(choices=Measure.choices, help_text="The measure.")
    compared_with = serializers.CharField(
        source="compared_with.slug",
        allow_null=True,
        help_text="The metric with which relative targets are compared: the values are distances. Null for others.",
    )
    compared_with_district = serializers.CharField(
        source="compared_with_district.slug", allow_null=True, help_text="The district of that figure, if another."
    )
    years = serializers.IntegerField(
        help_text="The number of years that each figure covers: 1, or more for targets with a `period`."
    )
    dimension = serializers.CharField(source="dimension.slug", help_text="The slug of the dimension of the units.")
    base_unit = serializers.CharField(source="dimension.base_unit", help_text="The unit of each `amount`.")
    points = PointSerializer(many=True, help_text="The points, by year.")


class SeriesSerializer(serializers.Serializer[Any]):
    metric = MetricSerializer()
    series = OneSeriesSerializer(many=True, help_text="The series, by district.")
