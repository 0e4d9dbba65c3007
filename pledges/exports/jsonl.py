"""Write JSON Lines: one JSON value on each line."""

from collections.abc import Iterable, Iterator

from pledges.database.batches import batches

BATCH_SIZE = 200


def jsonl_chunks(rows: Iterable[str]) -> Iterator[str]:
    """Yield the file in pieces of 200 rows. Each row is given as JSON."""
    for batch in batches(rows, BATCH_SIZE):
        yield "\n".join([*batch, ""])
