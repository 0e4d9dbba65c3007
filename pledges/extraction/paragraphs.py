"""Read the candidate commitments of a paragraph."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest
from operator import attrgetter

from pledges.extraction.bounds import bound_of, reversed_bound, share_bounds
from pledges.extraction.candidate import Candidate
from pledges.extraction.labels import MAX_SUBJECT, label_of, metrics_of
from pledges.extraction.lexicon import Lexicon
from pledges.extraction.measures import is_fall, measure_of, zero_unit
from pledges.extraction.numbers import Number, find_numbers
from pledges.extraction.page import Page, Paragraph
from pledges.extraction.refusals import refusal
from pledges.extraction.relative import find_relatives
from pledges.extraction.repeats import is_headline
from pledges.extraction.sections import Section
from pledges.extraction.sentences import Clause, Sentence
from pledges.extraction.speakers import Speakers
from pledges.extraction.strength import strength_at
from pledges.extraction.tense import is_of_the_past
from pledges.extraction.tiers import tier_of
from pledges.extraction.times import Time, find_times

# Each alternative begins with a character, not with a class: only then is the text scanned quickly.
HINT = re.compile("|".join("0123456789零〇一二两三四五六七八九十百千万亿") + "|清零|归零|过半|消除|翻番|高于|快于|同步")
_SENTENCE = re.compile(r"[^。！？\n]{0,500}[。！？]?[”’]?")  # a longer one is divided, which bounds the time
_ENUMERATOR = re.compile("[一二三四五六七八九十]+(?:是|要)")
_SUBJECTLESS = re.compile(
    "(?:力争|确保|预计|争取|努力|今年|明年|到?20\\d\\d年|要|将|全年|可|首次|同口径|同比|比上年|较上年|年均|均|分别|达到|达|增长|增幅|增速|突破|超过|跨越|实现|完成|"
    "不低于|不少于|不超过|下降|提高|增加|左右|从|由|至|到|在|占|其中|比|约|保持|以上|总数|总量|比去年|多出|多投|再|有望)*"
)
_METRIC = "[^，。；、]{0,10}(?:值|额|投资|收入|产值|量|税收|消费|贸易|人次|户数|数)"
_SHARED = re.compile(
    f"(?P<names>(?:{_METRIC}、)+{_METRIC}(?:和{_METRIC})?)(?:增速|增幅|增长|实现|要|达到|达|均|都)+(?:达到|保持|在|为|增长)*$"
)
_TURN = re.compile("[\\u4e00-\\u9fff·]{2,24}：(?:(?:是的|有|好的|对)[。，])?")
_BOTH = re.compile("(?:均|都|双双)(?:增长|提高|下降|达)")
_FROM = re.compile("(?:从|由|自)[^，。；]*$")
_TO = re.compile("(?:以上|左右|、|的)*[^，。；、0-9]{0,6}(?:[到至为]|突破至|达|提|增|扩|降)")
_DISTANCE = re.compile("(?:高于|快于)[^，。；0-9]*$")
_WHOLE_COST = re.compile("总投资(?!完成)")
_CUMULATIVE = re.compile("累计|五年|共|总计|期间|时期")
MAX_QUOTE = 160
_end_of = attrgetter("end")
_NAME_JOINS = re.compile("[、和]")
_NOUN = re.compile("[^，。；、0-9年月]{2,12}")
_JOINS = re.compile("[和及个]")
_LINE_BREAKS = re.compile(r"\s*[\r\n]\s*")


@dataclass(frozen=True, slots=True)
class Context:
    """What a text says as a whole. `plan_year` is the year that it plans, `month` that of its date (0 if unknown)."""

    lexicon: Lexicon
    page: Page
    speakers: Speakers
    plan_year: int
    month: int


class ParagraphReader:
    """Reads one paragraph, sentence by sentence. A year that one sentence names holds for the next ones."""

    def __init__(self, context: Context, section: Section, limit: Time | None) -> None:
        self.context, self.section = context, section
        planned = section.time.year if section.time and section.time.year else 0
        # A summary of December plans the next year: 年内 below such a heading is of that year.
        is_next = planned == context.plan_year + 1 and context.month > 10
        self.plan_year = planned if is_next else context.plan_year
        self.limit = limit  # the time of a line below: 完成时限
        self.text = context.page.text
        self.is_headline = False
        self.start = 0
        self.label = ""  # of the figure before
        self.earlier: Time | None = None  # of an earlier sentence
        self.relatives: dict[int, tuple[str, str]] = {}

    def candidates(self, paragraph: Paragraph) -> Iterator[Candidate]:
        self.start = paragraph.start + self._turn_length(paragraph)
        self.is_headline = is_headline(self.context.page, paragraph)
        for match in _SENTENCE.finditer(self.text, self.start, paragraph.end):
            if not match[0]:
                continue
            is_after_past = self.earlier is not None and self.earlier.kind == "past"
            if not is_after_past and _ENUMERATOR.match(match[0]):
                self.earlier = None
            sentence = self._sentence(match.start(), match.end())
            yield from self._read(sentence)
            if lasting := sentence.lasting_time():
                self.earlier = lasting
            elif is_after_past and self.section.tense == "plan":
                self.earlier = None

    def _turn_length(self, paragraph: Paragraph) -> int:
        """Return the length of a speaker's name before a turn: 何安平：是的。"""
        if not self.context.speakers.is_turn(paragraph.start):
            return 0
        match = _TURN.match(self.text, paragraph.start, paragraph.end)
        return match.end() - paragraph.start if match else 0

    def _sentence(self, start: int, end: int) -> Sentence:
        context = self.context
        times = list(find_times(self.text, start, end, self.plan_year, context.month))
        numbers: list[Number] = []
        if HINT.search(self.text, start, end):
            numbers = list(find_numbers(self.text, start, end, context.lexicon))
            if times:
                numbers = [
                    number for number in numbers if not any(time.start <= number.start < time.end for time in times)
                ]
            relatives = list(find_relatives(self.text, start, end))
            self.relatives = {number.start: (bound, other) for number, bound, other in relatives}
            if relatives:
                numbers = sorted(
                    [*numbers, *(number for number, _bound, _other in relatives)], key=lambda item: item.start
                )
        return Sentence(self.text, start, end, times, numbers, self.plan_year, context.speakers.is_interview)

    def _read(self, sentence: Sentence) -> list[Candidate]:
        baseline: Number | None = None
        results: list[tuple[Candidate, Number]] = []
        for number, following in zip_longest(sentence.numbers, sentence.numbers[1:]):
            clause = sentence.clause(number)
            if following and following.start >= clause.end:
                following = None
            if following and self._is_baseline(clause, number, following):
                baseline = number
                continue
            candidate = self._candidate(sentence, clause, number, following, baseline)
            results += [(one, number) for one in self._for_each_metric(candidate, clause, number)]
            baseline = None
        share_bounds(self.text, results)
        return [candidate for candidate, _number in results]

    def _for_each_metric(self, candidate: Candidate, clause: Clause, number: Number) -> Iterator[Candidate]:
        """Yield a candidate for each of several metrics that share a figure: A、B、C增速达到两位数以上."""
        before = self.text[clause.start : number.start]
        if candidate.is_commitment and "、" in before and (match := _SHARED.search(before)):
            for name in _NAME_JOINS.split(match["names"]):
                yield replace(candidate, label=name.strip("“”") + ("增速" if candidate.measure == "growth" else ""))
            return
        yield candidate
        if candidate.is_commitment and _BOTH.match(before):
            yield replace(candidate)

    def _is_baseline(self, clause: Clause, number: Number, following: Number) -> bool:
        """Return whether a figure is the first of 从44家增加至50家."""
        before = self.text[max(clause.start, number.start - 16) : number.start]
        return bool(_FROM.search(before) and _TO.match(self.text[number.end : following.start]))

    def _candidate(
        self, sentence: Sentence, clause: Clause, number: Number, following: Number | None, baseline: Number | None
    ) -> Candidate:
        text, context = self.text, self.context
        reason = self._refusal(sentence, clause, number, following)
        if reason:
            return self._refused(clause, number, reason)
        time, time_reason = self._time(sentence, clause, number)
        is_past, tense_reason = is_of_the_past(text, sentence, clause, number, time, self.section, self.earlier)
        strength, cue = strength_at(text, self.start, clause.part, clause.start, number.start)
        if self.section.strength and not cue:
            strength, cue = self.section.strength, "the list"
        before = self._subject(sentence, clause, number, baseline)
        measure = measure_of(before, number, text[number.end : clause.end], has_baseline=baseline is not None)
        value, value_max = number.value, number.value_max
        bound = bound_of(text, clause.start, number, clause.end)
        compared_with = ""
        if number.kind == "relative":
            bound, compared_with = self.relatives[number.start]
            measure = "growth"
        elif number.unit == "个百分点" and _DISTANCE.search(text, clause.start, number.start):
            measure = "growth"
        if measure in {"growth", "average_growth"} and value > 0 and is_fall(before, number):
            value, value_max = -value, None if value_max is None else -value_max
            bound = reversed_bound(bound)
        speaker = context.speakers.at(number.start)
        label = self._label(sentence, clause, number)
        start, end, quote = self._quote(clause, number)
        reasons = (tense_reason, time_reason, f"“{cue}” governs" if cue else "")
        candidate = Candidate(
            quote=quote,
            start=start,
            end=end,
            at=context.page.offsets[number.start],
            value=value,
            value_max=value_max,
            unit=zero_unit(before) if number.kind == "zero" and value == 0 else number.unit,
            bound=bound,
            measure=measure,
            baseline=baseline.value if baseline else None,
            baseline_year=self._baseline_year(sentence, clause, number, measure),
            period=self._period(time, measure, before),
            year=time.year if time and time.year else context.plan_year or None,
            deadline=time.deadline if time and not _WHOLE_COST.search(before[-8:]) else "",
            strength=strength,
            label=label,
            metrics=[] if is_past else metrics_of(label, context.lexicon.units.get(number.unit, ""), context.lexicon),
            speaker=speaker.name,
            post=speaker.post,
            place=context.speakers.place_at(text, sentence.start, clause.start, number.start, speaker),
            compared_with=compared_with,
            confidence=self._confidence(sentence, number, is_past=is_past),
            reasons=[reason for reason in reasons if reason],
        )
        candidate.tier = tier_of(text, clause.start, number, clause.end, candidate)
        return candidate

    def _label(self, sentence: Sentence, clause: Clause, number: Number) -> str:
        """Return what is measured; where the clause does not say it, what was measured before."""
        first = max(clause.start, number.start - MAX_SUBJECT) + 1
        others = sentence.numbers[
            bisect_left(sentence.numbers, first, key=_end_of) : bisect_right(
                sentence.numbers, number.start, key=_end_of
            )
        ]
        joined = (other.end for other in reversed(others) if self.text[other.end : other.end + 1] in {"、", "和", "及"})
        self.label = label_of(self.text, next(joined, clause.start), number, clause.end) or self.label
        return self.label

    def _refused(self, clause: Clause, number: Number, reason: str) -> Candidate:
        """Return a candidate that says only where the figure is, and why it is none."""
        start, end, quote = self._quote(clause, number)
        at = self.context.page.offsets[number.start]
        return Candidate(
            quote, start, end, at, number.value, number.unit, number.value_max, confidence=0.05, reasons=[reason]
        )

    def _confidence(self, sentence: Sentence, number: Number, *, is_past: bool) -> float:
        if is_past:
            return 0.2
        if number.kind == "relative" and not self._is_target_list(sentence):
            return 0.4
        if number.kind == "relative" or not (self.section.tense or sentence.times):
            return 0.7
        return 0.9

    def _is_target_list(self, sentence: Sentence) -> bool:
        """Return whether a sentence lists the main targets: it says so, or it has several rates."""
        rates = sum(number.unit == "%" for number in sentence.numbers)
        return rates > 2 or "目标" in self.section.heading or "目标" in self.text[sentence.start : sentence.end]

    def _refusal(self, sentence: Sentence, clause: Clause, number: Number, following: Number | None) -> str:
        if self.is_headline:
            return "a headline"
        if number.kind == "zero" and any(
            clause.start <= other.start and _NOUN.fullmatch(self.text, other.end, number.start)
            for other in sentence.numbers
        ):
            return "said by the count before"
        if reason := refusal(self.text, clause.start, number, clause.end, following is not None):
            return reason
        return "a count of a magnitude" if self._counts_magnitude(sentence, clause, number) else ""

    def _time(self, sentence: Sentence, clause: Clause, number: Number) -> tuple[Time | None, str]:
        time, reason = sentence.time_of(number, clause)
        if self.limit and (not time or (time.year == self.limit.year and time.deadline.endswith("12-31"))):
            return self.limit, "the time limit below"
        if time:
            return time, reason
        if self.earlier:
            return self.earlier, "a time earlier in the paragraph"
        if self.section.time:
            return self.section.time, f"the section {self.section.heading[:12]}"
        return None, ""

    def _period(self, time: Time | None, measure: str, before: str) -> str:
        """Return the years of a target of several years. A level or a total in the last year has none."""
        if not time or not time.year:
            return ""
        if measure == "average_growth":
            several = time.year > self.context.plan_year
            return time.period or (f"{self.context.plan_year}/{time.year}" if several else "")
        if measure == "growth":
            return time.period
        if measure in {"total", "increase"} and (not self.section.time or _CUMULATIVE.search(before[-30:])):
            return time.period
        return ""

    def _subject(self, sentence: Sentence, clause: Clause, number: Number, baseline: Number | None) -> str:
        """Return the words before a figure, with the clause before where its own has no subject."""
        own = self.text[max(clause.start, number.start - MAX_SUBJECT) : number.start]
        end = baseline.start if baseline else number.start
        if clause.start > sentence.start and _SUBJECTLESS.fullmatch(self.text, clause.start, end):
            return self.text[sentence.clause_start(clause.start - 1) : clause.start] + own
        return own

    def _counts_magnitude(self, sentence: Sentence, clause: Clause, number: Number) -> bool:
        """Return whether a figure counts what a magnitude describes: 1 in 建成1个千亿级园区, 2 in 百亿级产业2个."""
        if number.magnitude_class or number.unit not in {"个", "家", "户", "座"}:
            return False
        for other in sentence.numbers:
            if other.magnitude_class and "元" in other.unit and clause.start <= other.start < clause.end:
                first, second = sorted((number, other), key=lambda item: item.start)
                between = self.text[first.end : second.start]
                if len(between) <= (30 if first is number else 8) and not _JOINS.search(between):
                    return True
        return False

    def _baseline_year(self, sentence: Sentence, clause: Clause, number: Number, measure: str) -> int | None:
        for time in sentence.times:
            if time.kind == "compared" and time.year and clause.part <= time.start < number.start:
                is_named = measure == "growth" and self.text.startswith("20", time.start)
                if is_named or time.year < self.context.plan_year - 1:
                    return time.year
        return None

    def _quote(self, clause: Clause, number: Number) -> tuple[int, int, str]:
        page = self.context.page
        first, last = max(clause.start, number.start - 80), max(number.end, min(clause.end, number.end + 40))
        start, end = page.original_span(first, last)
        end = min(end, start + MAX_QUOTE)
        return start, end, _LINE_BREAKS.sub("", page.original[start:end]).strip()
