"""Amendments: public corrections of what verdicts follow from."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from pledges.api.serializers.fields import MicrosecondDateTimeField, RecordSerializer
from pledges.models import AmendedPledge, Amendment
from pledges.models.choices import RowKind

VALUES_SCHEMA = {
    "type": "object",
    "additionalProperties": {"type": ["string", "integer", "boolean", "array", "null"], "items": {"type": "string"}},
    "description": "The values that the amendment changed, under the names of a pledge's columns in CSV.",
}


class AmendedPledgeSerializer(RecordSerializer):
    """What an amendment changed of one pledge."""

    pledge = serializers.SlugRelatedField[Any](slug_field="ref", read_only=True)
    before = serializers.SerializerMethodField()
    after = serializers.SerializerMethodField()

    class Meta:
        model = AmendedPledge
        fields = ["pledge", "before", "after"]
        read_only_fields = fields

    @extend_schema_field(VALUES_SCHEMA)
    def get_before(self, row: AmendedPledge) -> dict[str, Any]:
        return {name: before for name, (before, _after) in row.changed_values.items()}

    @extend_schema_field(VALUES_SCHEMA)
    def get_after(self, row: AmendedPledge) -> dict[str, Any]:
        return {name: after for name, (_before, after) in row.changed_values.items()}


class RedirectSerializer(serializers.Serializer[Any]):
    """A row that was merged into another one."""

    kind = serializers.ChoiceField(choices=RowKind.values, help_text="The kind of row.")
    old = serializers.CharField(help_text="The slug, symbol or id of the row that was merged into the other one.")
    new = serializers.CharField(help_text="The slug, symbol or id of the row that replaces it.")


class AmendmentSerializer(RecordSerializer):
    """A correction of what verdicts follow from, proposed by one person and approved by another."""

    url = serializers.HyperlinkedIdentityField(view_name="api:amendment-detail", lookup_field="id")
    at = MicrosecondDateTimeField(source="reviewed_at", read_only=True, help_text="When it was approved and applied.")
    merges = RedirectSerializer(
        many=True, read_only=True, help_text="The rows that it merged, such as two officials who are one person."
    )
    pledges = AmendedPledgeSerializer(many=True, read_only=True, help_text="The pledges that it changed.")

    class Meta:
        model = Amendment
        fields = ["id", "url", "at", "reason", "merges", "pledges"]
        read_only_fields = fields
