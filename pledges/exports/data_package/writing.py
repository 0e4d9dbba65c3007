"""A package, written beside its place and put there when it is whole."""

import csv
import hashlib
import json
import shutil
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import BadZipFile, ZipFile

from django.utils import timezone, translation

from pledges.database.snapshot import snapshot
from pledges.domain.numbers import plain
from pledges.exports.data_package.columns import Column, columns_of
from pledges.exports.data_package.tables import TABLES, Table
from pledges.models import Document

DESCRIPTOR = "datapackage.json"
FILES = {DESCRIPTOR, *(f"{name}.csv" for name in TABLES)}
PROFILES = "https://datapackage.org/profiles/2.0"
DESCRIPTION = (
    "What officials promised in numbers, in their own words as newspapers print them, and what became of it. Quotes "
    "and titles belong to the newspapers; they are cited as evidence, and this package gives no licence to them."
)

Progress = Callable[[str, int], None]


class NotAPackageError(Exception):
    """What stands in the place is something else, so it is not replaced."""


def write(place: Path, progress: Progress = lambda table, count: None) -> dict[str, int]:
    """Write a package as a folder or, to a name that ends in .zip, as one file; it replaces an earlier one.

    How many rows each table has; OSError where it can't be written. `progress` is told table and rows, now and then.
    """
    if place.exists():
        _check_is_package(place)
    with TemporaryDirectory(dir=place.parent, prefix=f".{place.name}.") as workshop:
        new = Path(workshop, "new")
        new.mkdir()
        counts = _write_folder(new, progress)
        if place.suffix == ".zip":
            new = Path(shutil.make_archive(str(new), "zip", new))
        _put(new, place, old=Path(workshop, "old"))
    return counts


def _put(new: Path, place: Path, *, old: Path) -> None:
    """A file takes the place of another at once; a folder only when that is away."""
    if place.is_dir():
        place.rename(old)
    try:
        new.replace(place)
    except OSError:
        if old.exists():
            old.rename(place)
        raise


def _check_is_package(place: Path) -> None:
    if place.is_dir() == (place.suffix == ".zip"):
        raise NotAPackageError(f"{place} is a {'folder' if place.is_dir() else 'file'}.")
    try:
        names = ZipFile(place).namelist() if place.is_file() else [path.name for path in place.iterdir()]
    except BadZipFile:
        raise NotAPackageError(f"{place} is no package.") from None
    if others := sorted(set(names) - FILES):
        raise NotAPackageError(f"{place} has {others[0]}, which is no part of a package.")


def _write_folder(folder: Path, progress: Progress) -> dict[str, int]:
    counts, resources = {}, []
    with snapshot(), translation.override("en"):
        created = timezone.now()
        for name, table in TABLES.items():
            columns = columns_of(table)
            path = folder / f"{name}.csv"
            counts[name] = _write_csv(path, table, columns, partial(progress, name))
            resources.append(_resource(name, table, columns, path))
        descriptor = {
            "$schema": f"{PROFILES}/datapackage.json",
            "name": "duixian",
            "title": "兑现 Duixian",
            "description": DESCRIPTION,
            "created": created.isoformat(timespec="seconds"),
            "sources": _sources(),
            "resources": resources,
        }
    text = json.dumps(descriptor, ensure_ascii=False, indent=2)
    (folder / DESCRIPTOR).write_text(text + "\n", encoding="utf-8")
    return counts


def _write_csv(path: Path, table: Table, columns: list[Column], progress: Callable[[int], None]) -> int:
    rows = table.rows.order_by(table.key).values_list(*(column.source for column in columns))
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(column.name for column in columns)
        for row in rows.iterator(chunk_size=2000):  # through a cursor of the server, in flat memory
            writer.writerow(map(_written, row))
            count += 1
            if count % 50_000 == 0:
                progress(count)
    return count


def _written(value: object) -> object:
    match value:
        case Decimal():
            return plain(value)
        case date():
            return value.isoformat()
        case bool() | list():
            return json.dumps(value, ensure_ascii=False)
    return value


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
        "title": str(table.rows.model._meta.verbose_name_plural),
        "path": path.name,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{digest}",
        "schema": schema,
    }


def _sources() -> list[dict[str, str]]:
    """The pages, and the newspapers as far as they are named."""
    publishers = Document.objects.public().exclude(publisher="").order_by("publisher")
    return [
        {"title": "Newspaper pages", "path": "documents.csv"},
        *({"title": name} for name in publishers.values_list("publisher", flat=True).distinct()),
    ]
