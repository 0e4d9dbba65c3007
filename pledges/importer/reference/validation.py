"""Validate the rows of reference files: their fields, the rows that they name, and that no two rows are the same."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pledges.domain.text import clean_name
from pledges.domain.units import fold_symbol
from pledges.importer.file_entry import FileEntry
from pledges.importer.file_problems import MAX_SUGGESTIONS, FileProblem, FileProblems, place
from pledges.importer.pledge_entry import error_messages
from pledges.importer.reference import files
from pledges.importer.reference.entries import KINDS, Kind
from pledges.lookups.names import Lookup, UnknownNameError
from pledges.lookups.places import PlaceLookup
from pledges.lookups.wording import display_path, format_value
from pledges.models import District, Redirect, Unit

CYCLES = {"parent": "a place can't be within itself", "successor": "a place can't be its own successor"}


@dataclass(frozen=True, slots=True)
class Row:
    """A valid row. References in `values` are keys of rows, such as slugs."""

    kind: Kind
    file: str
    line: int
    values: dict[str, Any]

    @property
    def key(self) -> str:
        return str(self.values[self.kind.key])


class ReferenceRows:
    """Rows of reference files, beside those of the record.

    `is_shipped` tells that the files come with the program. A shipped row that the record has under another key, since
    an editor has added it, is left out, and its key means the row of the record.
    """

    def __init__(self, *, is_shipped: bool) -> None:
        self.is_shipped = is_shipped
        self.stored = {plural: _stored(kind) for plural, kind in KINDS.items()}
        self.merged = {
            plural: Redirect.objects.targets(str(kind.model._meta.model_name)) for plural, kind in KINDS.items()
        }
        self.taken = {plural: _taken(kind, self.stored[plural]) for plural, kind in KINDS.items()}
        self.rows: dict[str, dict[str, Row]] = {plural: {} for plural in KINDS}
        self.lookups = {plural: _lookup(kind) for plural, kind in KINDS.items()}
        for plural, lookup in self.lookups.items():
            for key, values in self.stored[plural].items():
                _add_names(lookup, key, values)
            lookup.add_merged(self.merged[plural])

    def read(self, paths: Iterable[Path], problems: FileProblems) -> None:
        """Read files, and collect the problems of all rows."""
        found = []
        for path in paths:
            kind = KINDS[path.stem]
            for entry in files.read(path, display_path(path)):
                if isinstance(entry, FileProblem):
                    problems.add(entry)
                else:
                    found.append((kind, entry, self._validate(kind, entry, problems)))
        order = list(KINDS)
        for kind, entry, row in sorted(found, key=lambda item: order.index(item[0].plural)):
            self._resolve(kind, entry, row, problems)
            if row:
                self._keep(row, entry, problems)
        self._reject_cycles(problems)

    def add_unwritten(self, plural: str, lookup: Lookup) -> None:
        """Add the names of rows that were not written, because of problems, to a look-up of the record's rows."""
        known = set(lookup.slugs.values())
        for name, keys in (*self.lookups[plural].by_name.items(), *self.lookups[plural].by_alias.items()):
            for key in keys - known:
                lookup.by_name[name].add(key)
                lookup.names[key], lookup.slugs[key] = self.lookups[plural].names[key], str(key)

    def _validate(self, kind: Kind, found: FileEntry, problems: FileProblems) -> Row | None:
        """Return the row with its references as in the file, or None. Even an invalid one is known by its names."""
        key = found.fields.get(kind.key)
        if isinstance(key, str) and key not in self.merged[kind.plural]:
            _add_names(self.lookups[kind.plural], key, found.fields)
        try:
            values = kind.entry.model_validate(found.fields).columns()
        except ValidationError as error:
            suggestions = MAX_SUGGESTIONS - problems.count
            for field, message in error_messages(error, suggestions, fields=kind.entry.model_fields):
                problems.add(_problem(kind, found, field, message))
            return None
        return None if values[kind.key] in self.merged[kind.plural] else Row(kind, found.file, found.line, values)

    def _resolve(self, kind: Kind, found: FileEntry, row: Row | None, problems: FileProblems) -> None:
        """Replace names of rows by their keys. Those of an invalid row are checked, too."""
        for field, plural in kind.references.items():
            name = found.fields.get(field)
            if not isinstance(name, str):
                continue
            try:
                key = self.lookups[plural].find(clean_name(name), suggests=problems.count < MAX_SUGGESTIONS)
            except UnknownNameError as error:
                problems.add(_problem(kind, found, field, str(error)))
            else:
                if row:
                    row.values[field] = key

    def _keep(self, row: Row, found: FileEntry, problems: FileProblems) -> None:
        """Keep a row, unless it is a duplicate, or known under another key."""
        kind, taken = row.kind, self.taken[row.kind.plural]
        if first := self.rows[kind.plural].get(row.key):
            message = f"{format_value(row.key)} is there already, at {place(first.file, first.line)}"
            problems.add(_problem(kind, found, kind.key, message))
            return
        identities = list(_identities(kind, row.values))
        owners = [(*identity, taken[identity]) for identity in identities if identity in taken]
        others = [owner for owner in owners if owner[-1] != row.key]
        if others and self.is_shipped:
            self.lookups[kind.plural].replace(row.key, others[0][-1])
            return
        for fields, found_values, other in others:
            message = (
                f"found {format_value(found_values[-1])}, which is the {fields[-1]} of {format_value(other)};"
                f" use that {kind.noun}, and leave this row out"
            )
            problems.add(_problem(kind, found, fields[-1], message))
        taken |= dict.fromkeys(identities, row.key)
        self.rows[kind.plural][row.key] = row

    def _reject_cycles(self, problems: FileProblems) -> None:
        for link, message in CYCLES.items():
            linked = {key: values[link] for key, values in self.stored["places"].items()}
            linked |= {key: row.values[link] for key, row in self.rows["places"].items()}
            try:
                TopologicalSorter({key: [other] for key, other in linked.items() if other}).prepare()
            except CycleError as error:
                cycle = error.args[1]
                row = next(self.rows["places"][key] for key in cycle if key in self.rows["places"])
                message = f"{message}: {' → '.join(reversed(cycle))}"
                problems.add(FileProblem(row.file, row.line, message, ref=row.key, field=link))


