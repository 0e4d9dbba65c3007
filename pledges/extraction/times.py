"""Find words of time, and what they say about the clause: a year, a last day, a period, or the past."""

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from pledges.extraction import numerals
from pledges.extraction.page import Page

_HAN_YEAR = "[一二]?[〇零一二三四五六七八九]{3,4}"
_YEAR = rf"(?P<year>(?:19|20)\d\d|{_HAN_YEAR})年"
_MONTHS = {
    "元旦": (1, 1),
    "春节": (2, 10),
    "国庆": (9, 30),
    "重阳节": (10, 20),
    "秋季学期": (8, 31),
    "秋季开学": (8, 31),
}
# Each alternative begins with a character, not with a class: only then is the text scanned quickly.
_TIME_HINT = re.compile("年|月|季|目前|截至|此前|以往|十[一二三四五]?五”|重阳|国庆|春节|元旦|上一届")
_TIME = re.compile(
    rf"""
    (?=[0-9“第十二两三四五六七八九〇零一用今未力过再到至于在去上前往近几截目此以明下来本当新这全年国重春元秋首])(?:
    (?P<plan_of_five>第(?P<ordinal>十[一二三四五六]?)个五年(?:规划|计划)|“?十[一二三四五六七八]?五”?(?:规划)?(?:时期|期间|末|期末|规划期))
  | (?P<range>(?P<first>20\d\d)年?(?:—{{1,2}}|-|~|至|到)(?P<last>20\d\d)年)
  | (?P<span>(?:用|今后|未来|力争|再用|过渡期)?(?P<count>[二两三四五六七八九十]|\d)(?:至[三四五六七八九十])?年
        (?:时间|左右)?(?P<span_word>内|之内|累计|翻|共|来|时间)?)
  | (?:到|至|于|在|力争)?{_YEAR}(?:的)?
        (?:(?P<y_month>\d{{1,2}}|[一二三四五六七八九十]+)月(?:(?P<y_day>\d{{1,2}}|[一二三四五六七八九十]+)[日号])?)?
        (?P<y_half>上半年|[一二三四]季度)?(?P<y_end>底|末|度)?(?:之?前|以前)?
  | (?P<this_past>去年|上年|上一年|前年|往年|过去[\d一二三四五]*年|一年来
        |近年来|五年来|[一二三四五几]年来|前三季度|年初|截至目前|截至|目前|上一届|此前|以往)
  | (?P<next>明年(?:年?底|末)?|下一年度?|来年)
  | (?P<month>(?<![\d〇零一二三四五六七八九十年])(?P<m>1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月
        (?:(?P<day>[123]?\d|[一二三]?[十]?[一二三四五六七八九十])[日号])?(?P<m_end>底|末|份|中旬|上旬|下旬)?(?:之?前|以前)?)
  | (?P<half>上半年|(?:第)?[一二三四]季度|首季|下半年)(?:末)?(?:之?前)?
  | (?P<feast>国庆|重阳节|春节|元旦|秋季学期|秋季开学)(?:节)?(?:之?前)
  | (?P<this_year>今年(?:年?底)?|本年度?|当年|新的一年|这一年)
  | (?P<whole_year>全年|年内|年底|年末|年度(?!计划投资|投资|重点|实施)|年中)
  | (?P<both_years>今明两年)
    )
    """,
    re.VERBOSE,
)
# Words before a year that make it the start of a comparison, and no time of the clause.
_COMPARED = re.compile("[比较由从与同按以](?:[^，。；、]{0,3})$")
_COMPARED_AFTER = re.compile("(?:的?基础上|相比|以来|同期|结转|立项|确定的|谋划的|持平|翻)")
_YEARS_OF_PLANS = {
    "十五": 2005,
    "十一五": 2010,
    "十二五": 2015,
    "十三五": 2020,
    "十四五": 2025,
    "十五五": 2030,
    "十六五": 2035,
}


@dataclass(frozen=True, slots=True)
class Time:
    """A word of time. `kind` is `past`, `year` (of the plan or later), `within` (of the plan year) or `compared`."""

    start: int
    end: int
    kind: str
    year: int | None = None
    deadline: str = ""
    period: str = ""


