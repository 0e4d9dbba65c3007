"""The lists and details of the public record."""

from typing import Any

from django.db.models import F, Func, JSONField, Prefetch
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from pledges.api.serializers import claim_reviews, findings
from pledges.api.serializers.amendments import AmendmentSerializer
from pledges.api.serializers.fields import NullableCharField, PlainDecimalField, RecordSerializer, UrlField
from pledges.api.serializers.findings import EvidenceUrlField
from pledges.api.serializers.follow_ups import (
    RATIO_FIELD,
    FollowUpSerializer,
    with_serializer_relations,
)
from pledges.domain.numbers import plain
from pledges.domain.pace import Pace
from pledges.domain.timeliness import Timeliness
from pledges.models import (
    AmendedPledge,
    Amendment,
    Body,
    District,
    Document,
    FollowUp,
    Metric,
    Official,
    Pledge,
    Post,
    Statement,
    Unit,
)
from pledges.models.choices import Bound
from pledges.models.metric import Topic
from pledges.models.natural_keys import current_language


class DistrictSerializer(RecordSerializer):
    name_en = NullableCharField()
    parent = serializers.SlugRelatedField[District](  # type: ignore[assignment]  # DRF takes it out of the class
        slug_field="slug", read_only=True, allow_null=True
    )

    class Meta:
        model = District
        fields = ["slug", "name", "name_en", "kind", "code", "parent"]
        read_only_fields = fields


class DistrictDetailSerializer(DistrictSerializer):
    pinyin = NullableCharField()
    valid_from = NullableCharField()
    valid_to = NullableCharField()
    successor = serializers.SlugRelatedField[District](slug_field="slug", read_only=True, allow_null=True)

    class Meta(DistrictSerializer.Meta):
        fields = [
            *DistrictSerializer.Meta.fields,
            *("aliases", "pinyin", "code_scheme", "valid_from", "valid_to", "successor"),
        ]
        read_only_fields = fields


class OfficialSerializer(RecordSerializer):
    # A SlugField has the pattern \w, which is ASCII only in JSON Schema, and these slugs are Chinese.
    slug = serializers.CharField(read_only=True)

    class Meta:
        model = Official
        fields = ["slug", "name"]
        read_only_fields = fields


class BodySerializer(RecordSerializer):
    slug = serializers.CharField(read_only=True)
    name_en = NullableCharField()
    district = serializers.SlugRelatedField[District](slug_field="slug", read_only=True)
    parent = serializers.SlugRelatedField[Body](  # type: ignore[assignment]  # DRF takes it out of the class
        slug_field="slug", read_only=True, allow_null=True
    )

    class Meta:
        model = Body
        fields = ["slug", "name", "name_en", "kind", "district", "parent"]
        read_only_fields = fields


class ResponsibleBodySerializer(BodySerializer):
    class Meta(BodySerializer.Meta):
        fields = ["slug", "name", "name_en", "kind", "district"]
        read_only_fields = fields


class ResponsibleBodiesToJson(Func):
    """A JSON array of the bodies with the slugs of an array, in its order, as `ResponsibleBodiesField` writes it."""

    template = """coalesce((
        SELECT array_to_json(array_agg(body ORDER BY place)) FROM (
            SELECT place, row_to_json(body) AS body
            FROM unnest(%(expressions)s) WITH ORDINALITY responsible (slug, place)
            CROSS JOIN LATERAL (
                SELECT body.slug, body.name, nullif(body.name_en, '') AS name_en, body.kind, district.slug AS district
                FROM pledges_body body JOIN pledges_district district ON district.id = body.district_id
                WHERE body.slug = responsible.slug
            ) body
        ) bodies
    ), '[]')"""
    output_field = JSONField()


@extend_schema_field(
    ResponsibleBodySerializer(many=True, help_text="The bodies that the text names as responsible for the target.")
)
class ResponsibleBodiesField(serializers.Field):  # type: ignore[type-arg]
    """The bodies that the slugs in a column of a pledge name."""

    def to_representation(self, value: list[str]) -> list[Any]:
        bodies = Body.objects.filter(slug__in=value).select_related("district") if value else []
        by_slug = {body.slug: body for body in bodies}
        return list(ResponsibleBodySerializer([by_slug[slug] for slug in value], many=True).data)

    def sql_expression(self, column: F) -> Func:
        return ResponsibleBodiesToJson(column)


