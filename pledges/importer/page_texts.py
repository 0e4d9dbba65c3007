"""The full texts of newspaper pages, in which quotes are looked up."""

from functools import lru_cache
from pathlib import Path

from pledges.domain.text import clean_text, for_comparison
from pledges.models import Document


class UnreadableTextError(Exception):
    """A page text can't be read. The message has the file and the reason."""


class PageTexts:
    """The page texts of one folder, in files named `<slug of the document>.txt`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # The pledges of a page are adjacent in a file, so that a few cached pages suffice.
        self.for_comparison = lru_cache(maxsize=16)(self._for_comparison)

    def read(self, document: str) -> str:
        path = self.folder / f"{document}.txt"
        try:
            text = path.read_text(encoding="utf-8-sig")
        except OSError as error:
            raise UnreadableTextError(f"no text of this page: {path}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise UnreadableTextError(f"the text of this page is not UTF-8: {path}") from error
        if "\x00" in text:
            raise UnreadableTextError(f"the text of this page has a NUL character: {path}")
        return clean_text(text)

    def _for_comparison(self, document: str) -> str:
        return for_comparison(self.read(document))


class StoredTexts:
    """The page texts of the record. Most pages have none."""

    def __init__(self) -> None:
        self.for_comparison = lru_cache(maxsize=16)(self._for_comparison)

    def _for_comparison(self, document: str) -> str | None:
        text = Document.objects.filter(slug=document).values_list("text", flat=True).first()
        return for_comparison(text) if text else None
