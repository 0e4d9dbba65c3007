"""New pledges: request bodies with the fields of `pledges.importer.pledge_entry`, and the drafts in the response."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.settings import api_settings

from pledges.api.http.problems import UnknownName
from pledges.api.serializers.problems import warning_document
from pledges.api.serializers.records import PledgeSerializer
from pledges.filters.fields import suggest
from pledges.importer.drafts import MAX_PLEDGES, UnconfirmedDraftsError
from pledges.importer.file_entry import FileEntry
from pledges.importer.file_problems import LoadError
from pledges.importer.pledge_entry import PledgeEntry
from pledges.models.choices import State

CONFIRM = "confirm"  # the codes of warnings, which are no field of a pledge


class NewPledgeSerializer(PledgeSerializer):
    """A pledge that was just added: a draft, which is not public."""

    state = serializers.ChoiceField(choices=State.choices, read_only=True, help_text="`draft`: not public yet.")

    class Meta(PledgeSerializer.Meta):
        fields = [*PledgeSerializer.Meta.fields, "state"]
        read_only_fields = fields


def read_entries(body: Any) -> list[FileEntry]:
    """Return the entries of a body: one object, or a list of them. The line of each is its number, from 1."""
    items = body if isinstance(body, list) else [body]
    if not items:
        raise _invalid(_("The list is empty."))
    if len(items) > MAX_PLEDGES:
        raise _invalid(_("At most %(count)d pledges at once.") % {"count": MAX_PLEDGES})
    wrong: dict[Any, Any] = {
        index: {api_settings.NON_FIELD_ERRORS_KEY: [_("Expected a JSON object.")]}
        for index, item in enumerate(items)
        if not isinstance(item, dict)
    }
    if wrong:
        raise ValidationError(wrong if isinstance(body, list) else wrong[0])
    return [
        FileEntry("", number, {name: _as_text(value) for name, value in item.items() if _is_field(name, value)}, {}, {})
        for number, item in enumerate(items, 1)
    ]


def read_confirmations(body: Any) -> dict[int, list[str]]:
    """Return the codes of warnings that the entries of a body confirm, by the line of each."""
    items = body if isinstance(body, list) else [body]
    confirmed = {number: item[CONFIRM] for number, item in enumerate(items, 1) if item.get(CONFIRM) is not None}
    wrong: dict[Any, Any] = {
        number - 1: {CONFIRM: [_("Expected a list of codes.")]}
        for number, codes in confirmed.items()
        if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes)
    }
    if wrong:
        raise ValidationError(wrong if isinstance(body, list) else wrong[0])
    return confirmed


def warnings_of_drafts(error: UnconfirmedDraftsError, body: Any) -> list[dict[str, str]]:
    """Return the warnings of all entries, with the paths of their fields."""
    return [
        warning_document(warning, f"[{draft.line - 1}]." if isinstance(body, list) else "")
        for draft in error.drafts
        for warning in draft.warnings
    ]


def _is_field(name: str, value: Any) -> bool:
    return value is not None and name != CONFIRM


def validation_error(error: LoadError, body: Any) -> ValidationError:
    """Return the problems of the entries by index and field."""
    details: dict[Any, Any] = {}
    for problem in error.problems.kept:
        field = problem.field or api_settings.NON_FIELD_ERRORS_KEY
        item = body[problem.line - 1] if isinstance(body, list) else body
        known = _known_names(field, item.get(field))
        message = ErrorDetail(problem.message, UnknownName(known)) if known else problem.message
        details.setdefault(problem.line - 1, {}).setdefault(field, []).append(message)
    return ValidationError(details if isinstance(body, list) else details[0])


def _known_names(field: str, value: Any) -> Sequence[str]:
    """Return the names from which an unknown field, or an unknown value of a field, can be chosen."""
    if field == api_settings.NON_FIELD_ERRORS_KEY:
        return ()
    if field not in PledgeEntry.model_fields:
        return suggest(field, sorted(PledgeEntry.model_fields))
    kind: Any = PledgeEntry.model_fields[field].annotation
    is_choice = isinstance(kind, type) and issubclass(kind, TextChoices)
    return kind.values if is_choice and value not in kind.values else ()


def _invalid(message: str) -> ValidationError:
    return ValidationError({api_settings.NON_FIELD_ERRORS_KEY: [message]})


def _as_text(value: Any) -> Any:
    """Return numbers as text, as in files. A float would have rounded them."""
    is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return f"{value:f}" if isinstance(value, Decimal) else str(value) if is_number else value
