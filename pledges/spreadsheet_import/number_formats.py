"""Number formats of cells: days in East Asian formats, and formats that show another number than the stored one.

openpyxl recognizes the formats of days, but does not apply formats to numbers.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from operator import eq, ge, gt, le, lt, ne

from openpyxl.styles.numbers import is_date_format, is_timedelta_format

# Built-in formats without a code in the file; Excel in Chinese, Japanese and Korean shows days and times by them.
EAST_ASIAN_DATES = frozenset({*range(27, 37), *range(50, 59)})
# Those of them that Excel in Chinese shows as 2024年12月.
CHINESE_MONTHS = frozenset({27, 36, 50, 52, 57})
# Text in quotes, an escaped character, a space as wide as a character, a repeated one; a color, condition or currency.
LITERAL = re.compile(r'"([^"]*)"|[\\!](.)|_.|\*(.)|\[(?:\$([^\]-]*)[^\]]*|[^\]]*)\]')
QUOTED = re.compile('"[^"]*"')
SECTION_BREAK = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')
CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?[0-9.]+)\]")
COMPARISONS = {"<": lt, "<=": le, ">": gt, ">=": ge, "=": eq, "<>": ne}
TIME = re.compile("[hs]|上午|下午", re.IGNORECASE)
SCALING_COMMA = re.compile(r"[0#?],+(?![0#?,])")
TOKEN = re.compile(rf"{LITERAL.pattern}|(?P<digit>General|[0#?@])|(?P<code>E[+-]|[.,/%\s])|.", re.IGNORECASE)
MINUS = re.compile("[-\u2010-\u2015−﹣－△▲▽▼]")
IN_PARENTHESES = re.compile("[(（][^()（）]*[)）]")
PARENTHESIS = re.compile("[()（）]")
DIGIT = re.compile("[0-9０-９.．]")
CODE = re.compile(r"General|E[+-]|[0#?@.,/%+()\s-]", re.IGNORECASE)  # what is no text of its own
FIXED = re.compile(r"[^0#?./E]*[0#?,]*[0#?](?:\.([0#?]*))?[^0#?./E]*")
NO_UNIT = re.compile(rf"[\s()（）+¥￥$€]|{MINUS.pattern}")
TO_ASCII_PARENTHESES = str.maketrans("（）", "()")
BRACKETS = re.compile(r"\[[^\]]*\]")
DAY_NUMBER = re.compile(
    r"""[0#]+(?:-|年|[\\!][-/.年]|"[-/.年]")[0#]{2}(?:-|月|[\\!][-/.月]|"[-/.月]")[0#]{2}(?:日|[\\!]日|"日")?"""
)
EIGHT_DIGITS = re.compile("[0-9]{8}")
SAMPLES = (-1e12, -1, 1, 1e12)  # numbers for which a format can have different sections


