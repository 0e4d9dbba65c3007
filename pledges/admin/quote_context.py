"""Find a quote in the text of its page, together with the text around it."""

from typing import NamedTuple

from pledges.domain.quotes import PageText

CONTEXT_LENGTH = 160


class QuoteContext(NamedTuple):
    before: str
    quote: str
    after: str


def quote_context(text: str, quote: str, length: int = CONTEXT_LENGTH) -> QuoteContext | None:
    """Return a quote with up to `length` characters before and after it, or None if it is not in the text."""
    found = PageText(text).find(quote)
    if not found:
        return None
    start, end = found
    return QuoteContext(
        _join_lines(text[max(0, start - length) : start]),
        _join_lines(text[start:end]),
        _join_lines(text[end : end + length]),
    )


def _join_lines(text: str) -> str:
    return "".join(text.splitlines())
