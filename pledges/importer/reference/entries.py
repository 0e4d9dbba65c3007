"""The schemas of rows of reference files: topics, dimensions, units, metrics and places."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from django.db import models
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator

from pledges.domain.dates import YEAR_MONTH_OR_DAY
from pledges.domain.identifiers import check_document_slug
from pledges.domain.target_rules import PERCENTAGES
from pledges.domain.units import fold_symbol
from pledges.importer.pledge_entry import Name, Number, Text
from pledges.lookups.wording import format_value
from pledges.models import Dimension, District, Metric, Topic, Unit
from pledges.models.choices import Direction, DistrictKind, Measure
from pledges.models.place import ANY_CODE, CODES, GB_T_2260, ISO_3166_1


def _factor(value: object) -> Fraction:
    try:
        factor = Fraction(value) if isinstance(value, str) else Fraction(0)
    except (ValueError, ZeroDivisionError):
        factor = Fraction(0)
    if not (0 < factor < 10**18 and factor.denominator < 10**30):
        raise ValueError("expected how many base units it is, such as 10000, 0.5 or 2000/3")
    return factor


def _flag(value: object) -> bool:
    if value not in {"true", "false"}:
        raise ValueError("expected true or false")
    return value == "true"


def _date(value: str) -> str:
    if value and not re.fullmatch(YEAR_MONTH_OR_DAY, value):
        raise ValueError("expected a date such as 2017, 2017-04 or 2017-04-10")
    return value


def _tolerance(value: Decimal) -> Decimal:
    if value < 0:
        raise ValueError("expected a number that is not negative")
    return value


ANY_EXAMPLE = "Latin letters, digits, “.”, “_” and “-”"
EXAMPLES = {GB_T_2260: "six digits, such as 150105", ISO_3166_1: "two capital letters, such as CN"}

Slug = Annotated[Text, AfterValidator(check_document_slug)]
Alias = Annotated[Name, Field(min_length=1, max_length=100)]


class ReferenceEntry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    def columns(self) -> dict[str, Any]:
        """Return the values of the model's fields. Foreign keys are names of rows."""
        return dict(self)


class TopicEntry(ReferenceEntry):
    slug: Slug = Field(min_length=1, max_length=100)
    name: Name = Field(min_length=1, max_length=50)
    name_en: Name = Field("", max_length=50)


class DimensionEntry(ReferenceEntry):
    slug: Slug = Field(min_length=1, max_length=100)
    name: Name = Field(min_length=1, max_length=50)
    name_en: Name = Field("", max_length=50)
    base_unit: Name = Field(min_length=1, max_length=20)
    is_additive: Annotated[bool, BeforeValidator(_flag)] = True


class UnitEntry(ReferenceEntry):
    symbol: Name = Field(min_length=1, max_length=20)
    name_en: Name = Field("", max_length=50)
    dimension: Name = Field(min_length=1, max_length=100)
    factor: Annotated[Fraction, BeforeValidator(_factor)] = Fraction(1)

    def columns(self) -> dict[str, Any]:
        columns = dict(self)
        factor = columns.pop("factor")
        return columns | {"numerator": Decimal(factor.numerator), "denominator": Decimal(factor.denominator)}


class MetricEntry(ReferenceEntry):
    slug: Slug = Field(min_length=1, max_length=100)
    name: Name = Field(min_length=1, max_length=100)
    name_en: Name = Field("", max_length=100)
    topic: Name = Field(min_length=1, max_length=100)
    dimension: Name = Field(min_length=1, max_length=100)
    direction: Direction = Direction.MORE
    tolerance: Annotated[Number, AfterValidator(_tolerance)] | None = None
    usual_unit: Name | None = Field(None, min_length=1, max_length=20)
    usual_measure: Measure | Literal[""] = ""
    aliases: list[Alias] = []

    @field_validator("usual_measure")
    @classmethod
    def _in_percent(cls, measure: str, info: ValidationInfo) -> str:
        """Check what the constraint `metric_usual_growth_and_share_in_percent` checks."""
        unit = info.data.get("usual_unit")
        if measure in PERCENTAGES and unit is not None and fold_symbol(unit) != "%":
            raise ValueError(f"growth rates and shares are in %, not in {format_value(unit)}")
        return measure

    def columns(self) -> dict[str, Any]:
        return dict(self) | {"aliases": [name for name in dict.fromkeys(self.aliases) if name != self.name]}


class PlaceEntry(ReferenceEntry):
    slug: Slug = Field(min_length=1, max_length=100)
    name: Name = Field(min_length=1, max_length=100)
    name_en: Name = Field("", max_length=100)
    pinyin: Text = Field("", max_length=200)
    kind: DistrictKind
    code: Text | None = Field(None, min_length=1, max_length=20)
    code_scheme: Name = Field("", max_length=50, validate_default=True)
    parent: Name | None = Field(None, min_length=1, max_length=100)
    aliases: list[Alias] = []
    valid_from: Annotated[Text, AfterValidator(_date)] = ""
    valid_to: Annotated[Text, AfterValidator(_date)] = ""
    successor: Name | None = Field(None, min_length=1, max_length=100)

    @field_validator("code_scheme")
    @classmethod
    def _default_scheme(cls, scheme: str, info: ValidationInfo) -> str:
        """Return the scheme, by default that of China, or of countries, and check that the code is one of it."""
        scheme = scheme or (ISO_3166_1 if info.data.get("kind") == DistrictKind.COUNTRY else GB_T_2260)
        code = info.data.get("code")
        if code is not None and not re.fullmatch(CODES.get(scheme, ANY_CODE), code):
            raise ValueError(f"found the code {format_value(code)}, expected {EXAMPLES.get(scheme, ANY_EXAMPLE)}")
        return scheme


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of reference data, with a file of its own.

    `key` is the field that identifies a row for good. `references` maps the fields that name other rows to the kind of
    these rows. `unique` lists the sets of fields, besides the key, of which no two rows may have the same values. With
    `has_unique_aliases`, no other name of a row may be a name or other name of another one.
    """

    plural: str
    noun: str
    model: type[models.Model]
    entry: type[ReferenceEntry]
    key: str = "slug"
    references: Mapping[str, str] = field(default_factory=dict)
    unique: tuple[tuple[str, ...], ...] = (("name",),)
    has_unique_aliases: bool = False

    @property
    def stored(self) -> models.QuerySet[models.Model]:
        return models.QuerySet(self.model)

    def column(self, name: str) -> str:
        return f"{name}_id" if name in self.references else name


# In the order of their foreign keys.
KINDS = {
    kind.plural: kind
    for kind in (
        Kind("topics", "topic", Topic, TopicEntry),
        Kind("dimensions", "dimension", Dimension, DimensionEntry),
        Kind("units", "unit", Unit, UnitEntry, key="symbol", references={"dimension": "dimensions"}, unique=()),
        Kind(
            *("metrics", "metric", Metric, MetricEntry),
            references={"topic": "topics", "dimension": "dimensions", "usual_unit": "units"},
            has_unique_aliases=True,
        ),
        Kind(
            *("places", "place", District, PlaceEntry),
            references={"parent": "places", "successor": "places"},
            unique=(("code_scheme", "code"), ("parent", "name")),
        ),
    )
}
