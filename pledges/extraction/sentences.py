"""A sentence with its figures and times, and which time governs a figure."""

import re
from dataclasses import dataclass
from typing import NamedTuple

from pledges.extraction.numbers import Number
from pledges.extraction.times import Time

_CLAUSE_END = re.compile("[，；。：！？\t\n]|$")
_CLAUSE_STARTS = "，；。：！？\t\n"
_FINISHES = re.compile("(?:全部|全面|基本)?(?:完工|完成|建成|竣工|投产|到位|通车|投用|开工|交付|改造|投入)")
_OWN_SUBJECT = re.compile("[^，。；]{5,}$")
_ALL_BEFORE = re.compile("以上|上述|均|全部")
_PAUSE = re.compile("[，；：。]")
_COMMA = re.compile("[，；]")
_LIST_PAUSE = re.compile("[，；：]")
_TWO_COMMAS = re.compile("，.*，")
_OPENING = re.compile("[：；](?:[^，；：]{0,6})$")


class Clause(NamedTuple):
    """Where the clause of a figure begins and ends, and the part between semicolons that it stands in."""

    start: int
    end: int
    part: int
    part_end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text[start:end]` with its words of time and its figures, in order."""

    text: str
    start: int
    end: int
    times: list[Time]
    numbers: list[Number]
    plan_year: int
    is_interview: bool = False

    def clause_start(self, offset: int) -> int:
        text = self.text
        start = self.start
        for mark in _CLAUSE_STARTS:
            start = max(start, text.rfind(mark, start, offset) + 1)
        return start

    def clause_end(self, offset: int) -> int:
        match = _CLAUSE_END.search(self.text, offset, self.end)
        return match.start() if match else self.end

    def clause(self, number: Number) -> Clause:
        part_end = self.text.find("；", number.end, self.end)
        return Clause(
            self.clause_start(number.start),
            self.clause_end(number.end),
            max(self.start, self.text.rfind("；", self.start, number.start) + 1),
            self.end if part_end < 0 else part_end,
        )

    def time_of(self, number: Number, clause: Clause) -> tuple[Time | None, str]:
        """Return the time that governs a figure: of its clause, of a last clause behind it, or of what precedes it."""
        times = [time for time in self.times if time.kind != "compared"]
        own = [time for time in times if clause.start <= time.start < clause.end]
        if own:
            earlier = [time for time in own if time.end <= number.start]
            return (earlier[-1] if earlier else own[0]), "a time in the clause"
        for time in times:
            if number.end <= time.start and self._finishes_list(time, number, clause):
                return time, "a time behind the list"
        for time in reversed(times):
            if time.end <= number.start and self._governs(time, clause):
                return time, "a time before it in the sentence"
        return None, ""

    def lasting_time(self) -> Time | None:
        """Return the time that governs the next sentence as well: 今年, 2025年, but not 到2027年 in passing."""
        return next((time for time in reversed(self.times) if self._lasts(time)), None)

    def _lasts(self, time: Time) -> bool:
        if time.kind == "past":
            return True
        if time.kind == "within" and time.deadline.endswith("12-31"):
            return not _PAUSE.search(self.text, self.start, time.start)
        if time.kind != "year" or not time.deadline.endswith("12-31"):
            return False
        return time.year == self.plan_year or not _COMMA.search(self.text, self.start, time.start)

    def _finishes_list(self, time: Time, number: Number, clause: Clause) -> bool:
        """Return whether a clause without figures says until when a list before it is to be done: 9月底前全部完工."""
        start, end = self.clause_start(time.start), self.clause_end(time.end)
        if time.kind == "past" or any(start <= other.start < end for other in self.numbers):
            return False
        if not _FINISHES.search(self.text, time.end, end):
            return False
        if _ALL_BEFORE.search(self.text, start, end) and number.end <= start:
            return True
        between = self.text[number.end : start].rstrip("，")
        has_own_subject = _OWN_SUBJECT.match(self.text[start : time.start])
        return start < clause.part_end and not _TWO_COMMAS.search(between) and not has_own_subject

    def _governs(self, time: Time, clause: Clause) -> bool:
        """Return whether a time governs what follows its clause. A month governs no more than its own list."""
        before = self.text[self.start : time.start]
        is_in_part = time.start >= clause.part
        is_first = not _LIST_PAUSE.search(before) or (is_in_part and bool(_OPENING.search(before)))
        if time.kind == "past":
            return True
        is_whole_year = time.deadline.endswith("12-31")
        if time.kind == "year":
            return is_first or (is_whole_year and (time.year == self.plan_year or is_in_part))
        return (is_in_part and is_first) or (is_whole_year and (is_in_part or not self.is_interview))
