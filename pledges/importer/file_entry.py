"""One pledge as it stands in a file, whatever the format: text by field, with its statement inlined."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pledges.importer.file_problems import Problem

REF = re.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class Entry:
    file: str
    line: int
    fields: dict[str, Any]
    # For YAML, where each field has a line of its own, and a name of its own level.
    lines: Mapping[str, int]
    names: Mapping[str, str]

    @property
    def ref(self) -> str:
        """The reference, or nothing where it isn't one."""
        ref = self.fields.get("ref")
        return ref if isinstance(ref, str) and REF.fullmatch(ref) else ""

    def problem(self, field: str, message: str) -> Problem:
        return Problem(
            self.file,
            self.lines.get(field, self.line),
            message,
            ref="" if field in self.names else self.ref,
            field=self.names.get(field, field),
        )


def not_utf8(line: bytes, error: UnicodeDecodeError) -> str:
    if line.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "the file is in UTF-16; save it as UTF-8"
    return f"not UTF-8 at byte {error.start + 1} of the line; save the file as UTF-8"
