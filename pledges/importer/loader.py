"""Load files into the record: all of them in one transaction, or nothing."""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pgtrigger
from django.conf import settings
from django.db import DatabaseError, DataError, IntegrityError, connection, transaction
from django.db.backends.utils import CursorWrapper

from pledges.importer import jsonl_file, record_tables, reference_data, staging, supersession, yaml_file
from pledges.importer.file_entry import Entry
from pledges.importer.file_problems import LoadError, Problem, Problems
from pledges.importer.merge import Conflict
from pledges.importer.page_texts import Texts
from pledges.importer.validation import RULES, Checker, Row
from pledges.models import District, Document
from pledges.models.violations import violated_constraint

# Rules that hold at the end of a load. Not all that can be deferred: the number of its revision is drawn at the commit.
DEFERRED = [f"pledges.Pledge:{trigger}" for trigger in ("reject_early_deadline", "reject_cycle_of_supersedes_id")]
READERS = {".yaml": yaml_file.read, ".yml": yaml_file.read, ".jsonl": jsonl_file.read, ".ndjson": jsonl_file.read}


@dataclass(slots=True)
class Report:
    """What a load did: numbers of pledges, and of documents and statements together as `sources_updated`."""

    files: list[str]
    statements: int = 0
    pledges: int = 0
    created: int = 0
    updated: int = 0
    sources_updated: int = 0
    seconds: float = 0.0
    conflicts: list[Conflict] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    retracted: int = 0

    @property
    def unchanged(self) -> int:
        return self.pledges - self.created - self.updated


def load(
    paths: Sequence[Path],
    *,
    texts: Path | None = None,
    check: bool = False,
    prune: bool = False,
    force: bool = False,
    progress: Callable[[str], None] = lambda what: None,
) -> Report:
    """Bring the record to what the files say; LoadError with all problems, and nothing written, otherwise.

    `check` writes nothing either way; `prune` retracts the pledges that the files no longer have; `force`
    overwrites what editors have changed. `texts` is a folder with the pages' texts, in which each quote
    must stand. `progress` is told what is going on, now and then.
    """
    started = time.monotonic()
    files = _files(paths)
    problems = Problems()
    if texts and not texts.is_dir():
        refuse_if_any(problems, [Problem(str(texts), 0, "there is no such folder of texts")])
    report = Report([_name(file) for file in files])
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('duixian.loading', 'on', true)")
            # One load at a time: two could both find a row missing.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('duixian.loading'))")
            # Spares each call of a trigger an error inside, which pgtrigger catches where this is not set.
            cursor.execute("SELECT set_config('pgtrigger.ignore', '{}', true)")
            pgtrigger.constraints(pgtrigger.Deferred, *DEFERRED)
            if not District.objects.exists():
                reference_data.load_missing()
            staging.create(cursor)
            checker = Checker(Texts(texts) if texts else None)
            staging.fill(cursor, _rows(files, checker, problems, progress))
            refuse_if_any(problems, _contradictions(cursor))
            progress("all files are in order; comparing with the record")
            _merge(cursor, report, [_name(path) for path in paths], prune=prune, force=force, progress=progress)
            refuse_if_any(
                problems, [*record_tables.early_deadlines(cursor), *supersession.cycles_in_the_record(cursor)]
            )
            if checker.texts:
                _keep(cursor, checker.texts)
            pgtrigger.constraints(pgtrigger.Immediate, *DEFERRED)
            staging.drop(cursor)
            if report.created:  # the plans of before can be very wrong for them
                cursor.execute(
                    "ANALYZE pledges_document, pledges_official, pledges_post, pledges_statement, pledges_pledge"
                )
            cursor.execute("SELECT set_config('duixian.loading', 'off', true)")
            transaction.set_rollback(check)
    except (IntegrityError, DataError) as error:
        problems.add(_refusal(error))
        raise LoadError(problems) from error
    report.seconds = time.monotonic() - started
    return report


def refuse_if_any(problems: Problems, more: Iterable[Problem]) -> None:
    for problem in more:
        problems.add(problem)
    if problems.count:
        raise LoadError(problems)


