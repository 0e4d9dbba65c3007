"""From an entry of a file to a row of the staging table, or to all that is wrong with it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from django.utils import translation
from pydantic import ValidationError

from pledges.models.refusals import rules
from pledges.quantities import dates
from pledges.quantities.rules import broken_rules

from . import names
from .entries import Entry
from .problems import Problem, shown
from .schema import Line, complaints
from .texts import Texts

Row = Sequence[object]

with translation.override("en"):  # as all that is said of a file
    RULES = {name: str(words) for name, words in rules().items()}


class Judge:
    def __init__(self, texts: Path | None) -> None:
        self.districts = names.districts()
        self.metrics = names.metrics()
        self.units = names.units()
        self.texts = Texts(texts) if texts else None

    def row(self, entry: Entry) -> Row | list[Problem]:
        """The columns of `staging.COLUMNS` from `document` on, or what is wrong."""
        try:
            line = Line.model_validate(entry.fields)
        except ValidationError as error:
            return [entry.problem(field, message) for field, message in complaints(error)]
        problems = [*self._contradictions(entry, line), *self._misquotes(entry, line)]
        metric = self._key(entry, self.metrics, "metric", line.metric, problems)
        unit = self._key(entry, self.units, "unit", line.unit, problems)
        bound_field, bound_name = _first(
            ("district_slug", line.district_slug),
            ("district", line.district),
            ("post_district_slug", line.post_district_slug),
            ("post_district", line.post_district),
        )
        home_field, home_name = _first(
            ("post_district_slug", line.post_district_slug),
            ("post_district", line.post_district),
            ("district_slug", line.district_slug),
            ("district", line.district),
        )
        district = self._key(entry, self.districts, bound_field, bound_name, problems)
        home = (
            district if home_field == bound_field else self._key(entry, self.districts, home_field, home_name, problems)
        )
        if problems or metric is None:
            return problems
        return (
            line.document,
            line.document_title,
            line.document_publisher,
            line.document_date,
            line.document_url,
            line.official_slug or line.official,
            line.official,
            home,
            line.organisation,
            line.post,
            line.headline,
            line.ref,
            line.quote,
            district,
            metric,
            line.label or self.metrics.names[metric],
            line.measure,
            line.bound,
            line.value,
            line.value_max,
            unit,
            line.baseline,
            line.year,
            line.deadline,
            line.strength,
            line.tier,
            line.note,
        )

    def _key(
        self, entry: Entry, known: names.Names, field: str, name: str | None, problems: list[Problem]
    ) -> str | int | None:
        if name is None:
            problems.append(entry.problem(field, "missing"))
            return None
        try:
            return known.key(name)
        except names.UnknownNameError as error:
            problems.append(entry.problem(field, str(error)))
            return None

    def _contradictions(self, entry: Entry, line: Line) -> Iterator[Problem]:
        broken = broken_rules(
            value=line.value,
            value_max=line.value_max,
            baseline=line.baseline,
            unit=line.unit,
            measure=line.measure,
            year=line.year,
            deadline=line.deadline,
            said_earliest=dates.earliest(line.document_date),
        )
        for field, rule in broken:
            yield entry.problem(field, f"found {shown(getattr(line, field))}: {RULES[rule]}")

    def _misquotes(self, entry: Entry, line: Line) -> Iterator[Problem]:
        if self.texts is None:
            return
        text = self.texts.without_spaces(line.document)
        if text is None:
            yield entry.problem("document", f"no text of this page: {self.texts.path(line.document)}")
        elif "".join(line.quote.split()) not in text:
            yield entry.problem("quote", f"found {shown(line.quote)}, which does not stand on the page")


def _first(*fields: tuple[str, str | None]) -> tuple[str, str | None]:
    return next(((field, name) for field, name in fields if name), ("district", None))
