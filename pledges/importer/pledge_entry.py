"""The schema of an entry of a file: fields and formats. `domain.target_rules` has the rules for several fields."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from pledges.domain import dates, numbers
from pledges.domain.identifiers import MAX_REFERENCE_LENGTH, check_document_slug, check_reference, check_slug
from pledges.domain.links import is_link
from pledges.domain.text import clean_line, clean_link, clean_name, clean_text, damaged_character
from pledges.importer.file_problems import MAX_SUGGESTIONS
from pledges.locale.display_names import joined
from pledges.lookups.wording import format_value, nearest
from pledges.models.choices import Bound, DocumentKind, Measure, Strength, Tier


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(_("expected text"))  # noqa: TRY004 the kind of error that pydantic collects
    if character := damaged_character(value):
        message = _("expected text without characters that can't be displayed, such as %(character)s")
        raise ValueError(message % {"character": character})
    return value


def _decimal(value: object) -> Decimal:
    try:
        return numbers.parse(_string(value))
    except ValueError:
        raise ValueError(
            _("expected a number such as 385 or 25.62 (at most 18 digits before the point and 6 after it)")
        ) from None


def _year(value: object) -> int:
    try:
        return dates.parse_year(_string(value))
    except ValueError:
        raise ValueError(_("expected a year such as 2025")) from None


def _day(value: object) -> date:
    try:
        return dates.parse_day(_string(value))
    except ValueError:
        raise ValueError(_("expected a day that exists, such as 2025-12-31")) from None


def _period(value: object) -> str:
    try:
        return dates.parse_period(_string(value)) if value else ""
    except ValueError:
        raise ValueError(_("expected the first and the last year, such as 2021/2025")) from None


def _partial_date(value: object) -> str:
    try:
        return dates.parse_partial_date(_string(value))
    except ValueError:
        raise ValueError(_("expected a date such as 2025, 2025-01, 2025-01-20 or 2025-01-20/..")) from None


def _optional_partial_date(value: object) -> str:
    return "" if value == "" else _partial_date(value)


def _link(value: str) -> str:
    if value and not is_link(value):
        raise ValueError(_("expected one link that begins with https:// or http://, without user name and password"))
    return value


def _list(value: object) -> object:
    """Return a list of references or names; a single one may be written without a list."""
    return list(dict.fromkeys(value)) if isinstance(value, list) and all(map(_string, value)) else [value]


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


Number = Annotated[Decimal, BeforeValidator(_decimal)]
Year = Annotated[int, BeforeValidator(_year)]
Day = Annotated[date, BeforeValidator(_day)]
PartialDate = Annotated[str, BeforeValidator(_partial_date)]
OptionalPartialDate = Annotated[str, BeforeValidator(_optional_partial_date)]
Text = Annotated[str, BeforeValidator(_text)]
# Cleaned before their lengths are checked: the validators of an annotation run from right to left.
Name = Annotated[str, BeforeValidator(clean_name), BeforeValidator(_text)]
Line = Annotated[str, BeforeValidator(clean_line), BeforeValidator(_text)]
MultilineText = Annotated[str, BeforeValidator(clean_text), BeforeValidator(_text)]
Link = Annotated[str, BeforeValidator(clean_link), BeforeValidator(_text), AfterValidator(_link)]
Reference = Annotated[Text, AfterValidator(check_reference)]
BoundedReference = Annotated[Reference, Field(min_length=1, max_length=MAX_REFERENCE_LENGTH)]

BodyName = Annotated[Name, Field(min_length=1, max_length=100)]


class PledgeEntry(BaseModel):
    """A pledge with the fields of its statement and document. `export_pledges` writes the same keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ref: BoundedReference
    document: Annotated[Text, AfterValidator(check_document_slug)] = Field(min_length=1, max_length=100)
    document_title: Line = Field("", max_length=200)
    document_kind: DocumentKind = DocumentKind.NEWSPAPER_PAGE
    document_publisher: Name = Field("", max_length=100)
    document_date: PartialDate
    document_published: OptionalPartialDate = ""
    document_url: Link = Field("", max_length=500)
    document_archived_url: Link = Field("", max_length=500)
    document_archived_on: Day | None = None
    # An official with a post, a body, or both: see `EntryValidator`.
    official: Name | None = Field(None, min_length=1, max_length=100)
    official_slug: Annotated[Name, AfterValidator(check_slug)] | None = Field(None, min_length=1, max_length=100)
    post: Name | None = Field(None, min_length=1, max_length=200)
    organisation: Name = Field("", max_length=100)
    organisation_slug: Annotated[Name, AfterValidator(check_slug)] | None = Field(None, min_length=1, max_length=100)
    post_district: Name | None = Field(None, min_length=1, max_length=100)
    post_district_slug: Name | None = Field(None, min_length=1, max_length=100)
    body: Name | None = Field(None, min_length=1, max_length=100)
    body_slug: Annotated[Name, AfterValidator(check_slug)] | None = Field(None, min_length=1, max_length=100)
    body_district: Name | None = Field(None, min_length=1, max_length=100)
    headline: Line = Field("", max_length=200)
    district: Name | None = Field(None, min_length=1, max_length=100)
    district_slug: Name | None = Field(None, min_length=1, max_length=100)
    quote: Line = Field(min_length=1)
    metric: Name = Field(min_length=1, max_length=100)
    label: Line | None = Field(None, min_length=1, max_length=200)
    measure: Measure
    bound: Bound
    compared_with: Name | None = Field(None, min_length=1, max_length=100)
    compared_with_district: Name | None = Field(None, min_length=1, max_length=100)
    value: Number
    value_max: Number | None = None
    unit: Name = Field(min_length=1, max_length=20)
    baseline: Number | None = None
    baseline_year: Year | None = None
    tolerance: Number | None = None
    year: Year
    deadline: Day | None = None
    period: Annotated[str, BeforeValidator(_period)] = Field("", max_length=9)
    strength: Strength
    tier: Tier
    success_criterion: MultilineText = ""
    supersedes: Annotated[list[BoundedReference], BeforeValidator(_list), AfterValidator(sorted)] = []
    responsible_bodies: Annotated[list[BodyName], BeforeValidator(_list)] = []
    note: MultilineText = ""

    # Ignored: exports have these columns, but the database derives the amounts, and follow-ups set status and pace.
    amount: Any = None
    amount_max: Any = None
    base_unit: Any = None
    status: Any = None
    status_since: Any = None
    last_checked_on: Any = None
    on_earlier_target: Any = None
    pace: Any = None


