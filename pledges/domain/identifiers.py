"""References and slugs, which identify rows in files and URLs. The patterns have no anchors."""

import re
from collections.abc import Container
from itertools import chain, count

REFERENCE = "[A-Za-z0-9][A-Za-z0-9._-]*"
NOT_IN_A_REFERENCE = re.compile("[^A-Za-z0-9._-]")
NOT_FIRST_IN_A_REFERENCE = (".", "-", "_")
MAX_REFERENCE_LENGTH = 64
MAX_SLUG_LENGTH = 100
# An official's slug, which is made of a name. PostgreSQL's \s lacks the ideographic space in some locales.
SLUG = "[^\\s\u3000/?#%]+"
NOT_IN_A_SLUG = re.compile("[\\s\u3000/?#%]+")
# The slug of any other row.
ASCII_SLUG = "[A-Za-z0-9_-]+"
DOT_SEGMENTS = (".", "..")  # clients remove them from a URL


def is_reference(text: str) -> bool:
    return len(text) <= MAX_REFERENCE_LENGTH and re.fullmatch(REFERENCE, text) is not None


def check_reference(text: str) -> str:
    """Return the text if its characters are those of a reference. Otherwise raise ValueError with the violated rule."""
    _reject_characters(NOT_IN_A_REFERENCE, text, expected="letters A to Z, digits, “.”, “-” and “_”")
    if text.startswith(NOT_FIRST_IN_A_REFERENCE):
        raise ValueError(f"it begins with “{text[0]}”; expected a letter or a digit at the beginning")
    return text


def check_document_slug(text: str) -> str:
    """Return the text if its characters are those of a document's slug. Otherwise raise ValueError likewise."""
    _reject_characters("[^A-Za-z0-9_-]", text, expected="letters A to Z, digits, “-” and “_”")
    return text


def check_slug(text: str) -> str:
    """Return the text if it can be the slug of an official. Otherwise raise ValueError likewise."""
    _reject_characters(NOT_IN_A_SLUG, text, expected="no spaces and none of / ? # %")
    if text in DOT_SEGMENTS:
        raise ValueError("a slug can't consist of dots")
    return text


def _reject_characters(pattern: str | re.Pattern[str], text: str, *, expected: str) -> None:
    """Raise ValueError with the first character that the pattern finds."""
    if found := re.search(pattern, text):
        named = "a space" if found[0][0].isspace() else character_name(found[0][0])
        raise ValueError(f"{named} is not allowed; expected {expected}")


def character_name(character: str) -> str:
    """Return a character in quotation marks, or its code point if it is invisible."""
    return f"“{character}”" if character.isprintable() and not character.isspace() else f"U+{ord(character):04X}"


def slug_of(name: str) -> str:
    """Turn a name into a slug: runs of characters that a URL cannot hold become hyphens."""
    return NOT_IN_A_SLUG.sub("-", name.strip())


def unused_slug(name: str, taken: Container[str], district: str = "") -> str:
    """Return a slug for a person: that of the name, or if it is taken, with the slug of the district or a number."""
    base, place = slug_of(name), f"-{district[:40]}" if district else ""
    numbered = (f"{place}-{number}" for number in count(2))
    slugs = (f"{base[: MAX_SLUG_LENGTH - len(suffix)]}{suffix}" for suffix in chain(("", place), numbered))
    return next(slug for slug in slugs if slug not in taken)
