"""Errors in input files, with messages that help the author of a file to correct it."""

import difflib
import json
import os
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from pledges.database import chinese

# More than a person reads. A file with a million bad lines must not fill the memory.
MAX_PROBLEMS = 1000
# Finding similar names takes long, and nobody reads it of hundreds of errors.
MAX_SUGGESTIONS = 100
MAX_NAME_LENGTH = 100


@dataclass(frozen=True, slots=True, order=True)
class FileProblem:
    """An error and its place. Line 0 is the whole file. The message has the value found and the value expected."""

    file: str
    line: int
    message: str
    ref: str = ""
    field: str = ""

    def __str__(self) -> str:
        return ": ".join(part for part in (place(self.file, self.line), self.ref, self.field, self.message) if part)


def place(file: str, line: int) -> str:
    """Return a line as a compiler writes it, `page.yaml:12`. Line 0 is the whole file. Without a file, it is a row."""
    if not file and line:
        return _("row %(number)d") % {"number": line}
    return f"{file}:{line}" if line else file


def display_path(path: Path) -> str:
    """Return a path as messages name it: from the folder of the program if it is in it, otherwise from the root."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 unlike resolve(), it keeps the names of symbolic links
    return str(absolute.relative_to(settings.BASE_DIR) if absolute.is_relative_to(settings.BASE_DIR) else absolute)


@dataclass(slots=True)
class FileProblems:
    """The first `MAX_PROBLEMS` errors, and the total number."""

    kept: list[FileProblem] = field(default_factory=list)
    count: int = 0
    seen: set[FileProblem] = field(default_factory=set)

    def add(self, problem: FileProblem) -> None:
        if problem in self.seen:  # an error of a page is found again for each of its pledges
            return
        self.count += 1
        if len(self.kept) < MAX_PROBLEMS:
            self.kept.append(problem)
            self.seen.add(problem)

    def raise_if_any(self, more: Iterable[FileProblem] = ()) -> None:
        """Add more problems, then raise LoadError if any problem has been found."""
        for problem in more:
            self.add(problem)
        if self.count:
            raise LoadError(self)


class LoadError(Exception):
    """Nothing was loaded; `problems` says why."""

    def __init__(self, problems: FileProblems) -> None:
        super().__init__(f"{problems.count} problems")
        problems.kept.sort()
        self.problems = problems


def format_value(value: object, max_length: int = 60) -> str:
    """Format a value found in a file: quoted, shortened, and without characters that control a terminal."""
    match value:
        case dict():
            return _("a mapping")
        case list():
            return _("a list")
        case bool():
            return str(value).lower()
    text = str(value)
    text = text if text.isprintable() else repr(text)[1:-1]
    return f"“{text[:max_length]}…”" if len(text) > max_length else f"“{text}”"


def _fold(name: str) -> str:
    """Return a name in which other spellings of the same are equal: 亿圆, 億元 and 亿元, kwh and kWh."""
    return unicodedata.normalize("NFKC", name).casefold().translate(_simplified_characters())


@lru_cache(maxsize=1)
def _simplified_characters() -> dict[int, str]:
    tables = json.loads(Path(chinese.__file__).with_name("characters.json").read_text(encoding="utf-8"))
    return str.maketrans(tables["simplified"] | {"圆": "元", "圓": "元"})


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the end of a message, “; did you mean …?”, with similar known names, or an empty string without any.

    It takes milliseconds for each call with many known names: call it for at most `MAX_SUGGESTIONS` errors.
    """
    if len(name) > MAX_NAME_LENGTH:
        return ""
    names = list(known)
    close = [other for other in names if _fold(other) == _fold(name)]
    close = close or difflib.get_close_matches(name, names, n=3, cutoff=0.4)
    if not close:
        return ""
    return _("; did you mean %(names)s?") % {"names": _(" or ").join(f"“{name}”" for name in close)}
