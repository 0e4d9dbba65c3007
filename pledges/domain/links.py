"""Links to web pages: one http or https URL each."""

import re
from urllib.parse import urlsplit

import idna

from pledges.domain.text import CONTROLS, INVISIBLE, NONCHARACTERS

# The patterns have no anchors, and PostgreSQL reads them alike. The second one finds several links in one text. A URL
# in a path or query, as in those of web archives, is part of one link.
_NEVER = rf"\s{CONTROLS}{NONCHARACTERS}{INVISIBLE}"
LINK = rf"https?://[^/?#@{_NEVER}]+([/?#][^{_NEVER}]*)?"
FURTHER_LINK = r"[^/?=&#:]https?://"


def is_link(text: str) -> bool:
    """Return whether a text is one http or https URL, without user name and password, of a host that can exist."""
    is_one_url = re.fullmatch(LINK, text, re.IGNORECASE) is not None
    return is_one_url and re.search(FURTHER_LINK, text, re.IGNORECASE) is None and _has_valid_host(text)


def _has_valid_host(url: str) -> bool:
    try:
        parts = urlsplit(url)
        ascii_host(parts.hostname or "")
        port = parts.port
    except ValueError:
        return False
    return port is None or port > 0


def ascii_host(host: str) -> str:
    """Return a host by IDNA 2008. Raise ValueError if there can be no such host.

    Python's own codec has IDNA 2003, by which ⓔxample.com and faß.de are hosts of other owners.
    """
    is_plain = host.isascii() and "xn--" not in host
    return host if is_plain else idna.encode(host).decode()
