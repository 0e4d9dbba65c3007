"""Refuse headlines, and what an interview says a second time."""

from collections.abc import Sequence

from pledges.extraction.candidate import Candidate
from pledges.extraction.page import Page, Paragraph

MAX_HEADLINE = 40


def is_headline(page: Page, paragraph: Paragraph) -> bool:
    """Return whether a paragraph is a headline: a short line without a pause."""
    text = page.text[paragraph.start : paragraph.end]
    return text.startswith("#") or (len(text) <= MAX_HEADLINE and not any(mark in text for mark in "，。；：、"))


def refuse_repeats(candidates: Sequence[Candidate]) -> None:
    """Lower the confidence of what a speaker has said before: the same value and unit of nearly the same thing."""
    seen: dict[tuple[object, ...], list[str]] = {}
    for candidate in candidates:
        if not candidate.is_commitment:
            continue
        key = (
            candidate.speaker,
            candidate.value,
            candidate.unit.rstrip("元"),
            candidate.measure if not candidate.post else "",
        )
        labels = seen.setdefault(key, [])
        is_magnitude = candidate.unit.startswith("亿") and candidate.value in {100, 1000} and bool(candidate.post)
        if labels and candidate.post and (is_magnitude or any(_alike(candidate.label, label) for label in labels)):
            candidate.confidence = 0.1
            candidate.reasons.append("said before")
        labels.append(candidate.label)


def _alike(one: str, other: str) -> bool:
    pairs = [{label[index : index + 2] for index in range(len(label) - 1)} for label in (one, other)]
    return bool(pairs[0] and pairs[1]) and len(pairs[0] & pairs[1]) >= 0.6 * min(map(len, pairs))
