"""The texts to read commitments in: a page of any kind of file, or JSON Lines with a text on each line."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pledges.reading.page import ReadingError
from pledges.reading.uploaded_files import read_uploaded_file

LINES = {".jsonl", ".ndjson"}
PAGES = {".txt", ".html", ".htm", ".pdf", ".docx"}


@dataclass(frozen=True, slots=True)
class TextToRead:
    """A text with what is known of it. `date` is an ISO date, month, year or interval; the last three may be empty."""

    document: str
    text: str
    date: str = ""
    place: str = ""
    kind: str = ""


def texts_to_read(file: Path, *, date: str = "", place: str = "", kind: str = "") -> Iterator[TextToRead]:
    """Yield the texts of a file. What a line does not say is taken from the arguments. Raises ReadingError, OSError."""
    content = file.read_bytes()
    if file.suffix.lower() not in LINES:
        yield TextToRead(file.stem, _text(file, content), date, place, kind)
        return
    for number, line in enumerate(_decoded(file, content).split("\n"), start=1):
        if line.strip():
            entry = _entry(line, f"{file}:{number}")
            yield TextToRead(
                str(entry.get("id") or f"{file.stem}-{number}"),
                entry["text"],
                str(entry.get("date") or date),
                str(entry.get("place") or place),
                str(entry.get("kind") or kind),
            )


def holds_text(file: Path) -> bool:
    """Return whether a file has texts to read, and not pledges: a page, or lines with the key `text`."""
    if file.suffix.lower() in PAGES:
        return True
    if file.suffix.lower() not in LINES:
        return False
    with file.open(encoding="utf-8", errors="replace") as lines:
        first = next((line for line in lines if line.strip()), "")
    try:
        entry = json.loads(first)
    except ValueError:
        return False
    return isinstance(entry, dict) and "text" in entry and "quote" not in entry


def _text(file: Path, content: bytes) -> str:
    """Return the text of a page. That of a text file in UTF-8 stays as it is, since offsets count its characters."""
    if file.suffix.lower() == ".txt":
        try:
            return content.decode()
        except UnicodeDecodeError:
            pass
    try:
        return read_uploaded_file(content).text
    except ReadingError as error:
        raise ReadingError(f"{file}: {error}") from error


def _decoded(file: Path, content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise ReadingError(f"{file}: not UTF-8 (byte {error.start})") from error


def _entry(line: str, where: str) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except ValueError as error:
        raise ReadingError(f"{where}: not JSON: {error}") from error
    if not isinstance(entry, dict) or not isinstance(entry.get("text"), str):
        raise ReadingError(f"{where}: expected an object with the key `text`")
    return entry
