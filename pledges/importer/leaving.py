"""Leave a record: retract the pledges that were loaded from its folder, and delete what only they needed."""

from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Model, ProtectedError

from pledges.importer import record_tables
from pledges.importer.file_problems import FileProblem, FileProblems
from pledges.importer.merge import Proposal
from pledges.importer.reference.entries import KINDS, Kind
from pledges.importer.reference.files import is_reference_file
from pledges.importer.reference.validation import ReferenceRows
from pledges.lookups.wording import display_path
from pledges.models import Pledge


@dataclass(slots=True)
class LeaveReport:
    """`deleted` and `used` are names of rows of reference data: the latter stay, because other rows refer to them."""

    retracted: int = 0
    proposals: list[Proposal] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    used: list[str] = field(default_factory=list)


def leave(folder: Path, *, check: bool = False) -> LeaveReport:
    """Retract the pledges of a folder as `--prune` does, and delete the rows of its reference files that are not used.

    Rows that `fixtures/` or the current record have, too, stay. `check` rolls back at the end. Raise LoadError if
    nothing was loaded from there, or if a reference file has an error.
    """
    problems = FileProblems()
    own, others = ReferenceRows(is_shipped=False), ReferenceRows(is_shipped=True)
    own.read(_reference_files(folder), problems)
    current = settings.RECORD if settings.RECORD and settings.RECORD.resolve() != folder.resolve() else None
    kept = [settings.BASE_DIR / "fixtures", *([current] if current else [])]
    others.read((file for place in kept for file in _reference_files(place)), FileProblems())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('duixian.loading', 'on', true)")
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('duixian.loading'))")
        name = display_path(folder)
        refs = list(_public_pledges(name))
        if not (refs or Pledge.objects.filter(loaded_from__startswith=f"{name}/").exists() or any(own.rows.values())):
            problems.add(FileProblem(name, 0, "nothing was loaded from this folder"))
        problems.raise_if_any()
        report = LeaveReport(record_tables.retract(cursor, refs), record_tables.propose_retractions(cursor, refs))
        for plural, kind in reversed(KINDS.items()):
            keys = own.rows[plural].keys() & own.stored[plural].keys() - others.rows[plural].keys()
            _delete_unused(kind, keys, report)
        transaction.set_rollback(check)
    return report


def _reference_files(folder: Path) -> list[Path]:
    return sorted(filter(is_reference_file, folder.rglob("*")))


def _public_pledges(name: str) -> list[str]:
    pledges = Pledge.objects.filter(state="published", loaded_from__startswith=f"{name}/")
    return list(pledges.order_by("ref").values_list("ref", flat=True))


def _delete_unused(kind: Kind, keys: set[str], report: LeaveReport) -> None:
    """Delete the rows to which no other row refers, a place after those in it."""
    rows = {getattr(row, kind.key): row for row in kind.stored.filter(**{f"{kind.key}__in": keys})}
    while rows:
        deleted = {key for key, row in rows.items() if _is_deleted(row)}
        report.deleted += sorted(deleted)
        if not deleted:
            break
        rows = {key: row for key, row in rows.items() if key not in deleted}
    report.used += sorted(rows)


def _is_deleted(row: Model) -> bool:
    try:
        with transaction.atomic():
            row.delete()
    except (ProtectedError, IntegrityError):  # other rows refer to it, or the URL of a merged one leads to it
        return False
    return True
