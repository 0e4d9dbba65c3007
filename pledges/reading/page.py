"""The text of a page, whatever the format of its file."""

from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _


class ReadingError(Exception):
    """A file or link can't be read. The message says why and what to do, in the language of the user."""


@dataclass(frozen=True, slots=True)
class Page:
    text: str
    format: str
    """`text`, `html`, `pdf` or `docx`."""
    title: str = ""
    encoding: str = ""
    """The encoding of a text file, such as `GB18030`."""
    warnings: tuple[str, ...] = ()
    """What has to be checked, in the language of the user."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Page":
        return cls(**data | {"warnings": tuple(data["warnings"])})


def protected() -> ReadingError:
    return ReadingError(_("This file is protected with a password. Remove the password and save the file again."))