@dataclass(frozen=True, slots=True)
class NumberFormat:
    code: str
    number: int = 0  # that of a built-in format; others begin at 164

    @property
    def is_date(self) -> bool:
        # openpyxl does not know ! as an escape: 0!m is no date.
        is_date = is_date_format(self.code) and is_date_format(LITERAL.sub("", self.code))
        return self.number in EAST_ASIAN_DATES or self.is_duration or bool(is_date)

    @property
    def is_duration(self) -> bool:
        return bool(is_timedelta_format(self.code))

    @property
    def is_month(self) -> bool:
        """Whether a month is shown, or can be: programs store the first day of it."""
        if self.number in EAST_ASIAN_DATES:
            return self.number in CHINESE_MONTHS
        code = LITERAL.sub("", self.code).lower()
        return "m" in code and "y" in code and "d" not in code

    @property
    def has_time(self) -> bool:
        return TIME.search(LITERAL.sub("", self.code)) is not None

    def is_percent(self, number: float) -> bool:
        """Whether the number is shown times 100."""
        return any("%" in LITERAL.sub("", section) for section in self._sections(number))

    def is_rescaled(self, number: float) -> bool:
        """Whether another number than the stored one is shown, as by 0!.0,"万", -0 and 0-00, or none."""
        return any(
            _is_rescaled(section, number, has_own_sign=number < 0 and not is_signed)
            for section, is_signed in self._sections_with_signs(number)
        )

    @property
    def is_rescaling(self) -> bool:
        """Whether some numbers are shown as other numbers, or with a text."""
        return any(self.is_rescaled(each) or self.is_percent(each) or bool(self.affix(each)) for each in SAMPLES)

    def day(self, number: float) -> date | None:
        """Return the day that a number such as 20241231 is shown as, by 0000-00-00; None if it is not shown as one."""
        digits = f"{number:.15g}"
        if not (DAY_NUMBER.fullmatch(BRACKETS.sub("", self._sections(number)[0])) and EIGHT_DIGITS.fullmatch(digits)):
            return None
        try:
            return date.fromisoformat(digits)
        except ValueError:
            return None

    def affix(self, number: float) -> str:
        """Return the text that is shown beside the number, without spaces, signs and currency symbols."""
        return "".join(dict.fromkeys(NO_UNIT.sub("", _text(section)) for section in self._sections(number)))

    def decimals(self, number: float) -> int | None:
        """Return how many decimals are shown, or None if that depends on the number."""
        fixed = FIXED.fullmatch(LITERAL.sub("", self._sections(number)[0]))
        return len(fixed.group(1) or "") if fixed else None

    def _sections(self, number: float) -> list[str]:
        """Return the section of the format for a number; with conditions, those that can be the one."""
        return [section for section, _is_signed in self._sections_with_signs(number)]

    def _sections_with_signs(self, number: float) -> list[tuple[str, bool]]:
        """Return the sections, each with whether programs write the minus sign of a negative number themselves."""
        sections = SECTION_BREAK.split(self.code)[:3]
        conditions = [CONDITION.search(QUOTED.sub("", section)) for section in sections]
        if any(conditions):
            for section, condition in zip(sections, conditions, strict=True):
                if condition and COMPARISONS[condition[1]](number, float(condition[2])):
                    return [(section, False)]
            others = [(section, True) for section, condition in zip(sections, conditions, strict=True) if not condition]
            return others or [("", True)]
        index = 0 if number > 0 else 1 if number < 0 else 2
        return [(sections[index] if index < len(sections) else sections[0], index >= len(sections))]


def _text(section: str) -> str:
    literals = "".join("".join(filter(None, match.groups())) for match in LITERAL.finditer(section))
    return literals + CODE.sub("", LITERAL.sub("", section))


def _is_rescaled(section: str, number: float, *, has_own_sign: bool) -> bool:
    """Whether a section shows another number. With `has_own_sign`, it has to show the sign of a negative number."""
    code = LITERAL.sub("", section)
    if SCALING_COMMA.search(code) or code.count("%") > 1 or DIGIT.search(_text(section)):
        return True
    before, digits, after = _around_digits(section)
    if number == 0 and not re.search("0|@|General", code, re.IGNORECASE):
        return MINUS.search(before + digits + after) is None  # a dash stands for zero
    if not digits or digits.strip("\0 "):
        return True
    minuses = len(MINUS.findall(before + after))
    opened, closed = IN_PARENTHESES.sub("", before), IN_PARENTHESES.sub("", after)
    parentheses = "".join(PARENTHESIS.findall(opened + closed)).translate(TO_ASCII_PARENTHESES)
    if not has_own_sign:
        return minuses > 0 or parentheses != ""
    return not (minuses == 1 and MINUS.search(before) and not parentheses) and (minuses, parentheses) != (0, "()")


def _around_digits(section: str) -> tuple[str, str, str]:
    """Return what is shown before, between and after the digits, each of which becomes a NUL character."""
    shown = "".join(_shown(section))
    first, last = shown.find("\0"), shown.rfind("\0") + 1
    return (shown, "", "") if first < 0 else (shown[:first], shown[first:last], shown[last:])


def _shown(section: str) -> Iterator[str]:
    for token in TOKEN.finditer(section):
        if token["digit"]:
            yield "\0"
        elif token.lastgroup is None and token.lastindex is None and len(token[0]) == 1:
            yield token[0]
        elif not token["code"]:
            yield "".join(filter(None, token.groups()))
