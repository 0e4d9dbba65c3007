"""The texts of the pages, where they are at hand: one file `<slug of the document>.txt` each."""

from functools import lru_cache
from pathlib import Path


class Texts:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.without_spaces = lru_cache(maxsize=16)(self._without_spaces)

    def path(self, document: str) -> Path:
        return self.folder / f"{document}.txt"

    def read(self, document: str) -> str | None:
        path = self.path(document)
        return path.read_text(encoding="utf-8-sig") if path.is_file() else None

    def _without_spaces(self, document: str) -> str | None:
        text = self.read(document)
        return None if text is None else "".join(text.split())
