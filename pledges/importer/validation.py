"""Convert an entry of a file to a row of the staging table, or to a list of its errors."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from pydantic import ValidationError

from pledges.domain import dates
from pledges.domain.document_rules import broken_document_rules
from pledges.domain.identifiers import slug_of
from pledges.domain.target_rules import broken_target_rules
from pledges.domain.text import clean_name
from pledges.importer.file_entry import FileEntry
from pledges.importer.file_problems import MAX_SUGGESTIONS, FileProblem, FileProblems
from pledges.importer.page_texts import PageTexts, StoredTexts, UnreadableTextError
from pledges.importer.pledge_entry import PledgeEntry, error_messages
from pledges.importer.reference.validation import ReferenceRows
from pledges.importer.staging import NOBODY, Row, placeholder_row
from pledges.lookups import names, places
from pledges.lookups.wording import format_value
from pledges.models.violations import violation_messages

# Fields that mean something only beside another one.
COMPANIONS = {
    "official": "post",
    "post": "official",
    "official_slug": "official",
    "organisation": "post",
    "organisation_slug": "organisation",
    "body_slug": "body",
    "body_district": "body",
}

# One of them is required.
DISTRICTS = {"district", "district_slug", "post_district", "post_district_slug", "body_district"}


class EntryValidator:
    """Validates entries against the schema, the rules of targets, the reference data and the page texts."""

    def __init__(self, texts: PageTexts | StoredTexts | None, reference: ReferenceRows | None = None) -> None:
        self.districts = places.districts()
        self.metrics = names.metrics()
        self.units = names.units()
        if reference:  # has errors, so its rows were not written: pledges that name them are validated all the same
            reference.add_unwritten("places", self.districts)
            reference.add_unwritten("metrics", self.metrics)
            reference.add_unwritten("units", self.units)
        self.texts = texts
        self.suggests = True

    def rows(self, entries: Iterable[FileEntry | FileProblem], problems: FileProblems) -> Iterator[Row]:
        """Validate entries: yield the rows for the staging table, and collect the problems."""
        for entry in entries:
            if isinstance(entry, FileProblem):
                problems.add(entry)
                continue
            row = self.row(entry, max_suggestions=MAX_SUGGESTIONS - problems.count)
            if isinstance(row, list):
                for problem in row:
                    problems.add(problem)
                if entry.ref:
                    yield placeholder_row(entry.file, entry.line, entry.ref)
            elif not problems.count:
                yield row
            else:  # nothing will be merged; only duplicate references are still looked for
                yield placeholder_row(entry.file, entry.line, entry.ref)

    def row(self, found: FileEntry, *, max_suggestions: int = MAX_SUGGESTIONS) -> Row | list[FileProblem]:
        """Return the staging row of a valid entry, or all problems of an invalid one.

        The messages of the first problems suggest similar names; without any left, none does.
        """
        self.suggests = max_suggestions > 0
        problems: list[FileProblem] = []
        metric = self._find(found, self.metrics, "metric", problems)
        unit = self._find(found, self.units, "unit", problems)
        post_district = self._find_district(found, "post_district", problems)
        body_district = self._find(found, self.districts, "body_district", problems, near=post_district)
        district = self._find_district(found, "district", problems, near=post_district or body_district)
        compared_with = self._find(found, self.metrics, "compared_with", problems)
        compared_with_district = self._find(
            found, self.districts, "compared_with_district", problems, near=district or post_district
        )
        if not found.fields.keys() & DISTRICTS:
            problems.append(found.problem("district", _("missing")))
        problems += speaker_errors(found)
        try:
            entry = PledgeEntry.model_validate(found.fields)
        except ValidationError as error:
            return problems + [
                found.problem(field, message) for field, message in error_messages(error, max_suggestions)
            ]
        keys = {
            "metric": metric,
            "unit": entry.unit if unit is None else unit,
            "district": district or post_district or body_district,
            "compared_with": compared_with,
            "compared_with_district": compared_with_district,
        }
        problems += [
            *self._document_rule_errors(found, entry),
            *self._target_rule_errors(found, entry, keys),
            *self._quote_errors(found, entry),
        ]
        if problems or metric is None:
            return problems
        # The fields of the entry become columns of the same name. Other columns, and primary keys, are set below.
        return (
            dict(entry)
            | keys
            | {
                "file": found.file,
                "line": found.line,
                # A first guess, see `officials.identify()`. All three are empty if only a body speaks.
                "official": entry.official_slug or slug_of(entry.official or ""),
                "official_name": entry.official or "",
                "post_district": post_district or keys["district"] if entry.official else NOBODY,
                "post": entry.post or "",
                "body_district": body_district or post_district or keys["district"],
                "label": entry.label or self.metrics.own_name(entry.metric, metric),
            }
        )

    def _find(
        self, found: FileEntry, lookup: names.Lookup, field: str, problems: list[FileProblem], **context: Any
    ) -> names.Key | None:
        name = found.fields.get(field)
        if not isinstance(name, str):  # `PledgeEntry` reports it
            return None
        try:
            return lookup.find(clean_name(name), suggests=self.suggests, **context)
        except names.UnknownNameError as error:
            is_new = not isinstance(error, names.AmbiguousNameError) and not field.endswith("_slug")
            problems.append(replace(found.problem(field, str(error)), is_new_name=is_new))
            return None

    def _find_district(
        self, found: FileEntry, field: str, problems: list[FileProblem], near: names.Key | None = None
    ) -> names.Key | None:
        """Return a district by slug or by name. If both are given, they must agree.

        Of several districts with the name, it is the one nearest to `near`.
        """
        slug = f"{field}_slug"
        if slug not in found.fields:
            return self._find(found, self.districts, field, problems, near=near)
        key = self._find(found, self.districts, slug, problems)
        name = found.fields.get(field)
        if key is not None and isinstance(name, str) and not self.districts.has_name(key, clean_name(name)):
            message = _("found %(found)s, but %(slug)s is that of %(name)s") % {
                "found": format_value(name),
                "slug": slug,
                "name": format_value(self.districts.names[key]),
            }
            problems.append(found.problem(field, message))
        return key

    def _target_rule_errors(self, found: FileEntry, entry: PledgeEntry, keys: dict[str, Any]) -> Iterator[FileProblem]:
        """Yield the rules that a target breaks. The keys of names that were not found are None."""
        broken = broken_target_rules(
            value=entry.value,
            value_max=entry.value_max,
            baseline=entry.baseline,
            baseline_year=entry.baseline_year,
            measure=entry.measure,
            year=entry.year,
            deadline=entry.deadline,
            period=entry.period,
            bound=entry.bound,
            tolerance=entry.tolerance,
            said_earliest=dates.earliest(entry.document_date),
            **keys,
        )
        return (self._broken_rule(found, entry, field, rule) for field, rule in broken)

    def _document_rule_errors(self, found: FileEntry, entry: PledgeEntry) -> Iterator[FileProblem]:
        broken = broken_document_rules(
            said=entry.document_date,
            published=entry.document_published,
            archived_url=entry.document_archived_url,
            archived_on=entry.document_archived_on,
        )
        return (self._broken_rule(found, entry, f"document_{field}", rule) for field, rule in broken)

    def _broken_rule(self, found: FileEntry, entry: PledgeEntry, field: str, rule: str) -> FileProblem:
        details = {"found": format_value(getattr(entry, field)), "rule": violation_messages()[rule]}
        return found.problem(field, _("found %(found)s: %(rule)s") % details)

    def _quote_errors(self, found: FileEntry, entry: PledgeEntry) -> Iterator[FileProblem]:
        if self.texts is None:
            return
        try:
            page = self.texts.page(entry.document)
        except UnreadableTextError as error:
            yield found.problem("document", str(error))
            return
        if page is None or page.find(entry.quote):
            return
        message = _("found %(found)s, which is not in the text of the page")
        if page.has_only_in_other_numbers(entry.quote):
            message = _(
                "found %(found)s, which is not in the text of the page with these numbers:"
                " there, digits follow each other that are apart here, or the reverse"
            )
        yield found.problem("quote", message % {"found": format_value(entry.quote)})


def speaker_errors(found: FileEntry) -> Iterator[FileProblem]:
    """Yield the errors in the fields that say who speaks: an official in a post, a body, or both."""
    if not found.fields.keys() & {"official", "post", "body"}:
        yield found.problem("official", _("missing; give an official with a post, or a body"))
    for field, companion in COMPANIONS.items():
        if field in found.fields and companion not in found.fields:
            message = _("found %(found)s, but %(field)s is missing")
            details = {"found": format_value(found.fields[field]), "field": found.names.get(companion, companion)}
            yield found.problem(field, message % details)
