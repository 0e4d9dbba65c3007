"""The series of a metric: targets and actual figures over the years."""

from typing import Any

from rest_framework import serializers

from pledges.api.serializers.follow_ups import FollowUpSerializer
from pledges.api.serializers.records import MetricSerializer, PledgeSerializer
from pledges.api.serializers.stats import NamedDistrictSerializer
from pledges.models.choices import Measure


class TargetSerializer(PledgeSerializer):
    """The target of a pledge."""

    unit = serializers.CharField(source="unit_id", read_only=True, help_text="As written.")  # type: ignore[assignment]

    class Meta(PledgeSerializer.Meta):
        fields = [
            *("ref", "url", "year", "label", "bound", "value", "value_max", "unit", "amount", "amount_max", "baseline"),
            *("deadline", "strength", "tier", "official", "document", "status"),
        ]
        read_only_fields = fields


class ActualSerializer(FollowUpSerializer):
    """The actual figure of an approved follow-up."""

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
