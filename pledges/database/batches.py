"""Many of anything, some at a time."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Lists of so many items each, and one of those that are left."""
    remaining = iter(items)
    while batch := list(islice(remaining, size)):
        yield batch