class PostSerializer(RecordSerializer):
    organisation = NullableCharField(source="body.name", default=None)
    body = serializers.SlugRelatedField[Body](slug_field="slug", read_only=True, allow_null=True)
    district = serializers.SlugRelatedField[District](slug_field="slug", read_only=True)

    class Meta:
        model = Post
        fields = ["id", "title", "organisation", "body", "district"]
        read_only_fields = fields


class DocumentSerializer(RecordSerializer):
    title = NullableCharField()
    publisher = NullableCharField()
    published = NullableCharField(help_text="When it was published, in the forms of `date`; null if unknown.")
    url = NullableCharField(help_text="The document's own URL, if known.")
    archived_url = NullableCharField(help_text="The URL of a copy in a web archive.")

    class Meta:
        model = Document
        fields = ["slug", "title", "kind", "publisher", "date", "published", "url", "archived_url", "archived_on"]
        read_only_fields = fields


class StatementSerializer(RecordSerializer):
    headline = NullableCharField()

    class Meta:
        model = Statement
        fields = ["id", "headline"]
        read_only_fields = fields


class StatementDetailSerializer(StatementSerializer):
    document = DocumentSerializer(read_only=True)
    official = OfficialSerializer(read_only=True, allow_null=True)
    post = PostSerializer(read_only=True, allow_null=True)
    body = BodySerializer(read_only=True, allow_null=True)

    class Meta(StatementSerializer.Meta):
        fields = [*StatementSerializer.Meta.fields, "document", "official", "post", "body"]
        read_only_fields = fields


class TopicSerializer(RecordSerializer):
    class Meta:
        model = Topic
        fields = ["slug", "name"]
        read_only_fields = fields


class MetricSerializer(RecordSerializer):
    name_en = NullableCharField()
    topic = TopicSerializer(read_only=True)
    dimension = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)

    class Meta:
        model = Metric
        fields = ["slug", "name", "name_en", "topic", "dimension", "direction", "tolerance"]
        read_only_fields = fields


class MetricDetailSerializer(MetricSerializer):
    usual_unit = serializers.CharField(
        source="usual_unit_id",
        allow_null=True,
        read_only=True,
        help_text="The unit of most targets, such as 亿元.",
    )
    usual_measure = NullableCharField(help_text="The measure of most targets, such as `growth`.")

    class Meta(MetricSerializer.Meta):
        fields = [*MetricSerializer.Meta.fields, "usual_unit", "usual_measure", "aliases"]
        read_only_fields = fields


class UnitSerializer(RecordSerializer):
    dimension = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    factor = PlainDecimalField(
        max_digits=42,
        decimal_places=12,
        read_only=True,
        help_text="The number of base units that it is, rounded: 666.666666666667 for 亩. The exact ratio is"
        " `numerator` / `denominator`: 2000/3.",
    )

    class Meta:
        model = Unit
        fields = ["symbol", "dimension", "factor", "numerator", "denominator"]
        read_only_fields = fields


class UnitDetailSerializer(UnitSerializer):
    name_en = NullableCharField()
    base_unit = serializers.CharField(source="dimension.base_unit", read_only=True)

    class Meta(UnitSerializer.Meta):
        fields = [*UnitSerializer.Meta.fields, "name_en", "base_unit"]
        read_only_fields = fields


def render_context() -> dict[str, Any]:
    """Return the day and the language for which pledges are rendered. They are determined once per response."""
    return {"today": timezone.localdate(), "language": current_language()}


