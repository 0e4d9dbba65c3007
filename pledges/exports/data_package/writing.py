"""Write a Data Package (datapackage.org) to a temporary folder, then move it to its destination."""

import hashlib
import json
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import BadZipFile, ZipFile

from django.utils import timezone, translation

from pledges.database.snapshot import snapshot
from pledges.exports.cells import as_text
from pledges.exports.csv_rows import csv_chunks
from pledges.exports.data_package.columns import Column, columns_of, in_both_languages
from pledges.exports.data_package.tables import TABLES, Table
from pledges.exports.progress import CountedRows
from pledges.models import Document

DESCRIPTOR = "datapackage.json"
FILES = {DESCRIPTOR, *(f"{name}.csv" for name in TABLES)}
PROFILES = "https://datapackage.org/profiles/2.0"
DESCRIPTION = (
    "Quantified pledges of officials, quoted from newspapers, and their outcomes. Quotes "
    "and titles belong to the newspapers; they are cited as evidence, and they are not licensed with this package."
)
ESCAPED = "Texts that a spreadsheet program would evaluate as a formula are prefixed with an apostrophe."

Progress = Callable[[str, int], None]


class NotAPackageError(Exception):
    """The destination exists and is not a package, so it is not replaced."""


def write(
    destination: Path, progress: Progress = lambda table, count: None, *, escape_formulas: bool = False
) -> dict[str, int]:
    """Write a package as a folder or, if the name ends in .zip, as one file; an earlier package is replaced.

    Returns the number of rows of each table. Raises OSError if the destination can't be written, and NotAPackageError
    if it exists and is not a package. Every 50,000 rows, `progress` is called with the name of the
    table and the number of its rows written so far. With `escape_formulas`, texts are those of
    `cells.escape_formula`, and the descriptor says so.
    """
    if destination.exists():
        _check_is_package(destination)
    with TemporaryDirectory(dir=destination.parent, prefix=f".{destination.name}.") as temporary:
        new = Path(temporary, "new")
        new.mkdir()
        counts = _write_folder(new, progress, escape_formulas=escape_formulas)
        if destination.suffix == ".zip":
            new = Path(shutil.make_archive(str(new), "zip", new))
        _replace(destination, by=new, old=Path(temporary, "old"))
    return counts


def _replace(destination: Path, *, by: Path, old: Path) -> None:
    """Move the new package to its destination. A folder there is moved to `old` first, as rename can't replace it."""
    if destination.is_dir():
        destination.rename(old)
    try:
        by.replace(destination)
    except OSError:
        if old.exists():
            old.rename(destination)
        raise


def _check_is_package(path: Path) -> None:
    if path.is_dir() == (path.suffix == ".zip"):
        raise NotAPackageError(f"{path} is a {'folder' if path.is_dir() else 'file'}.")
    try:
        names = ZipFile(path).namelist() if path.is_file() else [path.name for path in path.iterdir()]
    except BadZipFile:
        raise NotAPackageError(f"{path} is not a package.") from None
    if others := sorted(set(names) - FILES):
        raise NotAPackageError(f"{path} has {others[0]}, which is not part of a package.")


def _write_folder(folder: Path, progress: Progress, *, escape_formulas: bool) -> dict[str, int]:
    counts, resources = {}, []
    with snapshot(), translation.override("en"):
        created = timezone.now()
        for name, table in TABLES.items():
            columns = columns_of(table)
            path = folder / f"{name}.csv"
            counts[name] = _write_csv(path, table, columns, partial(progress, name), escape_formulas=escape_formulas)
            resources.append(_resource(name, table, columns, path))
        descriptor = {
            "$schema": f"{PROFILES}/datapackage.json",
            "name": "duixian",
            "title": "兑现 Duixian",
            "description": f"{DESCRIPTION} {ESCAPED}" if escape_formulas else DESCRIPTION,
            "created": created.isoformat(timespec="seconds"),
            "sources": _sources(),
            "resources": resources,
        }
    text = json.dumps(descriptor, ensure_ascii=False, indent=2)
    (folder / DESCRIPTOR).write_text(text + "\n", encoding="utf-8")
    return counts


def _write_csv(
    path: Path, table: Table, columns: list[Column], progress: Callable[[int], None], *, escape_formulas: bool
) -> int:
    rows = table.rows.order_by(table.key).values_list(*(column.source for column in columns))
    # Read through a server-side cursor, in constant memory.
    counted = CountedRows(map(table.public_part, rows.iterator(chunk_size=2000)), progress)
    with path.open("w", encoding="utf-8", newline="") as file:
        texts = (map(as_text, row) for row in counted)
        file.writelines(csv_chunks([column.name for column in columns], texts, escape_formulas=escape_formulas))
    return counted.count


def _resource(name: str, table: Table, columns: list[Column], path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    schema: dict[str, Any] = {
        "$schema": f"{PROFILES}/tableschema.json",
        "fields": [column.descriptor() for column in columns],
        "missingValues": [""],
        "primaryKey": [table.key],
    }
    if foreign_keys := [key for column in columns if (key := column.foreign_key())]:
        schema["foreignKeys"] = foreign_keys
    return {
        "$schema": f"{PROFILES}/dataresource.json",
        "name": name,
        "type": "table",
        "title": in_both_languages(table.rows.model._meta.verbose_name_plural),
        "path": path.name,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{digest}",
        "schema": schema,
    }


def _sources() -> list[dict[str, str]]:
    """Return the `sources` of the descriptor: the documents, and the publishers whose names are known."""
    publishers = Document.objects.public().exclude(publisher="").order_by("publisher")
    return [
        {"title": "Newspaper pages and other documents", "path": "documents.csv"},
        *({"title": name} for name in publishers.values_list("publisher", flat=True).distinct()),
    ]
