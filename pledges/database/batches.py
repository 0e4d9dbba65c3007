"""Split an iterable into lists of limited size."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yield lists of `size` items; the last one can be shorter. Like `itertools.batched` of Python 3.12, with lists."""
    remaining = iter(items)
    while batch := list(islice(remaining, size)):
        yield batch
