"""Links to web pages: one http or https URL each."""

import re

from pledges.domain.text import CONTROLS, INVISIBLE, NONCHARACTERS

# The patterns have no anchors, and PostgreSQL reads them alike. The second one finds several links in one text. A URL
# in a path or query, as in those of web archives, is part of one link.
_NEVER = rf"\s{CONTROLS}{NONCHARACTERS}{INVISIBLE}"
LINK = rf"https?://[^/?#@{_NEVER}]+([/?#][^{_NEVER}]*)?"
FURTHER_LINK = r"[^/?=&#:]https?://"


def is_link(text: str) -> bool:
    """Return whether a text is one http or https URL, without user name and password."""
    is_one_url = re.fullmatch(LINK, text, re.IGNORECASE) is not None
    return is_one_url and re.search(FURTHER_LINK, text, re.IGNORECASE) is None