def find_times(text: str, start: int, end: int, plan_year: int, month: int) -> Iterator[Time]:
    """Yield the words of time in `text[start:end]`. `month` is that of the document, 0 if unknown."""
    if not _TIME_HINT.search(text, start, end):
        return
    for match in _TIME.finditer(text, start, end):
        if time := _time(text, match, plan_year, month):
            yield time


def _time(text: str, match: re.Match[str], plan_year: int, month: int) -> Time | None:
    start, end = match.span()
    before, after = text[max(0, start - 5) : start], text[end : end + 6]
    is_compared = bool(_COMPARED.search(before)) or bool(_COMPARED_AFTER.match(after))
    if match["plan_of_five"]:
        return _plan_of_five(match, plan_year)
    if match["range"]:
        first, last = int(match["first"]), int(match["last"])
        if last < plan_year:
            return Time(start, end, "past", last)
        return Time(start, end, "year", last, f"{last}-12-31", f"{first}/{last}")
    if match["year"]:
        return _year(match, is_compared, plan_year, start, end, after)
    if match["this_past"]:
        kind = (
            "compared"
            if is_compared or (re.search("[比较由从对]$|已于$|在$", before) and "基础" in text[end : end + 40])
            else "past"
        )
        return Time(start, end, kind, plan_year - 1)
    if match["span"]:
        return _span(match, plan_year, start, end, before)
    if match["both_years"]:
        return Time(start, end, "year", plan_year + 1, f"{plan_year + 1}-12-31", f"{plan_year}/{plan_year + 1}")
    if match["next"]:
        return Time(start, end, "year", plan_year + 1, f"{plan_year + 1}-12-31")
    if match["this_year"]:
        if is_compared:
            return None
        kind = "year"
        if re.match("以来|前三季度|1[—-]|我们已", after) or (month > 6 and after.startswith("上半年")):
            kind = "past"
        return Time(start, end, kind, plan_year, f"{plan_year}-12-31")
    if match["whole_year"]:
        return Time(start, end, "within", plan_year, f"{plan_year}-{'06-30' if match[0] == '年中' else '12-31'}")
    if match["feast"]:
        feast_month, day = _MONTHS[match["feast"]]
        return Time(start, end, "within", plan_year, f"{plan_year}-{feast_month:02}-{day:02}")
    if match["half"]:
        return _half(match, plan_year, month, start, end)
    return _month(match, plan_year, start, end, after)


def _plan_of_five(match: re.Match[str], plan_year: int) -> Time | None:
    ordinal = match["ordinal"]
    name = f"{ordinal}五" if ordinal else re.sub("[“”]|规划|时期|期间|期?末|规划期", "", match[0])
    last = _YEARS_OF_PLANS.get(name)
    if last is None:
        return None
    if last < plan_year:
        return Time(match.start(), match.end(), "past", last)
    return Time(match.start(), match.end(), "year", last, f"{last}-12-31", f"{last - 4}/{last}")


def _year(
    match: re.Match[str], is_compared: bool, plan_year: int, start: int, end: int, text_after: str
) -> Time | None:
    year = year_of(match["year"])
    if year is None:
        return None
    if is_compared and not (year < plan_year and text_after.startswith("以来")):
        return Time(start, end, "compared", year)
    if year < plan_year:
        return Time(start, end, "past", year)
    deadline = f"{year}-12-31"
    if match["y_month"]:
        deadline = last_day(year, int(numerals.value(match["y_month"])), match["y_day"])
    elif match["y_half"]:
        deadline = f"{year}-{_HALVES.get(match['y_half'], '12-31')}"
    return Time(start, end, "year", year, deadline)


_HALVES = {"上半年": "06-30", "一季度": "03-31", "首季": "03-31", "二季度": "06-30", "三季度": "09-30"}


def _half(match: re.Match[str], plan_year: int, month: int, start: int, end: int) -> Time:
    word = match["half"].removeprefix("第")
    day = _HALVES.get(word, "12-31")
    if month and int(day[:2]) < month:
        return Time(start, end, "past", plan_year)
    return Time(start, end, "within", plan_year, f"{plan_year}-{day}")


