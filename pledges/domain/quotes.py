"""Find quotes in the text of a page, which has other line breaks, and perhaps other spaces and dots."""

import re

from pledges.domain.text import for_comparison

# Digits on both sides of a line break are one number in a narrow column, or two.
_BREAK_IN_NUMBER = re.compile(r"(?<=\d)[^\S\n]*\n\s*(?=\d)")
_NUMBER = re.compile(r"\d+")
_CUT_AT_START = re.compile(r"\d[.．]?\Z")
_CUT_AT_END = re.compile(r"[.．]?\d|,\d{3}(?!\d)")
_GROUP = re.compile(r"\d{3}(?!\d)")


class PageText:
    """The text of a page, in which quotes are looked up regardless of white space, selectors and kinds of dots.

    The numbers of a quote are whole ones of the page: 5亿元 is not in 385亿元, and 125亿元 not in two cells 12 5亿元.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._compared = for_comparison(text)
        self._positions = [position for position, character in enumerate(text) if for_comparison(character)]

    def find(self, quote: str) -> tuple[int, int] | None:
        """Return where a quote starts and ends in `text`, or None if it is not there."""
        wanted = for_comparison(quote)
        found = self._compared.find(wanted) if wanted else -1
        while found >= 0:
            start, end = self._positions[found], self._positions[found + len(wanted) - 1] + 1
            if not self._cuts_number(start, end) and _has_numbers_of(self.text[start:end], quote):
                return start, end
            found = self._compared.find(wanted, found + 1)
        return None

    def has_only_in_other_numbers(self, quote: str) -> bool:
        return for_comparison(quote) in self._compared and self.find(quote) is None

    def _cuts_number(self, start: int, end: int) -> bool:
        before, after = self.text[max(0, start - 2) : start], self.text[end : end + 5]
        is_group = before.endswith(",") and before[:1].isdecimal() and _GROUP.match(self.text, start)
        return bool(
            (self.text[start].isdecimal() and (is_group or _CUT_AT_START.search(before)))
            or (self.text[end - 1].isdecimal() and _CUT_AT_END.match(after))
        )


def _has_numbers_of(found: str, quote: str) -> bool:
    numbers = _NUMBER.findall(quote)
    return any(numbers == _NUMBER.findall(_BREAK_IN_NUMBER.sub(gap, found)) for gap in ("", " "))