FIELDS = tuple(PledgeEntry.model_fields)
IGNORED = frozenset(name for name, field in PledgeEntry.model_fields.items() if field.annotation is Any)


def error_messages(
    error: ValidationError, max_suggestions: int = MAX_SUGGESTIONS, *, fields: Iterable[str] = FIELDS
) -> Iterator[tuple[str, str]]:
    """Yield (field, message) for each error of an entry. The message has the value found and the value expected.

    Similar names are suggested in the first messages only, for unknown fields those in `fields`.
    """
    for index, detail in enumerate(error.errors(include_url=False)):
        suggest = nearest if index < max_suggestions else _no_suggestion
        field = str(detail["loc"][0])
        found = format_value(detail["input"])
        match detail["type"]:
            case "missing":
                yield field, _("missing")
            case "extra_forbidden" if field.startswith("pledge."):
                yield field, _("unknown field; it belongs to the document or statement above")
            case "extra_forbidden":
                yield field, _("unknown field") + suggest(field, fields)
            case "enum":
                known = _choices(detail)
                details = {"found": found, "known": joined(known), "hint": suggest(str(detail["input"]), known)}
                yield field, _("found %(found)s, expected one of %(known)s%(hint)s") % details
            case "too_long" | "string_too_long":
                details = {"found": found, "length": str(len(detail["input"])), "limit": detail["ctx"]["max_length"]}
                yield field, _("found %(found)s of %(length)s characters, expected at most %(limit)s") % details
            case "too_short" | "string_too_short":
                yield field, _("empty")
            case kind:
                reason = detail["ctx"]["error"] if kind == "value_error" else detail["msg"]
                yield field, _("found %(found)s, %(reason)s") % {"found": found, "reason": reason}


def _choices(detail: Any) -> list[str]:
    return re.findall(r"'(\w+)'", detail["ctx"]["expected"])


def _no_suggestion(_name: str, _known: Iterable[str]) -> str:
    return ""
