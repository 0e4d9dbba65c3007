"""Refuse headlines, and what an interview says a second time."""

from collections.abc import Sequence

from pledges.extraction.candidate import Candidate
from pledges.extraction.page import Page, Paragraph

MAX_HEADLINE = 40
MIN_QUOTE = 8


def is_headline(page: Page, paragraph: Paragraph) -> bool:
    """Return whether a paragraph is a headline: a short line without a pause."""
    text = page.text[paragraph.start : paragraph.end]
    return text.startswith("#") or (len(text) <= MAX_HEADLINE and not any(mark in text for mark in "，。；：、"))


def refuse_repeats(candidates: Sequence[Candidate]) -> None:
    """Lower the confidence of what a page says again: in one interview, or word for word in a damaged page."""
    seen: dict[tuple[object, ...], list[str]] = {}
    quotes: set[tuple[str, str]] = set()
    for candidate in candidates:
        if not candidate.is_commitment or not candidate.post:
            continue
        unit = candidate.unit.rstrip("元")
        labels = seen.setdefault((candidate.speaker, candidate.value, unit, candidate.measure), [])
        magnitudes = seen.setdefault((candidate.speaker, candidate.value, unit), [])
        is_vague = candidate.unit.startswith("亿") and candidate.value in {100, 1000} and not candidate.deadline
        is_same_metric = any(_alike(candidate.label, label) for label in labels)
        words = (candidate.quote, candidate.label)
        if is_same_metric or (magnitudes and is_vague) or (len(candidate.quote) > MIN_QUOTE and words in quotes):
            candidate.confidence = 0.1
            candidate.reasons.append("said before")
        labels.append(candidate.label)
        magnitudes.append(candidate.label)
        quotes.add(words)


def _alike(one: str, other: str) -> bool:
    pairs = [{label[index : index + 2] for index in range(len(label) - 1)} for label in (one, other)]
    return bool(pairs[0] and pairs[1]) and len(pairs[0] & pairs[1]) >= 0.6 * min(map(len, pairs))
