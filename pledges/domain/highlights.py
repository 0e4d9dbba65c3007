"""Divide a text into the stretches that are highlighted in it, and those between."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple


class Stretch(NamedTuple):
    text: str
    marks: list[int]
    """The numbers of the spans that cover the stretch; none between them."""


def divide(text: str, spans: Iterable[tuple[int, int] | None]) -> Iterator[Stretch]:
    """Yield the text in stretches, each covered by the same spans. Spans can overlap; None is one of no length."""
    known = [(number, *span) for number, span in enumerate(spans) if span]
    edges = sorted({0, len(text), *(edge for _number, *span in known for edge in span)})
    for start, end in pairwise(edges):
        yield Stretch(text[start:end], [number for number, first, last in known if first <= start and end <= last])
