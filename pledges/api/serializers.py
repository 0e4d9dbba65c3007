"""The shape of the record in JSON, described once, here."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from pledges.models import District, Document, Metric, Official, Pledge, Post, Statement, Unit
from pledges.models.quantities import Topic
from pledges.quantities.timeliness import Timeliness

from .fields import PlainDecimalField, RecordSerializer, TextOrNullField


class DistrictSerializer(RecordSerializer):
    name_en = TextOrNullField()
    parent = serializers.SlugRelatedField[District](  # type: ignore[assignment]  # DRF takes it out of the class
        slug_field="slug", read_only=True, allow_null=True
    )

    class Meta:
        model = District
        fields = ["slug", "name", "name_en", "kind", "code", "parent"]
        read_only_fields = fields


class DistrictDetailSerializer(DistrictSerializer):
    class Meta(DistrictSerializer.Meta):
        fields = [*DistrictSerializer.Meta.fields, "aliases"]
        read_only_fields = fields


class OfficialSerializer(RecordSerializer):
    slug = serializers.CharField(
        read_only=True
    )  # a slug's pattern knows no Chinese where \w is ASCII, as in JSON Schema

    class Meta:
        model = Official
        fields = ["slug", "name"]
        read_only_fields = fields


class PostSerializer(RecordSerializer):
    organisation = TextOrNullField()
    district = serializers.SlugRelatedField[District](slug_field="slug", read_only=True)

    class Meta:
        model = Post
        fields = ["id", "title", "organisation", "district"]
        read_only_fields = fields


class DocumentSerializer(RecordSerializer):
    title = TextOrNullField()
    publisher = TextOrNullField()
    url = TextOrNullField(help_text="The page's own address, where it is known.")

    class Meta:
        model = Document
        fields = ["slug", "title", "publisher", "date", "url"]
        read_only_fields = fields


class StatementSerializer(RecordSerializer):
    headline = TextOrNullField()

    class Meta:
        model = Statement
        fields = ["id", "headline"]
        read_only_fields = fields


class StatementDetailSerializer(StatementSerializer):
    document = DocumentSerializer(read_only=True)
    official = OfficialSerializer(read_only=True)
    post = PostSerializer(read_only=True)

    class Meta(StatementSerializer.Meta):
        fields = [*StatementSerializer.Meta.fields, "document", "official", "post"]
        read_only_fields = fields


class TopicSerializer(RecordSerializer):
    class Meta:
        model = Topic
        fields = ["slug", "name"]
        read_only_fields = fields


class MetricSerializer(RecordSerializer):
    name_en = TextOrNullField()
    topic = TopicSerializer(read_only=True)
    dimension = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)

    class Meta:
        model = Metric
        fields = ["slug", "name", "name_en", "topic", "dimension", "direction"]
        read_only_fields = fields


class UnitSerializer(RecordSerializer):
    dimension = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)

    class Meta:
        model = Unit
        fields = ["symbol", "dimension", "factor"]
        read_only_fields = fields


class UnitDetailSerializer(UnitSerializer):
    name_en = TextOrNullField()
    base_unit = serializers.CharField(source="dimension.base_unit", read_only=True)

    class Meta(UnitSerializer.Meta):
        fields = [*UnitSerializer.Meta.fields, "name_en", "base_unit"]
        read_only_fields = fields


class PledgeSerializer(RecordSerializer):
    """Everything that it takes to show a pledge. The context holds `today`."""

    url = serializers.HyperlinkedIdentityField(view_name="api:pledge-detail", lookup_field="ref")
    district = DistrictSerializer(read_only=True)
    official = OfficialSerializer(source="statement.official", read_only=True)
    post = PostSerializer(source="statement.post", read_only=True)
    document = DocumentSerializer(source="statement.document", read_only=True)
    statement = StatementSerializer(read_only=True)
    metric = MetricSerializer(read_only=True)
    unit = UnitSerializer(read_only=True)
    amount = PlainDecimalField(
        max_digits=38, decimal_places=6, read_only=True, help_text="The value in base units: 38500000000 for 385亿元."
    )
    base_unit = serializers.CharField(source="unit.dimension.base_unit", read_only=True)
    note = TextOrNullField(help_text="What to know of it: a misprint kept as printed, a doubt about who is bound.")
    target = serializers.CharField(
        source="target_in_words",
        read_only=True,
        help_text="The target in words, in the language that the client accepts: 至少 385 亿元，2025-12-31 前.",
    )
    timeliness = serializers.SerializerMethodField()

    class Meta:
        model = Pledge
        fields = [
            "ref",
            "url",
            "quote",
            "district",
            "official",
            "post",
            "document",
            "statement",
            "metric",
            "label",
            "measure",
            "bound",
            "value",
            "value_max",
            "unit",
            "amount",
            "amount_max",
            "base_unit",
            "baseline",
            "year",
            "deadline",
            "strength",
            "tier",
            "note",
            "target",
            "status",
            "status_since",
            "timeliness",
            "last_checked_on",
            "created_at",
            "updated_at",
        ]
        read_only_fields = fields

    @extend_schema_field(
        serializers.ChoiceField(
            choices=list(Timeliness),
            allow_null=True,
            help_text="Today's, in Asia/Shanghai; null without a deadline, or with a verdict.",
        )
    )
    def get_timeliness(self, pledge: Pledge) -> Timeliness | None:
        return pledge.timeliness(self.context["today"])
