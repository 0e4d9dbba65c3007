"""A pledge as read from a file of any format, with the fields of its statement and document."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pledges.domain.identifiers import is_reference
from pledges.importer.file_problems import FileProblem
from pledges.lookups.wording import MAX_NAME_LENGTH


@dataclass(frozen=True, slots=True)
class FileEntry:
    """An unvalidated entry.

    `lines` has the line of each field, and `names` has its name in messages, such as `document.title`. Both
    are empty for JSON Lines, where an entry is one line.
    """

    file: str
    line: int
    fields: dict[str, Any]
    lines: Mapping[str, int]
    names: Mapping[str, str]

    @property
    def ref(self) -> str:
        """The reference; empty if it is missing or malformed."""
        ref = self.fields.get("ref")
        return ref if isinstance(ref, str) and is_reference(ref) else ""

    def problem(self, field: str, message: str) -> FileProblem:
        return FileProblem(
            self.file,
            self.lines.get(field, self.line),
            message,
            ref="" if field in self.names else self.ref,
            field=self.names.get(field, field[:MAX_NAME_LENGTH]),
        )


def utf8_error_message(line: bytes, error: UnicodeDecodeError) -> str:
    if line.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "the file is in UTF-16; save it as UTF-8"
    return f"not UTF-8 at byte {error.start + 1} of the line; save the file as UTF-8"
