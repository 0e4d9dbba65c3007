"""What is sent to write follow-ups and their evidence."""

from typing import Any

from django.core.exceptions import ValidationError as ModelError
from rest_framework.serializers import ListSerializer

from pledges.api.serializers.requests import (
    Body,
    ChoiceField,
    DayField,
    NumberField,
    RowField,
    RowRequestSerializer,
    TextField,
    UploadField,
)
from pledges.models import Evidence, FollowUp, Statement, Unit
from pledges.models.follow_up import ASSIGNABLE_STATUSES
from pledges.models.violations import violation_messages
from pledges.workflow.uploads import Upload, store

MOST_EVIDENCE = 50
OPTIONAL_TEXT: dict[str, Any] = {"required": False, "allow_blank": True, "allow_null": True}
OPTIONAL: dict[str, Any] = {"required": False, "allow_null": True}


class EvidenceBody(RowRequestSerializer):
    """A link or a statement, and what is said of it."""

    exclude = frozenset({"follow_up"})

    url = TextField(max_length=2000, **OPTIONAL_TEXT)
    statement = RowField(int, slug_field="id", queryset=Statement.objects.all(), **OPTIONAL)
    title = TextField(max_length=300, **OPTIONAL_TEXT)
    publisher = TextField(max_length=100, **OPTIONAL_TEXT)
    published_on = DayField(**OPTIONAL)
    quote = TextField(**OPTIONAL_TEXT)

    def build(self, values: dict[str, Any]) -> Evidence:
        return Evidence(**values)

    def create(self, values: dict[str, Any]) -> Evidence:
        return Evidence.objects.create(**values)


class FileBody(RowRequestSerializer):
    """A PDF, an image or plain text (by its content, of at most 20 MiB), and what is said of it."""

    exclude = frozenset({"follow_up", "file"})

    file = UploadField()
    title = TextField(max_length=300, **OPTIONAL_TEXT)
    publisher = TextField(max_length=100, **OPTIONAL_TEXT)
    published_on = DayField(**OPTIONAL)
    quote = TextField(**OPTIONAL_TEXT)

    def build(self, values: dict[str, Any]) -> Evidence:
        return Evidence(**{name: value for name, value in values.items() if name != "file"})

    def create(self, values: dict[str, Any]) -> Evidence:
        upload: Upload = values.pop("file")
        return Evidence.objects.create(file=store(upload), file_name=upload.name, **values)


class FollowUpBody(RowRequestSerializer):
    """A assessment with its proof. A figure without a unit is in the pledge's."""

    status = ChoiceField(choices=ASSIGNABLE_STATUSES)
    actual = NumberField(**OPTIONAL)
    unit = RowField(str, slug_field="symbol", queryset=Unit.objects.all(), **OPTIONAL)
    as_of = DayField(**OPTIONAL)
    summary = TextField(**OPTIONAL_TEXT)
    reason = TextField(**OPTIONAL_TEXT)
    evidence: ListSerializer[Evidence] = ListSerializer(
        child=EvidenceBody(),
        required=False,
        max_length=MOST_EVIDENCE,
        help_text="Links and statements. In a change they take the place of all of these; files stay.",
    )

    def build(self, values: dict[str, Any]) -> FollowUp:
        follow_up: FollowUp = self.instance or FollowUp(**self.context["new"])
        for name, value in values.items():
            if name != "evidence":
                setattr(follow_up, name, value)
        if values.get("unit") and follow_up.actual is None:
            raise ModelError({"unit": violation_messages()["follow_up_actual_has_unit"]})
        self.follow_up = follow_up
        return follow_up

    def create(self, values: dict[str, Any]) -> FollowUp:
        self.follow_up.save()
        for proof in values.get("evidence", []):
            Evidence.objects.create(follow_up=self.follow_up, **proof)
        return self.follow_up

    def update(self, instance: FollowUp, values: dict[str, Any]) -> FollowUp:
        if "evidence" in values:
            instance.evidence.filter(file=None).delete()
        return self.create(values)


class NoteBody(Body):
    note = TextField(help_text="What is lacking; for colleagues only.")
