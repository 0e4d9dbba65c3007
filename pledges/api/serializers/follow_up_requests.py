"""Request bodies that write follow-ups and their evidence. Their names in the OpenAPI document end in “Body”."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError as ModelError
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework.serializers import ListField, ListSerializer

from pledges.api.serializers.requests import (
    FileUploadField,
    NumberField,
    RequestSerializer,
    RowField,
    RowRequestSerializer,
    StrictCharField,
    StrictChoiceField,
    StrictDateField,
)
from pledges.domain.follow_up_warnings import FIELDS
from pledges.domain.text import clean_line, clean_link, clean_name, clean_text
from pledges.models import Evidence, FollowUp, Statement, Unit
from pledges.models.choices import Bound
from pledges.models.follow_up import ASSIGNABLE_STATUSES
from pledges.models.violations import violation_messages
from pledges.workflow.uploads import Upload, store

MAX_EVIDENCE = 50
OPTIONAL_TEXT: dict[str, Any] = {"required": False, "allow_blank": True, "allow_null": True}
OPTIONAL: dict[str, Any] = {"required": False, "allow_null": True}


class ConfirmationSerializer(RequestSerializer):
    """The confirmation of warnings, which a request is repeated with."""

    confirm = ListField(
        child=StrictChoiceField(choices=list(FIELDS)),
        required=False,
        help_text="The codes of all `warnings` in the 409 response, which confirms them for these values.",
    )
    reason = StrictCharField(
        clean_with=clean_text, help_text="The public reason, required with `confirm`.", **OPTIONAL_TEXT
    )


@extend_schema_serializer(component_name="SubmissionBody")
class SubmissionRequestSerializer(ConfirmationSerializer):
    """Empty, or the confirmation of warnings."""


@extend_schema_serializer(component_name="EvidenceBody")
class EvidenceRequestSerializer(RowRequestSerializer):
    """A link or a statement as evidence, with its details."""

    exclude = frozenset({"follow_up"})

    url = StrictCharField(clean_with=clean_link, max_length=2000, **OPTIONAL_TEXT)
    statement = RowField(
        int,
        slug_field="id",
        queryset=Statement.objects.all(),
        unknown=_("There is no statement with the ID {value}."),
        **OPTIONAL,
    )
    title = StrictCharField(clean_with=clean_line, max_length=300, **OPTIONAL_TEXT)
    publisher = StrictCharField(clean_with=clean_name, max_length=100, **OPTIONAL_TEXT)
    published_on = StrictDateField(**OPTIONAL)
    quote = StrictCharField(clean_with=clean_line, **OPTIONAL_TEXT)

    def build(self, values: dict[str, Any]) -> Evidence:
        return Evidence(**values)

    def create(self, values: dict[str, Any]) -> Evidence:
        return Evidence.objects.create(**values)


@extend_schema_serializer(component_name="NewEvidenceBody")
class NewEvidenceRequestSerializer(ConfirmationSerializer, EvidenceRequestSerializer):
    """A link or a statement as evidence of an existing follow-up."""

    def build(self, values: dict[str, Any]) -> Evidence:
        return Evidence(**without_confirmation(values))

    def create(self, values: dict[str, Any]) -> Evidence:
        return Evidence.objects.create(**without_confirmation(values))


@extend_schema_serializer(component_name="FileBody")
class FileRequestSerializer(ConfirmationSerializer, RowRequestSerializer):
    """A PDF, an image or plain text (by its content, of at most 20 MiB) as evidence, with its details."""

    exclude = frozenset({"follow_up", "file"})

    file = FileUploadField()
    title = StrictCharField(clean_with=clean_line, max_length=300, **OPTIONAL_TEXT)
    publisher = StrictCharField(clean_with=clean_name, max_length=100, **OPTIONAL_TEXT)
    published_on = StrictDateField(**OPTIONAL)
    quote = StrictCharField(clean_with=clean_line, **OPTIONAL_TEXT)

    def build(self, values: dict[str, Any]) -> Evidence:
        return Evidence(**{name: value for name, value in without_confirmation(values).items() if name != "file"})

    def create(self, values: dict[str, Any]) -> Evidence:
        fields = without_confirmation(values)
        upload: Upload = fields.pop("file")
        return Evidence.objects.create(file=store(upload), file_name=upload.name, **fields)


@extend_schema_serializer(component_name="FollowUpBody")
class FollowUpRequestSerializer(ConfirmationSerializer, RowRequestSerializer):
    """An assessment with its evidence. A figure without a unit is in the unit of the pledge."""

    status = StrictChoiceField(choices=ASSIGNABLE_STATUSES)
    actual = NumberField(**OPTIONAL)
    actual_bound = StrictChoiceField(
        choices=Bound.choices, required=False, help_text="How the source qualifies the figure; `exact` by default."
    )
    unit = RowField(
        str,
        slug_field="symbol",
        queryset=Unit.objects.all(),
        unknown=_("There is no unit “{value}”. The known ones are in units/."),
        **OPTIONAL,
    )
    as_of = StrictDateField(**OPTIONAL)
    summary = StrictCharField(clean_with=clean_text, **OPTIONAL_TEXT)
    reason = StrictCharField(
        clean_with=clean_text,
        help_text="Required if the status differs from the suggested one, or with `confirm`; public.",
        **OPTIONAL_TEXT,
    )
    supersedes = RowField(
        int,
        slug_field="id",
        queryset=FollowUp.objects.in_force(),
        unknown=_(
            "The follow-up {value} is not in force: only an approved one that was not corrected yet can be corrected."
        ),
        **OPTIONAL,
    )
    evidence: ListSerializer[Evidence] = ListSerializer(
        child=EvidenceRequestSerializer(),
        required=False,
        max_length=MAX_EVIDENCE,
        help_text=(
            "Links and statements. In an update, they replace all links and statements of the follow-up; files stay."
        ),
    )

    def build(self, values: dict[str, Any]) -> FollowUp:
        follow_up: FollowUp = self.instance or FollowUp(**self.context["new"])
        for name, value in values.items():
            if name not in ("evidence", "confirm"):
                setattr(follow_up, name, value)
        if values.get("unit") and follow_up.actual is None:
            raise ModelError({"unit": violation_messages()["follow_up_actual_has_unit"]})
        if values.get("actual_bound", Bound.EXACT) != Bound.EXACT and follow_up.actual is None:
            raise ModelError({"actual_bound": violation_messages()["follow_up_bound_has_actual"]})
        self.follow_up = follow_up
        return follow_up

    def create(self, values: dict[str, Any]) -> FollowUp:
        self.follow_up.save()
        for evidence in values.get("evidence", []):
            Evidence.objects.create(follow_up=self.follow_up, **evidence)
        return self.follow_up

    def update(self, instance: FollowUp, values: dict[str, Any]) -> FollowUp:
        """Save the follow-up. Evidence that stays the same is not replaced, as that would make a new version."""
        if "evidence" in values:
            replaced = instance.evidence.filter(file=None)
            if _contents(replaced) == _contents(Evidence(**fields) for fields in values["evidence"]):
                del values["evidence"]
            else:
                replaced.delete()
        return self.create(values)


def _contents(evidence: Iterable[Evidence]) -> list[tuple[Any, ...]]:
    return [
        (each.url, each.statement_id, each.title, each.publisher, each.published_on, each.quote) for each in evidence
    ]


def without_confirmation(values: dict[str, Any]) -> dict[str, Any]:
    """Return the validated values of evidence. Those of the confirmation belong to the follow-up."""
    return {name: value for name, value in values.items() if name not in ("confirm", "reason")}


@extend_schema_serializer(component_name="NoteBody")
class NoteRequestSerializer(RequestSerializer):
    note = StrictCharField(
        clean_with=clean_text, help_text="The changes that the author should make. Only staff can read them."
    )
