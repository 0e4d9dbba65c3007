"""Write every public pledge as a flat row, in JSON Lines or CSV. The JSON Lines can be loaded again."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Protocol

from django.conf import settings
from django.db import transaction

from pledges.domain.assessment import Target
from pledges.domain.dates import counted_from, first_year
from pledges.domain.pace import Pace, pace
from pledges.exports.cells import as_text
from pledges.exports.csv_rows import csv_chunks
from pledges.exports.jsonl import jsonl_chunks
from pledges.exports.progress import CountedRows
from pledges.models import Pledge
from pledges.models.pledge_columns import list_names, loaded_fields
from pledges.models.pledge_queryset import PledgeQuerySet, PublicSuperseded

# The source of each key. The importer has the same keys, in `pledges.importer.pledge_entry`.
KEYS: dict[str, str | PublicSuperseded] = {
    "ref": "ref",
    "document": "statement__document__slug",
    "document_title": "statement__document__title",
    "document_kind": "statement__document__kind",
    "document_publisher": "statement__document__publisher",
    "document_date": "statement__document__date",
    "document_published": "statement__document__published",
    "document_url": "statement__document__url",
    "document_archived_url": "statement__document__archived_url",
    "document_archived_on": "statement__document__archived_on",
    "official": "statement__official__name",
    "official_slug": "statement__official__slug",
    "post": "statement__post__title",
    "organisation": "statement__post__body__name",
    "organisation_slug": "statement__post__body__slug",
    "post_district": "statement__post__district__name",
    "post_district_slug": "statement__post__district__slug",
    "body": "statement__body__name",
    "body_slug": "statement__body__slug",
    "body_district": "statement__body__district__slug",
    "headline": "statement__headline",
    "district": "district__name",
    "district_slug": "district__slug",
    "year": "year",
    "deadline": "deadline",
    "period": "period",
    "label": "label",
    "metric": "metric__slug",
    "compared_with": "compared_with__slug",
    "compared_with_district": "compared_with_district__slug",
    "value": "value",
    "value_max": "value_max",
    "unit": "unit_id",
    "amount": "amount",
    "amount_max": "amount_max",
    "base_unit": "unit__dimension__base_unit",
    "bound": "bound",
    "measure": "measure",
    "baseline": "baseline",
    "baseline_year": "baseline_year",
    "tolerance": "tolerance",
    "strength": "strength",
    "tier": "tier",
    "status": "status",
    "status_since": "status_since",
    "last_checked_on": "last_checked_on",
    "on_earlier_target": "on_earlier_target",
    "pace": "actual_amount",  # it is computed from this figure
    "success_criterion": "success_criterion",
    "supersedes": PublicSuperseded("supersedes"),
    "responsible_bodies": "responsible_bodies",
    "quote": "quote",
    "note": "note",
}
LISTS = list_names(Pledge)
# What the pace is computed from, besides some of these values.
PACE_SOURCES = {name: name for name in ("last_day", "metric__direction", "unit__numerator", "unit__denominator")}
# Loading an export clears the columns that it lacks, so loaded columns that aren't listed above are added at the end.
KEYS |= {field.name: field.name for field in loaded_fields(Pledge) if field.name not in {*KEYS, "statement", "state"}}


class Writable(Protocol):
    def write(self, text: str, /) -> object: ...


FORMATS = ("jsonl", "csv")


def rows() -> Iterator[dict[str, Any]]:
    """Yield a dictionary for each public pledge, in order of `ref`. Decimals and dates are text; no value is None.

    `supersedes` and `responsible_bodies` are lists.
    """
    with transaction.atomic():  # one snapshot, read through a server-side cursor in constant memory
        for values in flat_values(Pledge.objects.public().order_by("ref"), KEYS):
            row = dict(zip(KEYS, map(as_text, values), strict=True))
            yield row | {name: json.loads(str(row[name])) or None for name in LISTS}


def flat_values(pledges: PledgeQuerySet, keys: Mapping[str, Any]) -> Iterator[Sequence[Any]]:
    """Yield the values of pledges for these keys and their sources, which include `KEYS`, in constant memory."""
    sources = {**PACE_SOURCES, **keys}
    places = {name: place for place, name in enumerate(sources)}
    for row in pledges.with_actual().values_list(*sources.values()).iterator(chunk_size=2000):
        values = list(row)
        if values[places["pace"]] is not None:
            values[places["pace"]] = _pace(dict(zip(sources, row, strict=True)))
        yield values[len(PACE_SOURCES) :]


def _pace(row: Mapping[str, Any]) -> Pace | None:
    return pace(
        Target(
            value=row["value"],
            value_max=row["value_max"],
            bound=row["bound"],
            measure=row["measure"],
            baseline=row["baseline"],
            direction=row["metric__direction"],
            is_relative=row["compared_with"] is not None,
        ),
        Fraction(row["pace"]) * Fraction(row["unit__denominator"]) / Fraction(row["unit__numerator"]),
        as_of=row["status_since"],
        first_year=first_year(
            row["period"], row["year"], counted_from=counted_from(row["measure"], row["baseline_year"])
        ),
        last_day=row["last_day"],
        fiscal_year_starts=settings.RECORD_SETTINGS.fiscal_year_starts,
    )


def write(
    file: Writable, kind: str, progress: Callable[[int], None] = lambda count: None, *, escape_formulas: bool = True
) -> int:
    """Write all rows in one of `FORMATS` and return their number; `progress` is called with the count so far.

    `escape_formulas` is for CSV: see `cells.escape_formula`.
    """
    counted = CountedRows(rows(), progress)
    if kind == "csv":
        texts = (map(as_text, row.values()) for row in counted)
        chunks = csv_chunks(list(KEYS), texts, escape_formulas=escape_formulas)
    else:
        chunks = jsonl_chunks(json.dumps(row, ensure_ascii=False) for row in counted)
    for chunk in chunks:
        file.write(chunk)
    return counted.count
