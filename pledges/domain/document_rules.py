"""Rules for the dates and links of a document, as pure functions. The database has constraints of the same names."""

from collections.abc import Iterator
from datetime import date

from pledges.domain.dates import earliest, latest


def broken_document_rules(
    *, said: str, published: str, archived_url: str, archived_on: date | None
) -> Iterator[tuple[str, str]]:
    """Yield each broken rule as (field, name of the rule).

    `said` and `published` are well-formed partial dates; `published` is empty if it is unknown.
    """
    if published and (last := latest(published)) and last < earliest(said):
        yield "published", "document_published_not_before_said"
    if bool(archived_url) != bool(archived_on):
        yield "archived_on" if archived_url else "archived_url", "document_archived_url_and_day"
    if archived_on and archived_on < earliest(said):
        yield "archived_on", "document_archived_not_before_said"
