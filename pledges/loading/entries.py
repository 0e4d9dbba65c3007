"""One pledge as it stands in a file, whatever the format: text by field, with its statement inlined."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .problems import Problem


@dataclass(frozen=True, slots=True)
class Entry:
    file: str
    line: int
    fields: dict[str, Any]
    # For YAML, where each field has a line of its own, and a name of its own level.
    lines: Mapping[str, int]
    names: Mapping[str, str]

    def problem(self, field: str, message: str) -> Problem:
        ref = "" if field in self.names else self.fields.get("ref")
        return Problem(
            self.file,
            self.lines.get(field, self.line),
            message,
            ref=ref if isinstance(ref, str) else "",
            field=self.names.get(field, field),
        )


def not_utf8(line: bytes, error: UnicodeDecodeError) -> str:
    if line.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "the file is in UTF-16; save it as UTF-8"
    return f"not UTF-8 at byte {error.start + 1} of the line; save the file as UTF-8"
