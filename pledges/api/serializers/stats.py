"""Counts and totals of pledges."""

from typing import Any

from rest_framework import serializers

from pledges.api.serializers.fields import NullableCharField, PlainDecimalField, RecordSerializer
from pledges.api.serializers.records import OfficialSerializer, TopicSerializer
from pledges.models import District, Metric
from pledges.models.choices import Measure, Status
from pledges.statistics.totals import ADDITIVE, REASONS

ANY_SIZE: dict[str, Any] = {"max_digits": None, "decimal_places": None}


class NamedDistrictSerializer(RecordSerializer):
    class Meta:
        model = District
        fields = ["slug", "name"]
        read_only_fields = fields


class NamedMetricSerializer(RecordSerializer):
    class Meta:
        model = Metric
        fields = ["slug", "name"]
        read_only_fields = fields


class TargetSumSerializer(serializers.Serializer[Any]):
    pledges = serializers.IntegerField(help_text="The number of pledges whose targets are in the sum.")
    amount = PlainDecimalField(
        **ANY_SIZE, help_text="The exact sum in base units, rounded to six decimals, with the lower end of each range."
    )
    amount_max = PlainDecimalField(
        **ANY_SIZE, allow_null=True, help_text="The sum with the upper end of each range; null if no target is a range."
    )


class ActualSumSerializer(serializers.Serializer[Any]):
    pledges = serializers.IntegerField(help_text="The number of these pledges that have an approved actual figure.")
    amount = PlainDecimalField(
        **ANY_SIZE,
        allow_null=True,
        help_text="The sum of the actual figures that determine their statuses, in base units; null if there are none.",
    )
    target = PlainDecimalField(
        **ANY_SIZE,
        allow_null=True,
        help_text="The sum of the targets with which these figures were compared.",
    )


class TotalSerializer(serializers.Serializer[Any]):
    """The sums for one dimension and measure. Upper limits (`limit`) are summed separately."""

    dimension = serializers.CharField(
        help_text="The slug of the dimension. 家 (firms) and 个 (items) can't be added: their dimensions differ."
    )
    base_unit = serializers.CharField(help_text="The unit of the sums.")
    measure = serializers.ChoiceField(
        choices=[(name, label) for name, label in Measure.choices if name in ADDITIVE],
        help_text="Other measures can't be summed.",
    )
    limit = serializers.BooleanField(help_text="Whether the targets are upper limits (`at_most`).")
    period = NullableCharField(
        help_text="The years that each target covers, as `2021/2025`; null for plans of one year. A total of several"
        " years is not added to those of single years. An increase with a `baseline_year` covers the years after it."
    )
    metrics = serializers.IntegerField(
        help_text="The number of metrics in the sum. Several can share a dimension: output and investment are both"
        " money. `by=metric` keeps them apart."
    )
    target = TargetSumSerializer()
    actual = ActualSumSerializer()


class LeftOutSerializer(serializers.Serializer[Any]):
    """The number of pledges left out of the totals, by reason."""

    def get_fields(self) -> dict[str, Any]:
        return {reason: serializers.IntegerField(help_text=text) for reason, text in REASONS.items()}


class AggregateSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(help_text="The number of pledges.")
    totals = TotalSerializer(
        many=True,
        required=False,
        help_text="With `totals=true`: the sums, one for each group of targets that can be added.",
    )
    left_out = LeftOutSerializer(
        required=False, help_text="With `totals=true`: the number of pledges left out of the sums, by reason."
    )


class GroupSerializer(AggregateSerializer):
    """The values that these pledges share, and their counts and totals."""

    status = serializers.ChoiceField(choices=Status.choices, required=False, help_text="With `by=status`.")
    district = NamedDistrictSerializer(required=False, help_text="With `by=district`: the district of the pledge.")
    year = serializers.IntegerField(required=False, help_text="With `by=year`: the plan year.")
    topic = TopicSerializer(required=False, help_text="With `by=topic`: the topic of the metric.")
    metric = NamedMetricSerializer(required=False, help_text="With `by=metric`.")
    official = OfficialSerializer(
        required=False,
        allow_null=True,
        help_text="With `by=official`: the official who made the pledge; null for those that only a body made.",
    )


class StatsSerializer(AggregateSerializer):
    groups = GroupSerializer(many=True, help_text="One group for each combination of values, ordered by them.")