class PledgeSerializer(RecordSerializer):
    """A pledge with all rows that describe it. The context must contain `render_context()`."""

    url = UrlField(view_name="api:pledge-detail", lookup_field="ref")
    district = DistrictSerializer(read_only=True)
    official = OfficialSerializer(source="statement.official", read_only=True, allow_null=True)
    post = PostSerializer(source="statement.post", read_only=True, allow_null=True)
    body = BodySerializer(source="statement.body", read_only=True, allow_null=True)
    document = DocumentSerializer(source="statement.document", read_only=True)
    statement = StatementSerializer(read_only=True)
    metric = MetricSerializer(read_only=True)
    unit = UnitSerializer(read_only=True)
    amount = PlainDecimalField(
        max_digits=38,
        decimal_places=6,
        read_only=True,
        help_text="The value in the base unit of its dimension: 38500000000 for 385亿元.",
    )
    base_unit = serializers.CharField(source="unit.dimension.base_unit", read_only=True)
    compared_with = serializers.SlugRelatedField[Metric](
        slug_field="slug",
        read_only=True,
        allow_null=True,
        help_text="The metric with which a relative target (高于全国平均水平) is compared; `value` is the distance."
        " Null for other targets.",
    )
    compared_with_district = serializers.SlugRelatedField[District](
        slug_field="slug",
        read_only=True,
        allow_null=True,
        help_text="The district of the figure with which it is compared; null for the pledge's own.",
    )
    responsible_bodies = ResponsibleBodiesField(read_only=True)
    period = NullableCharField(
        help_text="The first and the last year of a target that covers more than its plan year, as an interval of ISO"
        " 8601: `2021/2025`. The last one is the plan year."
    )
    note = NullableCharField(help_text="Remarks of the editors, for example about a misprint.")
    target = serializers.SerializerMethodField(
        help_text="The target as a sentence in the client's language: 至少 385 亿元，不晚于 2025-12-31.",
    )
    criterion = serializers.SerializerMethodField(
        help_text="The criterion as entered; otherwise derived from the target, in the client's language.",
    )
    timeliness = serializers.SerializerMethodField()
    late = serializers.BooleanField(
        source="is_late",
        read_only=True,
        allow_null=True,
        help_text="Whether `status_since` is after the deadline; null unless the pledge was met and has a deadline.",
    )
    actual = PlainDecimalField(
        source="current_follow_up.actual",
        max_digits=24,
        decimal_places=6,
        read_only=True,
        allow_null=True,
        help_text="The actual figure of the follow-up that determines the status, in `actual_unit`, as in the source.",
    )
    actual_bound = serializers.ChoiceField(
        source="current_follow_up.actual_bound",
        choices=Bound.choices,
        read_only=True,
        allow_null=True,
        help_text="How the source of `actual` qualifies it: `at_least` for 突破620亿斤.",
    )
    actual_unit = serializers.CharField(
        source="current_follow_up.unit_id",
        read_only=True,
        allow_null=True,
        help_text="The symbol of the unit of `actual`.",
    )
    as_of = serializers.DateField(
        source="current_follow_up.as_of",
        read_only=True,
        allow_null=True,
        help_text="The day for which `actual` and the status hold.",
    )
    evidence_url = EvidenceUrlField()
    actual_in_unit = serializers.SerializerMethodField()
    fulfilment = serializers.SerializerMethodField()
    pace = serializers.ChoiceField(
        choices=list(Pace),
        read_only=True,
        allow_null=True,
        help_text="Whether the share of the target that was reached by `status_since` is within 10 percentage points of"
        " the share of the time since 1 January of the first year, or beyond it. No verdict; null without an actual"
        " figure for the present target, and unless the target is a total or an increase to be reached.",
    )

    class Meta:
        model = Pledge
        fields = [
            "ref",
            "quote",
            "district",
            "official",
            "post",
            "body",
            "document",
            "statement",
            "metric",
            "label",
            "measure",
            "compared_with",
            "compared_with_district",
            "bound",
            "value",
            "value_max",
            "unit",
            "amount",
            "amount_max",
            "base_unit",
            "baseline",
            "baseline_year",
            "tolerance",
            "year",
            "period",
            "deadline",
            "strength",
            "tier",
            "responsible_bodies",
            "note",
            "status",
            "status_since",
            "last_checked_on",
            "on_earlier_target",
            *("actual", "actual_bound", "actual_unit", "as_of", "evidence_url"),
            "created_at",
            "updated_at",
            # Computed in Python; they must come last.
            *("url", "target", "criterion", "timeliness", "late", "pace", "actual_in_unit", "fulfilment"),
        ]
        read_only_fields = fields
        computed_from = [
            *("ref", "label", "measure", "bound", "value", "value_max", "baseline", "baseline_year", "tolerance"),
            *("unit_id", "unit__name_en", "unit__numerator", "unit__denominator", "unit__dimension_id"),
            *("metric__direction", "metric__name_en", "metric__tolerance", "metric__dimension_id"),
            *("compared_with_id", "compared_with__name", "compared_with__name_en"),
            *("compared_with_district_id", "compared_with_district__name", "compared_with_district__name_en"),
            "compared_with_district__kind",
            *("year", "period", "deadline", "last_day", "success_criterion", "status", "status_since", "actual_amount"),
            *findings.COMPUTED_FROM,
        ]

    @extend_schema_field(
        serializers.ChoiceField(
            choices=list(Timeliness),
            allow_null=True,
            help_text="Due status today in the time zone of the record; null without a deadline and after a verdict.",
        )
    )
    def get_timeliness(self, pledge: Pledge) -> Timeliness | None:
        return pledge.timeliness(self.context["today"])

    @extend_schema_field(
        PlainDecimalField(
            max_digits=24,
            decimal_places=6,
            allow_null=True,
            help_text="`actual` in the unit of `value`; null if an earlier target measured something else.",
        )
    )
    def get_actual_in_unit(self, pledge: Pledge) -> str | None:
        figure = findings.actual_in_unit(pledge)
        return None if figure is None else plain(figure)

    @extend_schema_field(RATIO_FIELD)
    def get_fulfilment(self, pledge: Pledge) -> str | None:
        ratio = findings.fulfilment(pledge)
        return None if ratio is None else plain(ratio)

    def get_target(self, pledge: Pledge) -> str:
        return pledge.target_in(self.context["language"])

    def get_criterion(self, pledge: Pledge) -> str:
        return pledge.criterion_in(self.context["language"])


