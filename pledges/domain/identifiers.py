"""Patterns of references and slugs, which identify rows in files and URLs. The patterns have no anchors."""

import re

REFERENCE = "[A-Za-z0-9][A-Za-z0-9._-]*"
MAX_REFERENCE_LENGTH = 64
# Latin or Chinese. PostgreSQL's \s lacks the ideographic space in some locales.
SLUG = "[^\\s\u3000/?#%]+"
NOT_IN_A_SLUG = re.compile("[\\s\u3000/?#%]+")


def is_reference(text: str) -> bool:
    return len(text) <= MAX_REFERENCE_LENGTH and re.fullmatch(REFERENCE, text) is not None


def slug_of(name: str) -> str:
    """Turn a name into a slug: runs of characters that a URL cannot hold become hyphens."""
    return NOT_IN_A_SLUG.sub("-", name.strip())
