"""Propose references for new pledges."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet
from django.db.models.functions import Length

from pledges.models import Pledge


@dataclass
class Series:
    """References that differ in the number at their end: hhht-2026-018, hhht-2026-019."""

    prefix: str
    digits: int
    last: int

    def next(self) -> str:
        self.last += 1
        return f"{self.prefix}{self.last:0{self.digits}}"


class ProposedReferences:
    """Proposes references that are neither in the record nor in `taken`."""

    def __init__(self, taken: Collection[str]) -> None:
        self.taken = taken
        self.by_document: dict[tuple[str, int], Series] = {}
        self.by_prefix: dict[str, Series] = {}  # documents can share a series

    def next(self, document: str, year: int) -> str:
        key = document, year
        if key not in self.by_document:
            series = series_of_document(document, year)
            self.by_document[key] = self.by_prefix.setdefault(series.prefix, series)
        while (ref := self.by_document[key].next()) in self.taken:
            pass
        return ref


def next_reference(year: int) -> str:
    """Return the next reference in the series of the newest pledge, or an empty text if no reference ends in a number.

    A year in the series is replaced by `year`: if the newest pledge is hhht-2025-058 and the last one of 2026 is
    hhht-2026-018, the next reference of 2026 is hhht-2026-019.
    """
    series = _series_of_newest(Pledge.objects.all(), year)
    return series.next() if series else ""


def series_of_document(slug: str, year: int) -> Series:
    """Return the series for new pledges of a document, which continues that of its newest pledge.

    A document without pledges gets the series of the newest pledge of all, with `year` instead of the year in it. In an
    empty record, references begin with the slug of the document.
    """
    own = _series_of_newest(Pledge.objects.filter(statement__document__slug=slug), None)
    return own or _series_of_newest(Pledge.objects.all(), year) or Series(f"{slug[:40]}-", 3, 0)


def _series_of_newest(pledges: QuerySet[Pledge], year: int | None) -> Series | None:
    newest = pledges.filter(ref__regex="[0-9]$").order_by("-pk").first()
    if newest is None:
        return None
    number = re.search("[0-9]+$", newest.ref)[0]  # type: ignore[index]  # the regex of the query
    prefix = newest.ref.removesuffix(number)
    if year is not None:
        prefix = re.sub("(?<![0-9])[0-9]{4}-$", f"{year}-", prefix)
    last = (
        Pledge.objects.filter(ref__regex=f"^{re.escape(prefix)}[0-9]+$")
        .order_by(Length("ref").desc(), "-ref")
        .values_list("ref", flat=True)
        .first()
    )
    return Series(prefix, len(number), int(last.removeprefix(prefix)) if last else 0)
