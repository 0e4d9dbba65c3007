"""What is common to warnings about follow-ups and about pledges."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self


@dataclass(frozen=True)
class EntryWarning:
    """Something that is possible but probably wrong. `found` is compared with `compared`, both in any language.

    A confirmation holds for the key, and so for these values only.
    """

    code: str
    found: str
    compared: str

    sentences: ClassVar[Mapping[str, Any]]
    fields: ClassVar[Mapping[str, str]]
    """The field that each code is about."""

    @classmethod
    def from_key(cls, key: str) -> Self:
        return cls(*key.split("|", 2))

    @property
    def key(self) -> str:
        return f"{self.code}|{self.found}|{self.compared}"

    @property
    def field(self) -> str:
        return self.fields[self.code]

    def __str__(self) -> str:
        return str(self.sentences[self.code]) % {"found": self.found, "compared": self.compared}
