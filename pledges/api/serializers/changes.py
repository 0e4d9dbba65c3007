"""Entries of the change log."""

from rest_framework import serializers

from pledges.api.serializers.amendments import RedirectSerializer
from pledges.api.serializers.fields import MicrosecondDateTimeField
from pledges.api.serializers.records import PledgeSerializer
from pledges.models import Change


class ChangeEntrySerializer(serializers.ModelSerializer[Change]):
    at = MicrosecondDateTimeField(read_only=True, help_text="When the change became public.")

    redirects = RedirectSerializer(
        many=True,
        read_only=True,
        help_text="Rows that were merged into others in the same transaction; their URLs redirect.",
    )

    class Meta:
        model = Change
        fields = ["kind", "ref", "at", "previous_status", "status", "amendment", "redirects"]
        read_only_fields = fields
        extra_kwargs = {
            "kind": {"help_text": "The kind of change, as seen by the public."},
            "ref": {"help_text": "The reference of the pledge."},
            "previous_status": {"help_text": "The status before the change; null if the pledge was not public."},
            "amendment": {"help_text": "The id of the amendment that made the change, if one did."},
            "status": {"help_text": "The status after the change; null if the pledge was no longer public."},
        }


class ChangeSerializer(ChangeEntrySerializer):
    """An entry of the change log, with the current pledge."""

    pledge = PledgeSerializer(
        read_only=True,
        allow_null=True,
        help_text="The pledge in its current state, like a row of `pledges/`; null if it is not public.",
    )

    class Meta(ChangeEntrySerializer.Meta):
        fields = [*ChangeEntrySerializer.Meta.fields, "pledge"]
        read_only_fields = fields
