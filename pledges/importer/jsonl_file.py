"""Read JSON Lines in constant memory. Each line has a pledge with the fields of its statement and document."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pledges.importer.file_entry import FileEntry, utf8_error_message
from pledges.importer.file_problems import FileProblem
from pledges.lookups.wording import format_value

MAX_LINE_BYTES = 1_000_000


def read(path: Path, name: str) -> Iterator[FileEntry | FileProblem]:
    number = 0
    has_entries = False
    with path.open("rb") as file:
        while raw := file.readline(MAX_LINE_BYTES + 1):
            number += 1
            if len(raw) > MAX_LINE_BYTES:
                has_entries = True
                yield FileProblem(name, number, f"longer than {MAX_LINE_BYTES} bytes; expected one pledge per line")
                while raw and not raw.endswith(b"\n"):
                    raw = file.readline(MAX_LINE_BYTES)
                continue
            if not raw.strip():
                continue
            has_entries = True
            yield _entry(name, number, raw)
    if not has_entries:
        yield FileProblem(name, 0, "the file is empty; expected one pledge per line")


def _entry(name: str, number: int, raw: bytes) -> FileEntry | FileProblem:
    try:
        text = raw.decode("utf-8-sig" if number == 1 else "utf-8")
        # Numbers are kept as text, because a float would round them.
        fields = json.loads(text, object_pairs_hook=_unique_keys, parse_float=str, parse_int=str, parse_constant=str)
    except UnicodeDecodeError as error:
        return FileProblem(name, number, utf8_error_message(raw, error))
    except (ValueError, RecursionError) as error:
        return FileProblem(name, number, f"not JSON: {error}")
    if not isinstance(fields, dict):
        return FileProblem(name, number, f"found {format_value(text.strip())}, expected an object with one pledge")
    return FileEntry(name, number, {key: value for key, value in fields.items() if value is not None}, {}, {})


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        (key, _count), *_others = Counter(key for key, _value in pairs).most_common(1)
        raise ValueError(f"duplicate key {format_value(key)}")
    return fields
