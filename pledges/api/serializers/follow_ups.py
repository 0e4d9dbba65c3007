"""Follow-ups, for the public and, with their review, for staff users."""

from typing import Any

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Prefetch
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from pledges.api.serializers.fields import NullableCharField, PlainDecimalField, RecordSerializer
from pledges.domain.assessment import convert
from pledges.domain.numbers import plain
from pledges.models import Evidence, FollowUp, Statement
from pledges.models.follow_up import ASSIGNABLE_STATUSES, FollowUpQuerySet
from pledges.models.follow_up_warnings import FollowUpWarning
from pledges.workflow.downloads import with_files

RATIO_FIELD = PlainDecimalField(
    max_digits=38,
    decimal_places=4,
    allow_null=True,
    help_text="The share of the target that was reached: 1 if it was met exactly; null without an actual figure.",
)


def completion_ratio(follow_up: FollowUp) -> str | None:
    assessment = follow_up.assessment
    return plain(assessment.ratio) if assessment else None


def with_serializer_relations(follow_ups: FollowUpQuerySet) -> FollowUpQuerySet:
    """Fetch all rows that the serializers need, in two queries."""
    public_statement = Statement.objects.public().filter(pk=OuterRef("statement"))
    evidence = with_files(Evidence.objects.annotate(is_statement_public=Exists(public_statement)))
    return (
        follow_ups.select_related("pledge__metric", "pledge__unit", "unit", "author", "submitter", "reviewer")
        .defer("pledge__search_text")
        .prefetch_related(Prefetch("evidence", evidence))
    )


class EvidenceFileSerializer(serializers.Serializer[Any]):
    url = serializers.URLField()
    name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField(help_text="Size in bytes.")
    sha256 = serializers.CharField()


class EvidenceSerializer(RecordSerializer):
    """Evidence. A statement without a published pledge is null, unless the context has `can_view_unapproved`."""

    url = NullableCharField(help_text="A link, or null.")
    file = serializers.SerializerMethodField(help_text="An uploaded file, or null.")
    statement = serializers.SerializerMethodField(help_text="The ID of a statement of the record, or null.")
    title = NullableCharField()
    publisher = NullableCharField()
    quote = NullableCharField()

    class Meta:
        model = Evidence
        fields = ["id", "url", "file", "statement", "title", "publisher", "published_on", "quote"]
        read_only_fields = fields

    @extend_schema_field(EvidenceFileSerializer(allow_null=True))
    def get_file(self, evidence: Evidence) -> dict[str, Any] | None:
        if evidence.file is None:
            return None
        keys = {"id": evidence.follow_up_id, "evidence": evidence.pk}
        return {
            "url": reverse("api:followup-evidence-file", kwargs=keys, request=self.context["request"]),
            "name": evidence.file_name,
            "media_type": evidence.file.media_type,
            "size": evidence.file.size,
            "sha256": evidence.file.sha256,
        }

    def get_statement(self, evidence: Evidence) -> int | None:
        is_visible = self.context.get("can_view_unapproved") or evidence.is_statement_public  # type: ignore[attr-defined]
        return evidence.statement_id if is_visible else None


class FollowUpSerializer(RecordSerializer):
    """The public fields."""

    url = serializers.HyperlinkedIdentityField(view_name="api:followup-detail", lookup_field="id")
    pledge = serializers.SlugRelatedField[Any](slug_field="ref", read_only=True)
    unit = serializers.CharField(source="unit_id", read_only=True, allow_null=True)
    amount = serializers.SerializerMethodField()
    ratio = serializers.SerializerMethodField()
    summary = NullableCharField()
    reason = NullableCharField(
        help_text="The reason for deviating from the suggested status, or for an unusual figure or date."
    )
    supersedes = serializers.PrimaryKeyRelatedField[Any](
        read_only=True,
        allow_null=True,
        help_text="The ID of the follow-up that this one corrects, if any; it no longer counts for the status.",
    )
    reviewed_at = serializers.DateTimeField(read_only=True, allow_null=True, help_text="Time of approval or return.")
    evidence = EvidenceSerializer(many=True, read_only=True)

    class Meta:
        model = FollowUp
        fields = [
            *("id", "url", "pledge", "status", "actual", "actual_bound", "unit", "amount", "ratio", "as_of"),
            *("summary", "reason"),
            *("supersedes", "previous_status", "resulting_status", "reviewed_at", "evidence"),
        ]
        read_only_fields = fields

    @extend_schema_field(
        PlainDecimalField(
            max_digits=38, decimal_places=6, allow_null=True, help_text="The actual figure in base units."
        )
    )
    def get_amount(self, follow_up: FollowUp) -> str | None:
        unit = follow_up.judged_unit
        return None if follow_up.actual is None or unit is None else plain(convert(follow_up.actual, unit.exact_factor))

    @extend_schema_field(RATIO_FIELD)
    def get_ratio(self, follow_up: FollowUp) -> str | None:
        return completion_ratio(follow_up)


class ReviewSerializer(RecordSerializer):
    author = serializers.SlugRelatedField[User](slug_field="username", read_only=True)
    submitter = serializers.SlugRelatedField[User](
        slug_field="username",
        read_only=True,
        allow_null=True,
        help_text="The user who submitted it. Neither they nor those who wrote any part of it can approve it.",
    )
    reviewer = serializers.SlugRelatedField[User](slug_field="username", read_only=True, allow_null=True)
    note = NullableCharField(source="review_note")
    suggested = serializers.SerializerMethodField()
    confirmed_warnings = serializers.SerializerMethodField(
        help_text="Messages about what is unusual and was confirmed with the `reason`."
    )

    class Meta:
        model = FollowUp
        fields = [
            *("state", "version", "author", "submitter", "reviewer", "note", "suggested", "confirmed_warnings"),
            *("submitted_at", "created_at", "updated_at"),
        ]
        read_only_fields = fields

    @extend_schema_field(
        serializers.ChoiceField(choices=ASSIGNABLE_STATUSES, allow_null=True, help_text="The suggested status.")
    )
    def get_suggested(self, follow_up: FollowUp) -> str | None:
        assessment = follow_up.assessment
        return assessment.status if assessment else None

    def get_confirmed_warnings(self, follow_up: FollowUp) -> list[str]:
        return [str(FollowUpWarning.from_key(key)) for key in follow_up.confirmed_warnings]


class ReviewedFollowUpSerializer(FollowUpSerializer):
    """A follow-up, with its review if the context has `can_view_unapproved`."""

    review = serializers.SerializerMethodField()

    class Meta(FollowUpSerializer.Meta):
        fields = [*FollowUpSerializer.Meta.fields, "review"]
        read_only_fields = fields

    @extend_schema_field(ReviewSerializer(allow_null=True, help_text="The review for staff with a token, or null."))
    def get_review(self, follow_up: FollowUp) -> Any:
        return ReviewSerializer(follow_up).data if self.context["can_view_unapproved"] else None
