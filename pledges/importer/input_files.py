"""Find and read the files of a load: pages of pledges, and reference data."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from pledges.importer import jsonl_file, record_file, yaml_file
from pledges.importer.file_entry import FileEntry
from pledges.importer.file_problems import FileProblem, FileProblems
from pledges.importer.reference.files import is_reference_file
from pledges.lookups.wording import display_path

READERS = {".yaml": yaml_file.read, ".yml": yaml_file.read, ".jsonl": jsonl_file.read, ".ndjson": jsonl_file.read}


class InputFiles(NamedTuple):
    pages: list[Path]
    reference: list[Path]
    settings: list[Path]
    """Files `record.yaml`."""


def find(paths: Sequence[Path]) -> InputFiles:
    """Return the files at these paths and in these folders, each once.

    Raise LoadError if a path has none. Only a record may be empty.
    """
    files: list[Path] = []
    problems = FileProblems()
    for path in paths:
        if path.is_dir():
            found = list(_files_below(path, problems))
            if not found and path.resolve() != (settings.RECORD and settings.RECORD.resolve()):
                problems.add(FileProblem(display_path(path), 0, f"no {', '.join(READERS)} files in this folder"))
            files += found
        elif not path.exists():
            problems.add(FileProblem(display_path(path), 0, "there is no such file or folder"))
        elif not _is_read(path):
            expected = f"expected a file of one of the kinds {', '.join(READERS)}"
            problems.add(FileProblem(display_path(path), 0, expected))
        else:
            files.append(path)
    problems.raise_if_any()
    unique = {file.resolve(): file for file in files}.values()
    return InputFiles(
        [file for file in unique if not (is_reference_file(file) or file.name == record_file.NAME)],
        [file for file in unique if is_reference_file(file)],
        [file for file in unique if file.name == record_file.NAME],
    )


def read(file: Path) -> Iterator[FileEntry | FileProblem]:
    """Yield the pledges of a page, and the problems found in reading it."""
    try:
        yield from READERS[file.suffix.lower()](file, display_path(file))
    except OSError as error:
        yield FileProblem(display_path(file), 0, f"can't be read: {error.strerror}")


def _is_read(path: Path) -> bool:
    return path.suffix.lower() in READERS or is_reference_file(path)


def _files_below(folder: Path, problems: FileProblems) -> Iterator[Path]:
    """Yield the readable files in a folder and below it, without hidden ones."""

    def report_unreadable(error: OSError) -> None:
        problems.add(FileProblem(display_path(Path(error.filename)), 0, f"can't be read: {error.strerror}"))

    for parent, folders, names in os.walk(folder, onerror=report_unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if _is_read(Path(name)) and not name.startswith("."):
                yield Path(parent, name)
