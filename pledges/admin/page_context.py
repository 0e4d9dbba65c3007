"""Where a quote stands on its page."""

from typing import NamedTuple

AROUND = 160


class Passage(NamedTuple):
    before: str
    quote: str
    after: str


def passage(text: str, quote: str, around: int = AROUND) -> Passage | None:
    """A quote with up to `around` characters of the page on either side; None where it isn't on the page.

    Line breaks and spaces are ignored in finding it: those of a newspaper page follow its columns.
    """
    printed = [at for at, character in enumerate(text) if not character.isspace()]
    wanted = "".join(quote.split())
    found = "".join(text[at] for at in printed).find(wanted)
    if not wanted or found < 0:
        return None
    start, end = printed[found], printed[found + len(wanted) - 1] + 1
    return Passage(
        _unbroken(text[max(0, start - around) : start]),
        _unbroken(text[start:end]),
        _unbroken(text[end : end + around]),
    )


def _unbroken(text: str) -> str:
    return "".join(text.splitlines())
