"""Load files into the record: all of them in one transaction, or nothing."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pgtrigger
from django.db import DatabaseError, DataError, IntegrityError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import translation

from pledges.importer import (
    bodies,
    input_files,
    officials,
    record_settings,
    record_tables,
    responsible_bodies,
    staging,
    statements,
    supersession,
)
from pledges.importer.file_entry import FileEntry
from pledges.importer.file_problems import FileProblem, FileProblems, LoadError
from pledges.importer.merge import Conflict, Proposal
from pledges.importer.officials import Decisions
from pledges.importer.page_texts import PageTexts
from pledges.importer.reference import merge as reference_merge
from pledges.importer.reference.merge import ReferenceReport
from pledges.importer.reference.shipped import load_shipped
from pledges.importer.reference.validation import ReferenceRows
from pledges.importer.validation import EntryValidator
from pledges.lookups.wording import display_path
from pledges.models import Document, Pledge, Unit
from pledges.models.pledge_warnings import RELATED, find_warnings
from pledges.models.triggers.pledge import lock_sources
from pledges.models.violations import violated_constraint, violation_messages

# Rules that have to hold only at the end of a load. They are named because the numbering of
# revisions can be deferred, too, but always has to wait for the commit.
DEFERRED = [
    f"pledges.Pledge:{trigger}"
    for trigger in ("reject_early_deadline", "reject_unknown_superseded", "reject_cycle_of_supersedes")
]


MAX_CHECKED = 10_000  # new and updated pledges in which a load looks for what is probably wrong


@dataclass(slots=True)
class Report:
    """The result of a load. The numbers count pledges, except two.

    `statements` counts statements, and `sources_updated` documents and statements.
    """

    files: list[str]
    statements: int = 0
    pledges: int = 0
    created: int = 0
    updated: int = 0
    sources_updated: int = 0
    seconds: float = 0.0
    conflicts: list[Conflict] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    retracted: int = 0
    officials: Decisions = field(default_factory=Decisions)
    reference: ReferenceReport = field(default_factory=ReferenceReport)
    warnings: list[FileProblem] = field(default_factory=list)

    @property
    def unchanged(self) -> int:
        return self.pledges - self.created - self.updated


@translation.override("en")  # the language of all messages about files
def load(
    paths: Sequence[Path],
    *,
    texts: Path | None = None,
    check: bool = False,
    prune: bool = False,
    force: bool = False,
    progress: Callable[[str], None] = lambda message: None,
) -> Report:
    """Load files and folders into the record. If there are any problems, write nothing, and raise LoadError with them.

    `check` rolls back at the end. `prune` retracts pledges that the files no longer have. `force` overwrites
    values that editors have changed. Of pledges with an approved follow-up, both only propose amendments. `texts` is a
    folder of page texts, each of which must contain the quotes of its page. `progress` is called with a message from
    time to time.
    """
    started = time.monotonic()
    files = input_files.find(paths)
    problems = FileProblems()
    if texts and not texts.is_dir():
        problems.raise_if_any([FileProblem(str(texts), 0, "there is no such folder of texts")])
    report = Report([display_path(file) for file in files.pages])
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('duixian.loading', 'on', true)")
            # One load at a time: two could both find a row missing and insert it.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('duixian.loading'))")
            # pgtrigger catches an error in each trigger call while this setting is undefined, which is slow.
            cursor.execute("SELECT set_config('pgtrigger.ignore', '{}', true)")
            pgtrigger.constraints(pgtrigger.Deferred, *DEFERRED)
            for problem in record_settings.store(paths, files.settings):
                problems.add(problem)
            if not Unit.objects.exists():
                load_shipped()
            unwritten = _load_reference_data(cursor, files.reference, report, problems, force=force)
            staging.create(cursor)
            page_texts = PageTexts(texts) if texts else None
            validator = EntryValidator(page_texts, unwritten)
            staging.fill(cursor, validator.rows(_entries(files.pages, progress), problems))
            unidentified = [*bodies.identify(cursor), *responsible_bodies.identify(cursor, validator.districts)]
            validator.units.add_derived()
            staging.follow_redirects(cursor)
            ambiguous, report.officials = officials.identify(cursor)
            staging.keep_headlines(cursor)
            problems.raise_if_any([*unidentified, *ambiguous, *_consistency_errors(cursor)])
            progress("all files are in order; comparing with the record")
            _merge(cursor, report, [display_path(path) for path in paths], prune=prune, force=force, progress=progress)
            problems.raise_if_any([*record_tables.early_deadlines(cursor), *supersession.cycles_in_the_record(cursor)])
            if page_texts:
                _store_page_texts(cursor, page_texts)
            pgtrigger.constraints(pgtrigger.Immediate, *DEFERRED)
            if 0 < report.created + report.updated <= MAX_CHECKED:
                report.warnings = list(_warnings(cursor))
            staging.drop(cursor)
            if report.created:  # old statistics can give very slow plans
                cursor.execute(
                    "ANALYZE pledges_document, pledges_official, pledges_post, pledges_statement, pledges_pledge"
                )
            cursor.execute("SELECT set_config('duixian.loading', 'off', true)")
            transaction.set_rollback(check)
    except (IntegrityError, DataError) as error:
        problems.add(_database_problem(error))
        raise LoadError(problems) from error
    report.seconds = time.monotonic() - started
    return report


def _load_reference_data(
    cursor: CursorWrapper, files: Sequence[Path], report: Report, problems: FileProblems, *, force: bool
) -> ReferenceRows | None:
    """Load reference data. If there are problems, write nothing, and return the rows."""
    if not files:
        return None
    rows = ReferenceRows(is_shipped=False)
    rows.read(files, problems)
    if problems.count:
        return rows
    report.reference = reference_merge.merge(cursor, rows, force=force)
    report.conflicts += report.reference.conflicts
    report.proposals += report.reference.proposals
    return None


def _entries(files: Iterable[Path], progress: Callable[[str], None]) -> Iterator[FileEntry | FileProblem]:
    count = 0
    for file in files:
        for entry in input_files.read(file):
            yield entry
            count += isinstance(entry, FileEntry)
            if count % 50_000 == 0 and isinstance(entry, FileEntry):
                progress(f"{count} pledges read")


def _consistency_errors(cursor: CursorWrapper) -> Iterator[FileProblem]:
    yield from staging.duplicate_references(cursor)
    yield from staging.conflicting_values(cursor)
    yield from record_tables.reference_conflicts(cursor)
    yield from supersession.unknown_references(cursor)
    yield from supersession.cycles_in_the_files(cursor)


def _merge(
    cursor: CursorWrapper,
    report: Report,
    paths: Sequence[str],
    *,
    prune: bool,
    force: bool,
    progress: Callable[[str], None],
) -> None:
    cursor.execute("SELECT count(*) FROM staging")
    (report.pledges,) = cursor.fetchone()
    lock_sources(cursor)
    record_tables.add_officials_and_posts(cursor, report.officials.new_officials)
    report.sources_updated += record_tables.DOCUMENTS.update(cursor, force=force)
    record_tables.DOCUMENTS.insert(cursor)
    report.statements = statements.match(cursor)
    report.sources_updated += record_tables.STATEMENTS.update(cursor, force=force)
    for merge in (record_tables.DOCUMENTS, record_tables.STATEMENTS):
        report.conflicts += merge.conflicts(cursor)
        report.proposals += merge.propose(cursor)
    supersession.keep_hidden_links(cursor)
    report.updated = record_tables.PLEDGES.update(cursor, force=force)
    progress(f"{report.updated} pledges updated; adding new ones")
    report.created = record_tables.PLEDGES.insert(cursor)
    report.conflicts += record_tables.PLEDGES.conflicts(cursor)
    report.proposals += record_tables.PLEDGES.propose(cursor)
    record_tables.update_loaded_from(cursor)
    report.removed = record_tables.removed_references(cursor, paths)
    if prune:
        report.retracted = record_tables.retract(cursor, report.removed)
        report.proposals += record_tables.propose_retractions(cursor, report.removed)


def _warnings(cursor: CursorWrapper) -> Iterator[FileProblem]:
    """Yield what is possible but probably wrong in the pledges that this transaction has added or updated."""
    cursor.execute(
        """
        SELECT ref, file, line FROM staging JOIN pledges_pledge pledge USING (ref)
        WHERE pledge.updated_at >= transaction_timestamp()
        """
    )
    places = {ref: (file, line) for ref, file, line in cursor.fetchall()}
    changed = list(Pledge.objects.filter(ref__in=places).select_related(*RELATED).order_by("ref"))
    for pledge, warnings in zip(changed, find_warnings(changed), strict=True):
        for warning in warnings:
            yield FileProblem(*places[pledge.ref], str(warning), ref=pledge.ref, field=warning.field)


def _store_page_texts(cursor: CursorWrapper, texts: PageTexts) -> None:
    cursor.execute("SELECT DISTINCT document FROM staging")
    for (slug,) in cursor.fetchall():
        text = texts.read(slug)
        page = Document.objects.filter(slug=slug).exclude(edited_fields__contains=["text"])
        page.exclude(text=text).update(text=text)


def _database_problem(error: DatabaseError) -> FileProblem:
    """Return the problem of a constraint that fails only in combination with existing rows."""
    rule, ref = violated_constraint(error)
    return FileProblem("the database", 0, str(violation_messages().get(rule, error)), ref=ref, field=rule)