def _files(paths: Sequence[Path]) -> list[Path]:
    files: list[Path] = []
    problems = Problems()
    for path in paths:
        if path.is_dir():
            found = list(_files_below(path, problems))
            if not found:
                problems.add(Problem(_name(path), 0, f"no {', '.join(READERS)} files in this folder"))
            files += found
        elif not path.exists():
            problems.add(Problem(_name(path), 0, "there is no such file or folder"))
        elif path.suffix.lower() not in READERS:
            problems.add(Problem(_name(path), 0, f"expected a file of one of the kinds {', '.join(READERS)}"))
        else:
            files.append(path)
    if problems.count:
        raise LoadError(problems)
    return list({file.resolve(): file for file in files}.values())


def _files_below(folder: Path, problems: Problems) -> Iterator[Path]:
    """The files of all kinds in a folder and below it, but not the hidden ones."""

    def unreadable(error: OSError) -> None:
        problems.add(Problem(_name(Path(error.filename)), 0, f"can't be read: {error.strerror}"))

    for parent, folders, names in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if Path(name).suffix.lower() in READERS and not name.startswith("."):
                yield Path(parent, name)


def _name(path: Path) -> str:
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 `in/../in` is `in`, but a link keeps its name
    return str(absolute.relative_to(settings.BASE_DIR) if absolute.is_relative_to(settings.BASE_DIR) else absolute)


def _rows(
    files: Iterable[Path], checker: Checker, problems: Problems, progress: Callable[[str], None]
) -> Iterator[Row]:
    count = 0
    for file in files:
        name = _name(file)
        for entry in _read(file):
            if isinstance(entry, Problem):
                problems.add(entry)
                continue
            count += 1
            if count % 50_000 == 0:
                progress(f"{count} pledges read")
            row = checker.row(entry)
            if isinstance(row, list):
                for problem in row:
                    problems.add(problem)
                if entry.ref:
                    yield staging.bare(name, entry.line, entry.ref)
            elif not problems.count:
                yield (name, entry.line, *row)
            else:  # nothing will be merged any more; only its reference matters
                yield staging.bare(name, entry.line, entry.ref)


def _read(file: Path) -> Iterator[Entry | Problem]:
    try:
        yield from READERS[file.suffix.lower()](file, _name(file))
    except OSError as error:
        yield Problem(_name(file), 0, f"can't be read: {error.strerror}")


def _contradictions(cursor: CursorWrapper) -> Iterator[Problem]:
    yield from staging.contradictions(cursor)
    yield from record_tables.taken(cursor)
    yield from supersession.unknown(cursor)
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
    cursor.execute("SELECT count(*), count(DISTINCT (document, official)) FROM staging")
    report.pledges, report.statements = cursor.fetchone()
    record_tables.add_people(cursor)
    for merge in (record_tables.DOCUMENTS, record_tables.STATEMENTS):
        report.sources_updated += merge.update(cursor, force=force)
        merge.insert(cursor)
        report.conflicts += merge.conflicts(cursor)
    for _generation in range(supersession.generations(cursor)):
        report.updated += record_tables.PLEDGES.update(cursor, force=force)
        progress(f"{report.updated} pledges updated; adding new ones")
        report.created += record_tables.PLEDGES.insert(cursor)
    report.conflicts += record_tables.PLEDGES.conflicts(cursor)
    record_tables.note_files(cursor)
    report.removed = record_tables.removed(cursor, paths)
    if prune:
        report.retracted = record_tables.retract(cursor, report.removed)


def _keep(cursor: CursorWrapper, texts: Texts) -> None:
    cursor.execute("SELECT DISTINCT document FROM staging")
    for (slug,) in cursor.fetchall():
        text = texts.read(slug)
        page = Document.objects.filter(slug=slug).exclude(edited_fields__contains=["text"])
        page.exclude(text=text).update(text=text)


def _refusal(error: DatabaseError) -> Problem:
    """What the database itself refused: a rule that only shows beside rows which it has already."""
    rule, ref = violated_constraint(error)
    return Problem("the database", 0, RULES.get(rule, str(error)), ref=ref, field=rule)
