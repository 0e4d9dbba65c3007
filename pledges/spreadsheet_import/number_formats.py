"""Number formats of cells: days in East Asian formats, and formats that show another number than the stored one.

openpyxl recognizes the formats of days, but does not apply formats to numbers.
"""

import re
from dataclasses import dataclass

from openpyxl.styles.numbers import is_date_format, is_timedelta_format

# Built-in formats without a code in the file; Excel in Chinese, Japanese and Korean shows days and times by them.
EAST_ASIAN_DATES = frozenset({*range(27, 37), *range(50, 59)})
# Text in quotes, an escaped character, a space as wide as a character, a repeated one; a color, condition or currency.
LITERAL = re.compile(r'"([^"]*)"|[\\!](.)|_.|\*.|\[(?:\$([^\]-]*)[^\]]*|[^\]]*)\]')
SECTION_BREAK = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')
CONDITION = re.compile(r"\[[<>=]")
TIME = re.compile("[hs]|上午|下午", re.IGNORECASE)
SCALING_COMMA = re.compile(r"[0#?],+(?![0#?,])")
PLACEHOLDER = re.compile(r"[0#?@]|General", re.IGNORECASE)
SIGN = re.compile("[-−(（]")
DIGIT = re.compile("[0-9０-９.．]")
CODE = re.compile(r"General|E[+-]|[0#?@.,/%+()\s-]", re.IGNORECASE)  # what is no text of its own
FIXED = re.compile(r"[^0#?./E]*[0#?,]*[0#?](?:\.([0#?]*))?[^0#?./E]*")
NO_UNIT = re.compile(r"[\s()+\-¥￥$€]")


@dataclass(frozen=True, slots=True)
class NumberFormat:
    code: str
    is_east_asian_date: bool = False

    @property
    def is_date(self) -> bool:
        # openpyxl does not know ! as an escape: 0!m is no date.
        is_date = is_date_format(self.code) and is_date_format(LITERAL.sub("", self.code))
        return self.is_east_asian_date or self.is_duration or bool(is_date)

    @property
    def is_duration(self) -> bool:
        return bool(is_timedelta_format(self.code))

    @property
    def has_time(self) -> bool:
        return TIME.search(LITERAL.sub("", self.code)) is not None

    def is_percent(self, number: float) -> bool:
        """Whether the number is shown times 100."""
        return any("%" in LITERAL.sub("", section) for section in self._sections(number))

    def is_rescaled(self, number: float) -> bool:
        """Whether another number is shown, as by 0!.0,"万", or no number, or a negative one without its sign."""
        sections = self._sections(number)
        hides_sign = number < 0 and SECTION_BREAK.search(self.code) and not any(map(SIGN.search, sections))
        return bool(hides_sign) or any(_is_rescaled(section, number) for section in sections)

    def affix(self, number: float) -> str:
        """Return the text that is shown beside the number, without spaces, signs and currency symbols."""
        return "".join(dict.fromkeys(NO_UNIT.sub("", _text(section)) for section in self._sections(number)))

    def decimals(self, number: float) -> int | None:
        """Return how many decimals are shown, or None if that depends on the number."""
        fixed = FIXED.fullmatch(LITERAL.sub("", self._sections(number)[0]))
        return len(fixed.group(1) or "") if fixed else None

    def _sections(self, number: float) -> list[str]:
        """Return the section of the format for a positive, negative or zero number; all if they have conditions."""
        sections = SECTION_BREAK.split(self.code)[:3]
        if CONDITION.search(self.code):
            return sections
        index = 0 if number > 0 else 1 if number < 0 else 2
        return [sections[index] if index < len(sections) else sections[0]]


def _text(section: str) -> str:
    literals = "".join("".join(filter(None, match.groups())) for match in LITERAL.finditer(section))
    return literals + CODE.sub("", LITERAL.sub("", section))


def _is_rescaled(section: str, number: float) -> bool:
    code = LITERAL.sub("", section)
    return (
        SCALING_COMMA.search(code) is not None
        or code.count("%") > 1
        or DIGIT.search(_text(section)) is not None
        or (number != 0 and not PLACEHOLDER.search(code))
    )
