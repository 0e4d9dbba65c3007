"""Read the article of a web page, without its navigation."""

import re
from copy import deepcopy

import trafilatura
from trafilatura.settings import DEFAULT_CONFIG

from pledges.reading.encodings import decode
from pledges.reading.page import Page

_TAG = re.compile(rb"<(?:!doctype\s+html|html|head|body|meta|title|div|p|table|article)\b", re.IGNORECASE)
# Below 250 characters it would return the whole page, but a Chinese article can be shorter.
_CONFIG = deepcopy(DEFAULT_CONFIG)
_CONFIG["DEFAULT"]["MIN_EXTRACTED_SIZE"] = "20"
_START = 4096  # bytes in which a page shows what it is


def is_html(content: bytes) -> bool:
    """Return whether bytes, of any encoding that extends ASCII, begin as a web page does."""
    start = content[:_START].removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith(b"<") and bool(_TAG.search(start))


def read_html(content: bytes) -> Page:
    """Return the article with its title. Raises UnicodeError if the encoding is unknown."""
    text, encoding = decode(content)
    article = trafilatura.extract(text, include_comments=False, favor_recall=True, fast=True, config=_CONFIG)
    metadata = trafilatura.extract_metadata(text)
    return Page(article or trafilatura.html2txt(text), "html", (metadata.title or "") if metadata else "", encoding)
