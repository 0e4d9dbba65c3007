"""Errors in input files, with messages that help the author of a file to correct it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

# More than a person reads. A file with a million bad lines must not fill the memory.
MAX_PROBLEMS = 1000
# Finding similar names takes long, and nobody reads it of hundreds of errors.
MAX_SUGGESTIONS = 100


@dataclass(frozen=True, slots=True, order=True)
class FileProblem:
    """An error and its place. Line 0 is the whole file. The message has the value found and the value expected."""

    file: str
    line: int
    message: str
    ref: str = ""
    field: str = ""
    is_new_name: bool = False
    """Whether the record lacks the name, so that it could be added."""

    def __str__(self) -> str:
        return ": ".join(part for part in (place(self.file, self.line), self.ref, self.field, self.message) if part)


def place(file: str, line: int) -> str:
    """Return a line as a compiler writes it, `page.yaml:12`. Line 0 is the whole file. Without a file, it is a row."""
    if not file and line:
        return _("row %(number)d") % {"number": line}
    return f"{file}:{line}" if line else file


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
