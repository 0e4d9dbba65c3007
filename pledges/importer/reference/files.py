"""Read reference files: a YAML list of rows, or a CSV table with a header row, of one kind each."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pledges.importer.file_entry import FileEntry, utf8_error_message
from pledges.importer.file_problems import FileProblem
from pledges.importer.reference.entries import KINDS
from pledges.importer.yaml_tree import Node, YamlError, parse

LIST_SEPARATOR = "|"  # between the values of a list in one cell


def is_reference_file(path: Path) -> bool:
    """Return whether a file has reference data, by its name: `places.yaml`."""
    return path.stem in KINDS and path.suffix in READERS


def read(path: Path, name: str) -> Iterator[FileEntry | FileProblem]:
    """Yield the rows of a file. A file that is empty, or has only comments, has none."""
    try:
        raw = path.read_bytes()
        yield from READERS[path.suffix](raw.decode("utf-8-sig"), name)
    except UnicodeDecodeError as error:
        yield FileProblem(name, raw.count(b"\n", 0, error.start) + 1, utf8_error_message(raw, error))
    except OSError as error:
        yield FileProblem(name, 0, f"can't be read: {error.strerror}")


def _yaml_rows(text: str, name: str) -> Iterator[FileEntry | FileProblem]:
    try:
        root = parse(text) or Node(1, [])
    except YamlError as error:
        yield FileProblem(name, error.line, error.message)
        return
    if not isinstance(root.value, list):
        yield FileProblem(name, root.line, f"found {root.kind}, expected a list of rows, each after “- ”")
        return
    for row in root.value:
        if isinstance(row.value, dict):
            values = {key: _value(node) for key, node in row.value.items() if node.value is not None}
            yield FileEntry(name, row.line, values, {key: node.line for key, node in row.value.items()}, {})
        else:
            yield FileProblem(name, row.line, f"found {row.kind}, expected a row with fields")


def _value(node: Node) -> Any:
    match node.value:
        case str():
            return node.value.strip()
        case list():
            return [_value(item) for item in node.value]
    return node.value and {}  # a mapping, which validation reports


def _csv_rows(text: str, name: str) -> Iterator[FileEntry | FileProblem]:
    rows = csv.reader(text.splitlines(keepends=True), strict=True)
    try:
        header = [cell.strip() for cell in next(rows, [])]
        for cells in rows:
            if not any(cells):
                continue
            if len(cells) != len(header):
                message = f"found {len(cells)} cells, expected {len(header)} as in the header"
                yield FileProblem(name, rows.line_num, message)
                continue
            named = zip(header, map(str.strip, cells), strict=True)
            fields = {field: _cell(field, cell) for field, cell in named if cell}
            yield FileEntry(name, rows.line_num, fields, {}, {})
    except csv.Error as error:
        yield FileProblem(name, rows.line_num, f"not CSV: {error}")


def _cell(field: str, cell: str) -> str | list[str]:
    return [part.strip() for part in cell.split(LIST_SEPARATOR)] if field == "aliases" else cell


READERS = {".yaml": _yaml_rows, ".yml": _yaml_rows, ".csv": _csv_rows}
