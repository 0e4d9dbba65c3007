"""What is wrong with a file, said so that its author can mend it."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

# More than anybody reads; a file of a million bad lines must not fill the memory.
KEPT = 1000


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One error: where it is (line 0: the file as a whole), what was found and what was expected there."""

    file: str
    line: int
    message: str
    ref: str = ""
    field: str = ""

    def __str__(self) -> str:
        place = self.file if not self.line else f"{self.file}:{self.line}"
        return ": ".join(part for part in (place, self.ref, self.field, self.message) if part)


@dataclass(slots=True)
class Problems:
    """All that was found so far: the first thousand, and how many there are."""

    kept: list[Problem] = field(default_factory=list)
    count: int = 0
    seen: set[Problem] = field(default_factory=set)

    def add(self, problem: Problem) -> None:
        if problem in self.seen:  # what is wrong with a page is wrong for each pledge on it
            return
        self.count += 1
        if len(self.kept) < KEPT:
            self.kept.append(problem)
            self.seen.add(problem)


class LoadError(Exception):
    """Nothing was loaded; `problems` says why."""

    def __init__(self, problems: Problems) -> None:
        super().__init__(f"{problems.count} problems")
        problems.kept.sort()
        self.problems = problems


def shown(value: object, longest: int = 60) -> str:
    """A value as found in a file, shortened where it is long, and harmless to a terminal."""
    match value:
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case bool():
            return str(value).lower()
    text = str(value)
    text = text if text.isprintable() else repr(text)[1:-1]
    return f"“{text[:longest]}…”" if len(text) > longest else f"“{text}”"


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint at the known names that are most like a wrong one, or nothing."""
    close = difflib.get_close_matches(name, list(known), n=3, cutoff=0.4)
    return f"; did you mean {' or '.join(f'“{name}”' for name in close)}?" if close else ""
