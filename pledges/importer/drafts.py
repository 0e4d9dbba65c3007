"""Add pledges that a person or a program enters, as drafts: all of them in one transaction, or nothing.

The entries are those of files. Unlike a load, adding drafts never changes an existing row: an entry that contradicts
the record is an error.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.contrib.auth.models import AnonymousUser, User
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _

from pledges.domain.dates import parse_year
from pledges.domain.identifiers import check_document_slug
from pledges.importer import bodies, officials, record_tables, responsible_bodies, staging, statements, supersession
from pledges.importer.file_entry import FileEntry
from pledges.importer.file_problems import FileProblem, FileProblems
from pledges.importer.page_texts import StoredTexts
from pledges.importer.references import ProposedReferences
from pledges.importer.validation import EntryValidator
from pledges.lookups.wording import format_value
from pledges.models import Document, Pledge
from pledges.models.pledge_warnings import RELATED, PledgeWarning, find_warnings

MAX_PLEDGES = 1000
# A new pledge can bring its document, official, post, body and statement with it.
PERMISSIONS = [f"pledges.add_{name}" for name in ("pledge", "statement", "document", "official", "post", "body")]
DRAFTS = replace(record_tables.PLEDGES, initial={"state": "'draft'", "loaded_from": "''"})


@dataclass(frozen=True, slots=True)
class Draft:
    """A pledge that was added, or with `check` could be. `line` is that of its entry."""

    ref: str
    line: int
    warnings: list[PledgeWarning]


class UnconfirmedDraftsError(Exception):
    """Drafts have warnings that are not confirmed; nothing was added. `drafts` are these, with all their warnings."""

    def __init__(self, drafts: list[Draft]) -> None:
        super().__init__(drafts)
        self.drafts = drafts


def add_drafts(
    entries: Sequence[FileEntry],
    *,
    by: User | AnonymousUser,
    check: bool = False,
    confirmed: Mapping[int, Collection[str]] | None = None,
) -> list[Draft]:
    """Add the entries as drafts, and return these in the same order.

    An entry without `ref` gets the next reference of its document's series. Of a document in the record, only the slug
    is needed. Only a user who may add units brings derived ones, such as 床/百人, into the record. `check` rolls back
    at the end. Raises LoadError with all problems, each with the `file` and `line` of its entry. Unless `check` is
    true, it raises UnconfirmedDraftsError if there are warnings whose code or key `confirmed` lacks for the line of the
    entry.
    """
    problems = FileProblems()
    with transaction.atomic(), connection.cursor() as cursor:
        # Not beside a load or another call: both could find a row missing and insert it.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('duixian.loading'))")
        entries = _with_references(_with_documents(entries))
        staging.create(cursor)
        validator = EntryValidator(StoredTexts())
        validator.units.adds_derived = by.has_perm("pledges.add_unit")
        rows = [*validator.rows(entries, problems)]  # it sends queries, which COPY does not allow
        staging.fill(cursor, rows)
        unidentified = [*bodies.identify(cursor), *responsible_bodies.identify(cursor, validator.districts)]
        validator.units.add_derived()
        staging.follow_redirects(cursor)
        ambiguous, decisions = officials.identify(cursor)
        staging.keep_headlines(cursor)
        problems.raise_if_any([*unidentified, *ambiguous, *_consistency_errors(cursor)])
        record_tables.add_officials_and_posts(cursor, decisions.new_officials)
        record_tables.DOCUMENTS.insert(cursor)
        statements.match(cursor)
        problems.raise_if_any(_other_headlines(cursor))
        DRAFTS.insert(cursor)
        drafts = _drafts(entries)
        unconfirmed = [draft for draft in drafts if not _is_confirmed(draft, (confirmed or {}).get(draft.line, ()))]
        if unconfirmed and not check:
            raise UnconfirmedDraftsError(unconfirmed)
        staging.drop(cursor)
        transaction.set_rollback(check)
    return drafts


def _drafts(entries: Sequence[FileEntry]) -> list[Draft]:
    """Return the drafts that were made of entries."""
    pledges = Pledge.objects.filter(ref__in=[entry.ref for entry in entries]).select_related(*RELATED)
    by_ref = {pledge.ref: pledge for pledge in pledges}
    ordered = [by_ref[entry.ref] for entry in entries]
    return [
        Draft(entry.ref, entry.line, warnings) for entry, warnings in zip(entries, find_warnings(ordered), strict=True)
    ]


def _is_confirmed(draft: Draft, confirmed: Collection[str]) -> bool:
    return all(warning.code in confirmed or warning.key in confirmed for warning in draft.warnings)


def _with_documents(entries: Sequence[FileEntry]) -> list[FileEntry]:
    """Add to each entry the fields of its document that it lacks and the record has."""
    slugs = {slug for entry in entries if isinstance(slug := entry.fields.get("document"), str)}
    columns = record_tables.DOCUMENTS.columns
    documents = {row.pop("slug"): row for row in Document.objects.filter(slug__in=slugs).values("slug", *columns)}
    completed = []
    for entry in entries:
        slug = entry.fields.get("document")
        known = documents.get(slug, {}) if isinstance(slug, str) else {}
        fields = {f"document_{column}": str(value) for column, value in known.items() if value}
        completed.append(replace(entry, fields=fields | entry.fields))
    return completed


def _with_references(entries: Sequence[FileEntry]) -> list[FileEntry]:
    """Add references to the entries without one."""
    proposed = ProposedReferences(taken={entry.ref for entry in entries})
    return [
        entry if "ref" in entry.fields else replace(entry, fields=entry.fields | {"ref": _reference(entry, proposed)})
        for entry in entries
    ]


def _reference(entry: FileEntry, proposed: ProposedReferences) -> str:
    document, year = entry.fields.get("document"), entry.fields.get("year")
    try:
        return proposed.next(check_document_slug(str(document)), parse_year(str(year)))
    except ValueError:
        return f"draft-{entry.line}"  # will not be used: validation finds the error


def _consistency_errors(cursor: CursorWrapper) -> Iterator[FileProblem]:
    yield from staging.duplicate_references(cursor)
    yield from staging.conflicting_values(cursor)
    yield from _used_references(cursor)
    yield from _other_documents(cursor)
    yield from supersession.unknown_references(cursor)
    yield from supersession.cycles_in_the_files(cursor)


def _used_references(cursor: CursorWrapper) -> Iterator[FileProblem]:
    cursor.execute("SELECT file, line, ref FROM staging WHERE ref IN (SELECT ref FROM pledges_pledge)")
    for file, line, ref in cursor.fetchall():
        yield FileProblem(file, line, _("another pledge has this reference"), ref=ref, field="ref")


def _other_documents(cursor: CursorWrapper) -> Iterator[FileProblem]:
    """Yield a problem for each value of a document that the record has otherwise."""
    for column in record_tables.DOCUMENTS.columns:
        cursor.execute(
            f"""
            SELECT file, line, ref, staging.document_{column}, document.{column} FROM staging
            JOIN pledges_document document ON document.slug = staging.document
            WHERE staging.document_{column} IS DISTINCT FROM document.{column}
            """
        )
        yield from (_contradiction(*row, field=f"document_{column}") for row in cursor.fetchall())


def _other_headlines(cursor: CursorWrapper) -> Iterator[FileProblem]:
    cursor.execute(
        """
        SELECT file, line, '', staged.headline, statement.headline FROM staged_statement staged
        JOIN pledges_statement statement USING (id)
        WHERE staged.headline <> '' AND staged.headline <> statement.headline
        """
    )
    return (_contradiction(*row, field="headline") for row in cursor.fetchall())


def _contradiction(file: str, line: int, ref: str, found: object, known: object, *, field: str) -> FileProblem:
    message = _("found %(found)s, but the record has %(known)s; leave this field out")
    details = {"found": format_value(found), "known": format_value(known)}
    return FileProblem(file, line, message % details, ref=ref, field=field)