def _month(match: re.Match[str], plan_year: int, start: int, end: int, after: str) -> Time | None:
    if not (
        match["m_end"] or "前" in match[0] or re.match("(?:全部|建成|投产|开工|完工|通车|竣工|投用|启动|完成)", after)
    ):
        return None
    return Time(start, end, "within", plan_year, last_day(plan_year, int(numerals.value(match["m"])), match["day"]))


def _span(match: re.Match[str], plan_year: int, start: int, end: int, before: str) -> Time | None:
    word = match[0]
    if word.startswith(("今后", "未来", "用", "再用")) or match["span_word"] in {"内", "之内", "时间"}:
        last = plan_year + int(numerals.value(match["count"])) - 1
        is_period = word.startswith(("今后", "未来"))
        return Time(start, end, "year", last, f"{last}-12-31", f"{plan_year}/{last}" if is_period else "")
    return None


def year_of(text: str) -> int | None:
    """Return the year of 2027, 二〇二七 or 二零二七."""
    year = int(numerals.value(text)) if len(text) == 4 else None
    return year if year and 1949 <= year <= 2100 else None


def last_day(year: int, month: int, day: str | None) -> str:
    month = min(max(month, 1), 12)
    return f"{year}-{month:02}-{int(numerals.value(day)) if day else monthrange(year, month)[1]:02}"


def find_limits(page: Page, plan_year: int, month: int) -> Iterator[tuple[int, int, Time]]:
    """Yield the times of lines such as 完成时限：2024年12月底前, each with the part of the text above that it governs.

    It goes back to the last paragraph that is numbered, or is the only one. In a table with such a column, the last
    cell of each row is the limit of the row.
    """
    start = 0
    has_column = False
    for paragraph in page.paragraphs:
        line = page.text[paragraph.start : min(paragraph.end, paragraph.start + 80)]
        if _NUMBERED.match(line):
            start = paragraph.start
        if line.startswith("序号"):
            has_column = bool(_LIMIT_COLUMN.search(line))
        elif has_column and (time := _last_cell(page.text[paragraph.start : paragraph.end], plan_year, month)):
            yield paragraph.start, paragraph.end, time
        if not _LIMIT.match(line):
            continue
        times = [time for time in find_times(line, 0, len(line), plan_year, month) if time.kind in {"year", "within"}]
        if times:
            yield start, paragraph.start, max(times, key=lambda time: time.deadline)
        start = paragraph.end


def _last_cell(row: str, plan_year: int, month: int) -> Time | None:
    """Return the time that the last cell of a row of a table is."""
    cell = row.rpartition("\t")[2]
    times = list(find_times(cell, 0, len(cell), plan_year, month))
    return times[0] if len(times) == 1 and len(cell) <= 12 and times[0].kind in {"year", "within"} else None


_NUMBERED = re.compile(r"[一二三四五六七八九十]+、|（[一二三四五六七八九十\d]+）|\d{1,2}[.、．]")
_LIMIT_COLUMN = re.compile("(?:时限|时间|期限)$")
_LIMIT = re.compile("(?:完成|办理|办结)(?:时限|时间|期限)：|时限要求：")


_YEAR_IN_TEXT = re.compile("(20[0-9]{2})年")


def plan_year_of(text: str, date: str) -> tuple[int, int]:
    """Return the year that a text plans, and the month of its date (0 if unknown).

    A text of late December plans the next year. Without a date, it is the year that the text names most.
    """
    if match := re.match(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", date):
        year, month, day = int(match[1]), int(match[2] or 0), int(match[3] or 0)
        if month == 12 and (not day or day >= 15):
            return year + 1, 0
        return year, month
    counted = Counter(map(int, _YEAR_IN_TEXT.findall(text)))
    if not counted:
        return 0, 0
    heads = [int(year) for year in _YEAR_IN_TEXT.findall(text[:200])]
    title = re.search("(20[0-9]{2})年[^，。\\n]{0,20}(?:工作(?:安排|重点|计划|任务|要点)|为民|任务清单|目标)", text)
    if title:
        return int(title[1]), 0
    best = max(counted, key=lambda year: (counted[year], year))
    return (max(heads) if heads and counted[max(heads)] * 2 >= counted[best] else best), 0
