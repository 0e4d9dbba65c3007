"""The full texts of newspaper pages, in which quotes are looked up."""

from functools import lru_cache
from pathlib import Path

from pledges.domain.quotes import PageText
from pledges.domain.text import clean_text
from pledges.models import Document

# A page of a newspaper has 50 kB, a long report 500 kB.
MAX_BYTES = 2_000_000


class UnreadableTextError(Exception):
    """A page text can't be read. The message has the file and the reason."""


class PageTexts:
    """The page texts of one folder, in files named `<slug of the document>.txt`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # The pledges of a page are adjacent in a file, so that a few cached pages suffice.
        self.page = lru_cache(maxsize=16)(self._page)

    def read(self, document: str) -> str:
        path = self.folder / f"{document}.txt"
        try:
            if path.stat().st_size > MAX_BYTES:
                raise UnreadableTextError(f"the text of this page has over {MAX_BYTES} bytes: {path}")
            text = path.read_text(encoding="utf-8-sig")
        except OSError as error:
            raise UnreadableTextError(f"no text of this page: {path}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise UnreadableTextError(f"the text of this page is not UTF-8: {path}") from error
        if "\x00" in text:
            raise UnreadableTextError(f"the text of this page has a NUL character: {path}")
        return clean_text(text)

    def _page(self, document: str) -> PageText:
        return PageText(self.read(document))


class StoredTexts:
    """The page texts of the record. Most pages have none."""

    def __init__(self) -> None:
        self.page = lru_cache(maxsize=16)(self._page)

    def _page(self, document: str) -> PageText | None:
        text = Document.objects.filter(slug=document).values_list("text", flat=True).first()
        return PageText(text) if text else None
