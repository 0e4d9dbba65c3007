"""JSON Lines: one pledge a line with its statement inlined, read in flat memory."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pledges.importer.file_entry import Entry, not_utf8
from pledges.importer.file_problems import Problem, shown

LONGEST_LINE = 1_000_000


def read(path: Path, name: str) -> Iterator[Entry | Problem]:
    number = 0
    has_entries = False
    with path.open("rb") as file:
        while raw := file.readline(LONGEST_LINE + 1):
            number += 1
            if len(raw) > LONGEST_LINE:
                has_entries = True
                yield Problem(name, number, f"a line of over {LONGEST_LINE} bytes; expected one pledge a line")
                while raw and not raw.endswith(b"\n"):
                    raw = file.readline(LONGEST_LINE)
                continue
            if not raw.strip():
                continue
            has_entries = True
            yield _entry(name, number, raw)
    if not has_entries:
        yield Problem(name, 0, "the file is empty; expected one pledge a line")


def _entry(name: str, number: int, raw: bytes) -> Entry | Problem:
    try:
        text = raw.decode("utf-8-sig" if number == 1 else "utf-8")
        # Numbers stay text: a float would round them.
        fields = json.loads(text, object_pairs_hook=_unique, parse_float=str, parse_int=str, parse_constant=str)
    except UnicodeDecodeError as error:
        return Problem(name, number, not_utf8(raw, error))
    except (ValueError, RecursionError) as error:
        return Problem(name, number, f"not JSON: {error}")
    if not isinstance(fields, dict):
        return Problem(name, number, f"found {shown(text.strip())}, expected an object with one pledge")
    return Entry(name, number, {key: value for key, value in fields.items() if value is not None}, {}, {})


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"duplicate key “{next(key for key in keys if keys.count(key) > 1)}”")
    return fields
