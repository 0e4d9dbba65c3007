"""JSON Lines: one JSON text a line."""

from collections.abc import Iterable, Iterator

from pledges.database.batches import batches

BATCH_SIZE = 200


def jsonl_chunks(rows: Iterable[str]) -> Iterator[str]:
    """The file in pieces of 200 rows, each of which is JSON already."""
    for batch in batches(rows, BATCH_SIZE):
        yield "\n".join([*batch, ""])
