"""From an entry of a file to a row of the staging table, or to all that is wrong with it."""

from collections.abc import Iterator, Sequence

from django.utils import translation
from pydantic import ValidationError

from pledges.domain import dates
from pledges.domain.target_rules import broken_target_rules
from pledges.importer import lookups
from pledges.importer.file_entry import Entry
from pledges.importer.file_problems import Problem, shown
from pledges.importer.page_texts import Texts, UnreadableTextError
from pledges.importer.pledge_entry import Line, complaints, slug_of
from pledges.models.violations import violation_messages

Row = Sequence[object]

with translation.override("en"):  # as all that is said of a file
    RULES = {name: str(words) for name, words in violation_messages().items()}


class Checker:
    def __init__(self, texts: Texts | None) -> None:
        self.districts = lookups.districts()
        self.metrics = lookups.metrics()
        self.units = lookups.units()
        self.texts = texts

    def row(self, entry: Entry) -> Row | list[Problem]:
        """The columns of `staging.COLUMNS` from `document` on, or what is wrong."""
        problems: list[Problem] = []
        metric = self._key(entry, self.metrics, "metric", problems)
        unit = self._key(entry, self.units, "unit", problems)
        district = self._district(entry, "district", problems)
        home = self._district(entry, "post_district", problems)
        if not entry.fields.keys() & {"district", "district_slug", "post_district", "post_district_slug"}:
            problems.append(entry.problem("district", "missing"))
        try:
            line = Line.model_validate(entry.fields)
        except ValidationError as error:
            return problems + [entry.problem(field, message) for field, message in complaints(error)]
        problems += [*self._contradictions(entry, line), *self._quote_errors(entry, line)]
        if problems or metric is None:
            return problems
        return (
            line.document,
            line.document_title,
            line.document_publisher,
            line.document_date,
            line.document_url,
            line.official_slug or slug_of(line.official),
            line.official,
            district if home is None else home,
            line.organisation,
            line.post,
            line.headline,
            line.ref,
            line.quote,
            home if district is None else district,
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
            line.success_criterion,
            line.supersedes,
            line.note,
        )

    def _key(self, entry: Entry, known: lookups.Names, field: str, problems: list[Problem]) -> lookups.Key | None:
        name = entry.fields.get(field)
        if not isinstance(name, str):  # which the schema complains of
            return None
        try:
            return known.key(name)
        except lookups.UnknownNameError as error:
            problems.append(entry.problem(field, str(error)))
            return None

    def _district(self, entry: Entry, field: str, problems: list[Problem]) -> lookups.Key | None:
        """By slug or by name; by both, if they agree."""
        slug = f"{field}_slug"
        if slug not in entry.fields:
            return self._key(entry, self.districts, field, problems)
        key = self._key(entry, self.districts, slug, problems)
        name = entry.fields.get(field)
        if key is not None and isinstance(name, str) and not self.districts.goes_by(key, name):
            message = f"found {shown(name)}, but {slug} is that of {shown(self.districts.names[key])}"
            problems.append(entry.problem(field, message))
        return key

    def _contradictions(self, entry: Entry, line: Line) -> Iterator[Problem]:
        broken = broken_target_rules(
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

    def _quote_errors(self, entry: Entry, line: Line) -> Iterator[Problem]:
        if self.texts is None:
            return
        try:
            text = self.texts.without_spaces(line.document)
        except UnreadableTextError as error:
            yield entry.problem("document", str(error))
            return
        if "".join(line.quote.split()) not in text:
            yield entry.problem("quote", f"found {shown(line.quote)}, which does not stand on the page")
