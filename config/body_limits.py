"""How large the body of a request may be."""

import re

from django.conf import settings

from pledges.api.http.parsers import MAX_UPLOAD

# What accepts files: the form of a follow-up, the imports of spreadsheets, the text of a document, and evidence through
# the API.
UPLOAD_PATH = re.compile(
    r"/admin/pledges/(followup/(add|import|[0-9]+/change)|pledge/import|document/[0-9]+/pledges)/"
    r"|/api/v1/follow-ups/[0-9]+/evidence/"
)


def body_limit(path: str) -> int:
    """Return how many bytes the body of a request for a path may have."""
    return MAX_UPLOAD if UPLOAD_PATH.fullmatch(path) else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