def _lookup(kind: Kind) -> Lookup:
    return PlaceLookup(kind.noun) if kind.model is District else Lookup(kind.noun, file=kind.plural)


def _stored(kind: Kind) -> dict[str, dict[str, Any]]:
    """Return the rows of the record by their keys. References are keys, too."""
    columns = {field.name: field.name for field in kind.model._meta.concrete_fields if not field.is_relation}
    columns |= {field: f"{field}__{KINDS[plural].key}" for field, plural in kind.references.items()}
    rows = kind.stored.values_list(*columns.values())
    named = (dict(zip(columns, row, strict=True)) for row in rows)
    return {row[kind.key]: row for row in named}


def _add_names(lookup: Lookup, key: str, values: dict[str, Any]) -> None:
    name, code, aliases, parent = (values.get(field) for field in ("name", "code", "aliases", "parent"))
    lookup.add(
        key,
        name if isinstance(name, str) else key,
        key,
        code if isinstance(code, str) else None,
        [alias for alias in aliases if isinstance(alias, str)] if isinstance(aliases, list) else (),
    )
    if isinstance(lookup, PlaceLookup) and isinstance(parent, str):
        lookup.parents[key] = parent


def _taken(kind: Kind, stored: dict[str, dict[str, Any]]) -> dict[Any, str]:
    return {identity: key for key, values in stored.items() for identity in _identities(kind, values)}


def _identities(kind: Kind, values: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], tuple[Any, ...]]]:
    """Yield the sets of fields of which no two rows have the same values, with the values of one row."""
    for fields in kind.unique:
        if values[fields[-1]] is not None:
            yield fields, tuple(values[field] for field in fields)
    if kind.model is Unit:
        yield ("symbol",), (fold_symbol(values["symbol"]),)
    if kind.has_unique_aliases:
        yield from ((("name",), (alias,)) for alias in values["aliases"])


def _problem(kind: Kind, found: FileEntry, field: str, message: str) -> FileProblem:
    key = found.fields.get(kind.key)
    line = found.lines.get(field, found.line)
    return FileProblem(found.file, line, message, ref=key if isinstance(key, str) else "", field=field)