class PledgeDetailSerializer(PledgeSerializer):
    """A pledge with the follow-up that determines its status, and the pledges before and after it."""

    supersedes = serializers.SerializerMethodField()
    superseded_by = serializers.SerializerMethodField()
    amendments = serializers.SerializerMethodField()
    follow_up = serializers.SerializerMethodField()
    follow_ups = UrlField(
        view_name="api:pledge-follow-ups", lookup_field="ref", help_text="URL of the approved follow-ups."
    )
    claim_review = serializers.SerializerMethodField()

    class Meta(PledgeSerializer.Meta):
        fields = [
            *PledgeSerializer.Meta.fields,
            *("supersedes", "superseded_by", "follow_up", "follow_ups", "claim_review", "amendments"),
        ]
        read_only_fields = fields

    def to_representation(self, pledge: Pledge) -> dict[str, Any]:
        follow_ups = with_serializer_relations(FollowUp.objects.public())
        self.current = follow_ups.filter(pk=pledge.current_follow_up_id or 0).first()
        return super().to_representation(pledge)

    @extend_schema_field(
        serializers.ListField(
            child=serializers.CharField(), help_text="The references of the pledges that this one replaces."
        )
    )
    def get_supersedes(self, pledge: Pledge) -> list[str]:
        earlier = Pledge.objects.public().filter(ref__in=pledge.supersedes)
        return list(earlier.order_by("ref").values_list("ref", flat=True))

    @extend_schema_field(
        serializers.ListField(
            child=serializers.CharField(), help_text="The references of the pledges that replace this one."
        )
    )
    def get_superseded_by(self, pledge: Pledge) -> list[str]:
        return list(pledge.superseded_by.public().order_by("ref").values_list("ref", flat=True))

    @extend_schema_field(FollowUpSerializer(allow_null=True, help_text="The follow-up that determines the status."))
    def get_follow_up(self, _pledge: Pledge) -> Any:
        return FollowUpSerializer(self.current, context=self.context).data if self.current else None

    @extend_schema_field(
        AmendmentSerializer(many=True, help_text="The amendments that changed this pledge, newest first.")
    )
    def get_amendments(self, pledge: Pledge) -> Any:
        own = AmendedPledge.objects.public().filter(pledge=pledge).select_related("pledge")
        amendments = Amendment.objects.filter(pledges__pledge=pledge).newest_first()
        rows = amendments.prefetch_related(Prefetch("pledges", own))
        return AmendmentSerializer(rows, many=True, context=self.context).data

    @extend_schema_field(claim_reviews.CLAIM_REVIEW_SCHEMA)
    def get_claim_review(self, pledge: Pledge) -> dict[str, Any] | None:
        url = reverse("api:pledge-detail", kwargs={"ref": pledge.ref}, request=self.context["request"])
        return claim_reviews.claim_review(pledge, self.current, url)
